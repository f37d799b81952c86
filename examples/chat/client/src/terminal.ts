// SPDX-License-Identifier: Apache-2.0
// The chat in a terminal. A line is a message; /name NAME, /who and /quit are commands. When standard input ends, the
// client leaves as soon as everything it sent has been answered.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { setGlobalLogLevel } from 'spacetimedb';
import { WebSocket } from 'undici';
import { type Message, Room, nameOf } from './room';

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket; // Node 20 has none of its own

const usage = `usage: terminal [--server URL] [--database NAME] [--name NAME] [--token-file FILE]
  --server      the server's address (default http://127.0.0.1:3000)
  --database    the database's name (default chat)
  --name        the name to go by
  --token-file  keeps who you are from one visit to the next`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        server: { type: 'string', default: 'http://127.0.0.1:3000' },
        database: { type: 'string', default: 'chat' },
        name: { type: 'string' },
        'token-file': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

function show(message: Message, from: string): void {
  console.log(`[${message.sent.toDate().toISOString().slice(11, 19)}] ${from}: ${message.text}`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}

async function obey(room: Room, line: string): Promise<void> {
  if (line === '/who') {
    for (const user of room.users.filter((user) => user.online)) {
      console.log(`  ${nameOf(user)}${room.isSelf(user.identity) ? ' (you)' : ''}`);
    }
  } else if (line.startsWith('/name ')) {
    await room.setName(line.slice('/name '.length).trim());
  } else if (line.startsWith('/')) {
    console.log('commands: /name NAME, /who, /quit');
  } else if (line !== '') {
    await room.say(line);
  }
}

async function talk(room: Room, name: string | undefined): Promise<void> {
  // Calls are answered in order; reading on while they are under way keeps the terminal alive.
  const answers: Promise<void>[] = [];
  const run = (line: string) => {
    answers.push(obey(room, line).catch((error: Error) => console.log(`! ${error.message}`)));
  };
  if (name !== undefined) run(`/name ${name}`);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '/quit') break;
    run(line);
  }
  await Promise.all(answers);
  room.leave();
  process.exit(0);
}

const options = readArguments();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (!URL.canParse(options.server)) stop(`--server ${options.server} is not an address; write it as http://HOST:PORT`);
setGlobalLogLevel('warn');
const tokenFile = options['token-file'];

Room.enter(
  {
    server: options.server,
    database: options.database,
    token: tokenFile && existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : undefined,
  },
  {
    entered(room, token) {
      if (tokenFile) writeFileSync(tokenFile, token, { mode: 0o600 });
      for (const message of room.messages) show(message, room.nameOfSender(message));
      console.log(`* connected to ${options.database} at ${options.server}`);
      void talk(room, options.name);
    },
    failed: (error) => stop(`cannot join ${options.database} at ${options.server}: ${error.message}`),
    ended: (error) => stop(error ? `connection lost: ${error.message}` : 'connection closed'),
    said: show,
    came: (user) => console.log(`* ${nameOf(user)} is here`),
    went: (user) => console.log(`* ${nameOf(user)} has left`),
    renamed: (from, to) => console.log(`* ${from} is now ${to}`),
  },
);
