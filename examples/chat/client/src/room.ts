// SPDX-License-Identifier: Apache-2.0
// One client's view of the chat room, shared by the terminal and the web page.
import type { Identity } from 'spacetimedb';
import { DbConnection, tables } from './module_bindings';
import type { Message, User } from './module_bindings/types';

export type { Message, User };

export interface RoomOptions {
  server: string; // http://127.0.0.1:3000
  database: string;
  token?: string; // of an earlier visit; without it the server makes a new identity
}

// What the room tells its visitor. All but `ended` and `failed` come only after `entered`.
export interface RoomEvents {
  entered(room: Room, token: string): void;
  failed(error: Error): void;
  ended(error?: Error): void;
  said(message: Message, from: string): void;
  came(user: User): void;
  went(user: User): void;
  renamed(from: string, to: string): void;
}

export class Room {
  #connection: DbConnection;
  #self: Identity;

  private constructor(connection: DbConnection, self: Identity) {
    this.#connection = connection;
    this.#self = self;
  }

  // Connects and subscribes to everything; returns at once.
  static enter(options: RoomOptions, events: RoomEvents): void {
    let entered = false;
    DbConnection.builder()
      .withUri(options.server)
      .withDatabaseName(options.database)
      .withToken(options.token)
      .onConnect((connection, identity, token) => {
        const room = new Room(connection, identity);
        connection
          .subscriptionBuilder()
          .onApplied(() => {
            entered = true;
            room.#listen(events);
            events.entered(room, token);
          })
          .onError((ctx) => events.failed(ctx.event ?? new Error('the subscription was refused')))
          .subscribe([tables.user, tables.message]);
      })
      .onConnectError((_ctx, error) => events.failed(error))
      .onDisconnect((_ctx, error) => (entered ? events.ended(error) : events.failed(error ?? new Error('disconnected'))))
      .build();
  }

  // All messages so far, oldest first.
  get messages(): Message[] {
    return [...this.#connection.db.message.iter()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get users(): User[] {
    return [...this.#connection.db.user.iter()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  }

  nameOfSender(message: Message): string {
    const user = this.#connection.db.user.identity.find(message.sender);
    return user ? nameOf(user) : shortName(message.sender);
  }

  isSelf(identity: Identity): boolean {
    return identity.isEqual(this.#self);
  }

  // Both reject with the reducer's message when the database refuses.
  setName(name: string): Promise<void> {
    return this.#connection.reducers.setName({ name });
  }

  say(text: string): Promise<void> {
    return this.#connection.reducers.sendMessage({ text });
  }

  leave(): void {
    this.#connection.disconnect();
  }

  #listen(events: RoomEvents): void {
    const { user, message } = this.#connection.db;
    // Rows that were there before arrive as inserts too; the visitor reads those from `messages` and `users`.
    message.onInsert((ctx, row) => {
      if (ctx.event.tag !== 'SubscribeApplied') events.said(row, this.nameOfSender(row));
    });
    user.onInsert((ctx, row) => {
      if (ctx.event.tag !== 'SubscribeApplied') events.came(row);
    });
    user.onUpdate((_ctx, before, after) => {
      if (!before.online && after.online) events.came(after);
      if (before.online && !after.online) events.went(after);
      if (before.name !== after.name) events.renamed(nameOf(before), nameOf(after));
    });
  }
}

export function nameOf(user: User): string {
  return user.name ?? shortName(user.identity);
}

function shortName(identity: Identity): string {
  // The first ten digits are alike for most identities.
  return `user-${identity.toHexString().slice(12, 18)}`;
}
