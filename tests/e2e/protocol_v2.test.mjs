// SPDX-License-Identifier: Apache-2.0
// Protocol v2 byte by byte: one message per WebSocket message, and which message follows which request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader, Writer } from './harness/bsatn.mjs';
import { call, newIdentity, publish } from './harness/http.mjs';
import { callProcedure, callReducer, changesOf, oneOff, subscribe, unsubscribe, V2, V3 } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
await publish(server, 'ledger', 'ledger-cpp', owner.token);

const record = (client, sequence, text = '') => new Writer().u32(client).u64(sequence).string(text).done();

function readEntry(row) {
  const reader = new Reader(row);
  return { id: reader.u64(), client: reader.u32(), sequence: reader.u64(), text: reader.string() };
}

// Client numbers keep the tests apart; they share one database.
let clients = 0;
const nextClient = () => ++clients;
const entriesOf = (client) => `SELECT * FROM entries WHERE client = ${client}`;

test('the first message tells who one is', async (t) => {
  const client = await RawClient.connectV2(server, 'ledger', { token: owner.token });
  t.after(() => client.close());
  assert.equal(client.socket.protocol, V2);
  assert.equal(client.initial.identity, owner.identity);
  assert.equal(client.initial.token, owner.token);
  assert.match(client.initial.connectionId, /^[0-9a-f]{32}$/);
});

test('the connection id can be chosen by the client', async (t) => {
  const chosen = '0102030405060708090A0b0c0d0e0f10';
  const client = await RawClient.connectV2(server, 'ledger', { query: `?connection_id=${chosen}&compression=Gzip` });
  t.after(() => client.close());
  assert.equal(client.initial.connectionId, chosen.toLowerCase());
});

test('v3 is preferred over v2 whatever the order of the offer', async (t) => {
  const client = await RawClient.connect(server, 'ledger', { protocols: [V2, V3] });
  t.after(() => client.close());
  assert.equal(client.socket.protocol, V3);
});

test('subscribe, change, unsubscribe', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  const applied = await client.ask(subscribe(11, 3, [entriesOf(number)]), 'SubscribeApplied');
  assert.deepEqual([applied.requestId, applied.querySetId], [11, 3]);

  const result = await client.ask(callReducer(12, 'record', record(number, 0, 'zero')), 'ReducerResult');
  assert.equal(result.requestId, 12);
  assert.equal(result.ok.returned.length, 0);
  assert.ok(Math.abs(Number(result.timestamp) / 1000 - Date.now()) < 60_000);
  const changes = changesOf(result.ok.querySets, 'entries');
  assert.deepEqual(changes.inserts.map(readEntry).map(({ sequence, text }) => [sequence, text]), [[0n, 'zero']]);
  assert.deepEqual([changes.deletes, changes.events], [[], []]);
  assert.deepEqual(result.ok.querySets.map((set) => set.querySetId), [3]);

  const dropped = await client.ask(unsubscribe(13, 3), 'UnsubscribeApplied');
  assert.deepEqual(dropped.tables.map(({ table, rows }) => [table, rows.map(readEntry).length]), [['entries', 1]]);
  const after = await client.ask(callReducer(14, 'record', record(number, 1)), 'ReducerResult');
  assert.deepEqual(after.ok.querySets, []);
  assert.deepEqual(client.payloads, client.payloads.map(() => 1), 'one message per payload');
});

test('unsubscribing without the flag sends no rows', async (t) => {
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  await client.ask(subscribe(1, 1, ['SELECT * FROM tails']), 'SubscribeApplied');
  const answer = await client.ask(unsubscribe(2, 1, false), 'UnsubscribeApplied');
  assert.equal(answer.tables, null);
});

test('the same change is delivered once for each query set, and to a second client as one update', async (t) => {
  const number = nextClient();
  const writer = await RawClient.connectV2(server, 'ledger');
  const watcher = await RawClient.connectV2(server, 'ledger');
  t.after(() => Promise.all([writer.close(), watcher.close()]));
  await watcher.ask(subscribe(1, 7, [entriesOf(number)]), 'SubscribeApplied');
  await watcher.ask(subscribe(2, 8, [entriesOf(number), `SELECT * FROM tails WHERE client = ${number}`]), 'SubscribeApplied');
  await writer.ask(callReducer(1, 'record', record(number, 0)), 'ReducerResult');
  await writer.ask(callReducer(2, 'record', record(number, 1)), 'ReducerResult');

  const first = await watcher.messages.next();
  assert.equal(first.kind, 'TransactionUpdate');
  assert.deepEqual(first.querySets.map((set) => set.querySetId).sort(), [7, 8]);
  assert.equal(changesOf(first.querySets, 'entries').inserts.length, 2);
  const second = await watcher.messages.next();
  const tails = changesOf(second.querySets, 'tails');
  assert.deepEqual([tails.inserts.length, tails.deletes.length], [1, 1], 'an update is an insert and a delete');
  assert.equal(tails.deletes[0].length, tails.inserts[0].length);
});

