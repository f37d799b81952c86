// SPDX-License-Identifier: Apache-2.0
// The chat as a web page. ?server=URL and ?database=NAME choose another place than the default.
import { Room, nameOf } from './room';

const query = new URLSearchParams(location.search);
const server = query.get('server') ?? 'http://127.0.0.1:3000';
const database = query.get('database') ?? 'chat';
const tokenKey = `token of ${database} at ${server}`;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const status = element('status');
const messages = element('messages');
const users = element('users');
const nameInput = element<HTMLInputElement>('name');
const textInput = element<HTMLInputElement>('text');

function addLine(className: string, ...parts: string[]): void {
  const line = document.createElement('li');
  line.className = className;
  for (const part of parts) {
    const span = document.createElement('span');
    span.textContent = part;
    line.append(span);
  }
  messages.append(line);
  line.scrollIntoView({ block: 'end' });
}

function showUsers(room: Room): void {
  users.replaceChildren(
    ...room.users
      .filter((user) => user.online)
      .map((user) => {
        const entry = document.createElement('li');
        entry.textContent = nameOf(user) + (room.isSelf(user.identity) ? ' (you)' : '');
        return entry;
      }),
  );
}

function onSubmit(form: string, input: HTMLInputElement, call: (value: string) => Promise<void>): void {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault();
    call(input.value)
      .then(() => (input.value = ''))
      .catch((error: Error) => addLine('error', error.message));
  });
}

let current: Room | undefined;
const update = () => current && showUsers(current);

Room.enter(
  { server, database, token: localStorage.getItem(tokenKey) ?? undefined },
  {
    entered(room, token) {
      current = room;
      localStorage.setItem(tokenKey, token);
      status.textContent = `${database} at ${server}`;
      for (const message of room.messages) addLine('message', room.nameOfSender(message), message.text);
      update();
      onSubmit('name-form', nameInput, (name) => room.setName(name));
      onSubmit('text-form', textInput, (text) => room.say(text));
    },
    failed: (error) => (status.textContent = `cannot join ${database} at ${server}: ${error.message}`),
    ended: () => (status.textContent = 'disconnected; reload the page to come back'),
    said: (message, from) => addLine('message', from, message.text),
    came(user) {
      addLine('event', `${nameOf(user)} is here`);
      update();
    },
    went(user) {
      addLine('event', `${nameOf(user)} has left`);
      update();
    },
    renamed(from, to) {
      addLine('event', `${from} is now ${to}`);
      update();
    },
  },
);
