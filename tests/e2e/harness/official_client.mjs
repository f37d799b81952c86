// SPDX-License-Identifier: Apache-2.0
// The official client library, unchanged, with its callbacks turned into promises and inboxes.
import { setGlobalLogLevel } from 'spacetimedb';
import { deferred, Inbox, within } from './waiting.mjs';

setGlobalLogLevel('error');

export class OfficialClient {
  #ended = deferred();

  constructor(connection, identity, token, ended) {
    this.connection = connection;
    this.identity = identity;
    this.token = token;
    this.#ended = ended;
  }

  // Connects with `bindings` (a generated module). `t` disconnects it at its end.
  static async connect(t, server, database, bindings, { token, confirmed } = {}) {
    const connected = deferred();
    const ended = deferred();
    const builder = bindings.DbConnection.builder()
      .withUri(server.url)
      .withDatabaseName(database)
      .withToken(token)
      .onConnect((connection, identity, newToken) => connected.resolve({ connection, identity, token: newToken }))
      .onConnectError((_, error) => connected.reject(error))
      .onDisconnect((_, error) => {
        ended.resolve(error);
        connected.reject(error ?? new Error('disconnected before it was connected'));
      });
    if (confirmed !== undefined) builder.withConfirmedReads(confirmed);
    const connection = builder.build();
    t.after(() => connection.disconnect());
    const result = await within(10, 'onConnect', connected.promise);
    return new OfficialClient(result.connection, result.identity, result.token, ended);
  }

  get db() {
    return this.connection.db;
  }

  get reducers() {
    return this.connection.reducers;
  }

  // Subscribes and waits until the subscription is applied; the handle. Rejects with the server's error.
  subscribe(queries) {
    const applied = deferred();
    const handle = this.connection
      .subscriptionBuilder()
      .onApplied(() => applied.resolve(handle))
      .onError((context) => applied.reject(context.event ?? new Error('the subscription was refused')))
      .subscribe(queries);
    return within(10, 'onApplied', applied.promise);
  }

  unsubscribe(handle) {
    const done = deferred();
    handle.unsubscribeThen(() => done.resolve());
    return within(10, 'the subscription ends', done.promise);
  }

  // Every row callback of a table from now on, in order: { kind, row, before, event }.
  watch(table) {
    const seen = new Inbox();
    table.onInsert((context, row) => seen.push({ kind: 'insert', row, event: context.event.tag }));
    table.onDelete((context, row) => seen.push({ kind: 'delete', row, event: context.event.tag }));
    table.onUpdate?.((context, before, row) => seen.push({ kind: 'update', before, row, event: context.event.tag }));
    return seen;
  }

  disconnect() {
    this.connection.disconnect();
    return this.disconnected();
  }

  // Waits for onDisconnect; its error, if any.
  disconnected() {
    return within(10, 'onDisconnect', this.#ended.promise);
  }
}

export function rows(table) {
  return [...table.iter()];
}