test('duplicate queries of one set count once; an id in use is refused and the old set lives on', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  await client.ask(callReducer(1, 'record', record(number, 0)), 'ReducerResult');
  const applied = await client.ask(subscribe(2, 1, [entriesOf(number), ` ${entriesOf(number)} `]), 'SubscribeApplied');
  assert.deepEqual(applied.tables.map(({ rows }) => rows.length), [1]);
  const refused = await client.ask(subscribe(3, 1, ['SELECT * FROM tails']), 'SubscriptionError');
  assert.deepEqual([refused.requestId, refused.querySetId], [3, 1]);
  const result = await client.ask(callReducer(4, 'record', record(number, 1)), 'ReducerResult');
  assert.equal(changesOf(result.ok.querySets, 'entries').inserts.length, 1);
});

test('SELECT * FROM * means every public table', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  await client.ask(subscribe(1, 1, ['select *  from *']), 'SubscribeApplied');
  const result = await client.ask(callReducer(2, 'record', record(number, 0)), 'ReducerResult');
  assert.deepEqual(result.ok.querySets[0].tables.map(({ table }) => table).sort(), ['entries', 'tails']);
});

test('one bad query fails the whole set', async (t) => {
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  const queries = ['SELECT * FROM entries', 'SELECT * FROM missing'];
  const error = await client.ask(subscribe(5, 9, queries), 'SubscriptionError');
  assert.deepEqual([error.requestId, error.querySetId], [5, 9]);
  assert.match(error.error, /missing.*executing: `SELECT \* FROM missing`/);
  const unknown = await client.ask(unsubscribe(6, 9), 'SubscriptionError');
  assert.equal(unknown.requestId, 6);
  assert.match(unknown.error, /^Subscription not found/);
});

test('one-off queries answer with exactly one table, or with the reason', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  const empty = await client.ask(oneOff(21, entriesOf(number)), 'OneOffQueryResult');
  assert.deepEqual([empty.requestId, empty.tables], [21, [{ table: 'entries', rows: [] }]]);
  await client.ask(callReducer(22, 'record', record(number, 0, 'seen')), 'ReducerResult');
  const found = await client.ask(oneOff(23, entriesOf(number)), 'OneOffQueryResult');
  assert.deepEqual(found.tables[0].rows.map(readEntry).map((entry) => entry.text), ['seen']);
  const refused = await client.ask(oneOff(24, 'SELECT * FROM missing'), 'OneOffQueryResult');
  assert.match(refused.error, /no such table: `missing`/);
});

test('each way in which a call can fail has its own answer', async (t) => {
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  const failed = await client.ask(callReducer(1, 'record', record(nextClient(), 5)), 'ReducerResult');
  assert.match(failed.err, /is at 0, not 5$/);
  const unknown = await client.ask(callReducer(2, 'recrod', record(1, 0)), 'ReducerResult');
  assert.equal(unknown.internalError, 'no such reducer');
  const short = await client.ask(callReducer(3, 'record', Buffer.from([1, 0])), 'ReducerResult');
  assert.match(short.internalError, /^invalid arguments for reducer record: /);
  const procedure = await client.ask(callProcedure(4, 'record'), 'ProcedureResult');
  assert.deepEqual([procedure.requestId, procedure.internalError], [4, 'No such procedure']);
});

test('bytes after the last argument are ignored', async (t) => {
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  const args = Buffer.concat([record(nextClient(), 0), Buffer.from('trailing')]);
  const result = await client.ask(callReducer(1, 'record', args), 'ReducerResult');
  assert.ok(result.ok);
});

test('the result of an HTTP call goes to nobody but subscribers', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger', { token: owner.token });
  t.after(() => client.close());
  await client.ask(subscribe(1, 1, [entriesOf(number)]), 'SubscribeApplied');
  assert.equal((await call(server, 'ledger', 'record', [number, 0, 'over HTTP'], owner)).status, 200);
  const update = await client.messages.next();
  assert.equal(update.kind, 'TransactionUpdate');
  assert.deepEqual(changesOf(update.querySets, 'entries').inserts.map(readEntry).map((entry) => entry.text), ['over HTTP']);
});

test('rows from 4 KB to 4 MB arrive whole', async (t) => {
  const number = nextClient();
  const client = await RawClient.connectV2(server, 'ledger');
  t.after(() => client.close());
  await client.ask(subscribe(1, 1, [entriesOf(number)]), 'SubscribeApplied');
  const sizes = [4095, 4096, 65_535, 65_536, 4 << 20];
  for (const [sequence, size] of sizes.entries()) {
    const text = String.fromCharCode(97 + sequence).repeat(size);
    const result = await client.ask(callReducer(sequence, 'record', record(number, sequence, text)), 'ReducerResult');
    const [entry] = changesOf(result.ok.querySets, 'entries').inserts.map(readEntry);
    assert.ok(entry.text === text, `${size} bytes come back as they were sent`);
  }
  const all = await client.ask(oneOff(9, entriesOf(number)), 'OneOffQueryResult');
  const found = all.tables[0].rows.map(readEntry).map((entry) => entry.text.length);
  assert.deepEqual(found.sort((a, b) => a - b), sizes);
});
