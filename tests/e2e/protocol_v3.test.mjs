// SPDX-License-Identifier: Apache-2.0
// Protocol v3: several client messages in one payload, replies together in one, and order under pipelining.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader, Writer } from './harness/bsatn.mjs';
import { newIdentity, publish } from './harness/http.mjs';
import { callReducer, changesOf, oneOff, subscribe, unsubscribe, V3 } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
await publish(server, 'ledger', 'ledger-cpp', owner.token);

const record = (client, sequence, text = '') => new Writer().u32(client).u64(sequence).string(text).done();
const sequenceOf = (row) => new Reader(row.subarray(12)).u64();
let clients = 0;
const nextClient = () => ++clients;
const entriesOf = (client) => `SELECT * FROM entries WHERE client = ${client}`;

async function take(client, count) {
  const messages = [];
  while (messages.length < count) messages.push(await client.messages.next(`message ${messages.length} of ${count}`));
  return messages;
}

test('several messages in one payload are done in order and answered in order', async (t) => {
  const number = nextClient();
  const client = await RawClient.connect(server, 'ledger');
  t.after(() => client.close());
  assert.equal(client.socket.protocol, V3);
  client.send(
    oneOff(1, entriesOf(number)),
    callReducer(2, 'record', record(number, 0)),
    subscribe(3, 1, [entriesOf(number)]),
    callReducer(4, 'record', record(number, 1)),
    callReducer(5, 'record', record(number, 99)),
    unsubscribe(6, 1),
    callReducer(7, 'record', record(number, 2)),
    oneOff(8, entriesOf(number)),
  );
  const answers = await take(client, 8);
  assert.deepEqual(answers.map((answer) => [answer.kind, answer.requestId]), [
    ['OneOffQueryResult', 1],
    ['ReducerResult', 2],
    ['SubscribeApplied', 3],
    ['ReducerResult', 4],
    ['ReducerResult', 5],
    ['UnsubscribeApplied', 6],
    ['ReducerResult', 7],
    ['OneOffQueryResult', 8],
  ]);
  const [before, , applied, inserted, failed, dropped, unseen, after] = answers;
  assert.equal(before.tables[0].rows.length, 0);
  assert.deepEqual(applied.tables[0].rows.map(sequenceOf), [0n]);
  assert.deepEqual(changesOf(inserted.ok.querySets, 'entries').inserts.map(sequenceOf), [1n]);
  assert.match(failed.err, /is at 2, not 99/);
  assert.equal(dropped.tables[0].rows.length, 2);
  assert.deepEqual(unseen.ok.querySets, []);
  assert.equal(after.tables[0].rows.length, 3);
});

test('replies that are ready together share a payload', async (t) => {
  const number = nextClient();
  const client = await RawClient.connect(server, 'ledger');
  t.after(() => client.close());
  const count = 200;
  client.send(...Array.from({ length: count }, (_, i) => callReducer(i, 'record', record(number, i))));
  const answers = await take(client, count);
  assert.deepEqual(answers.map((answer) => answer.requestId), answers.map((_, i) => i));
  assert.ok(answers.every((answer) => answer.ok));
  assert.ok(client.payloads.length < count / 4, `${count} replies came in ${client.payloads.length} payloads`);
});

test('a payload of replies stays within 512 KiB unless one message is larger', async (t) => {
  const number = nextClient();
  const client = await RawClient.connect(server, 'ledger');
  t.after(() => client.close());
  const sizes = [];
  client.socket.on('message', (data) => sizes.push(data.length));
  await client.ask(subscribe(0, 1, [entriesOf(number)]), 'SubscribeApplied');
  const text = 'x'.repeat(100_000);
  client.send(...Array.from({ length: 20 }, (_, i) => callReducer(i, 'record', record(number, i, text))));
  assert.ok((await take(client, 20)).every((answer) => answer.ok));
  const huge = 'y'.repeat(1 << 20);
  await client.ask(callReducer(99, 'record', record(number, 20, huge)), 'ReducerResult');
  assert.ok(sizes.pop() > 1 << 20);
  assert.ok(Math.max(...sizes) <= (512 << 10) + 1, `${Math.max(...sizes)} bytes in one payload`);
});

test('thousands of pipelined calls of several clients: each gets its own answers in its own order', async (t) => {
  const perClient = 3000;
  const connections = await Promise.all(Array.from({ length: 4 }, () => RawClient.connect(server, 'ledger')));
  t.after(() => Promise.all(connections.map((client) => client.close())));
  await Promise.all(
    connections.map(async (client) => {
      const number = nextClient();
      for (let i = 0; i < perClient; i += 50) {
        client.send(...Array.from({ length: 50 }, (_, k) => callReducer(i + k, 'record', record(number, i + k))));
      }
      const answers = await take(client, perClient);
      answers.forEach((answer, i) => assert.ok(answer.requestId === i && answer.ok, `answer ${i}`));
    }),
  );
});

test('a watcher sees every transaction once, in order, from the point where its subscription was applied', async (t) => {
  const number = nextClient();
  const writer = await RawClient.connect(server, 'ledger');
  const watcher = await RawClient.connect(server, 'ledger');
  t.after(() => Promise.all([writer.close(), watcher.close()]));
  const count = 1000;
  for (let i = 0; i < count; i += 10) {
    writer.send(...Array.from({ length: 10 }, (_, k) => callReducer(i + k, 'record', record(number, i + k))));
    if (i === 400) watcher.send(subscribe(1, 1, [entriesOf(number)]));
  }
  await take(writer, count);
  const applied = await watcher.messages.next();
  assert.equal(applied.kind, 'SubscribeApplied');
  const seen = applied.tables.flatMap(({ rows }) => rows.map(sequenceOf)).sort((a, b) => Number(a - b));
  while (seen.length < count) {
    const update = await watcher.messages.next(`entry ${seen.length}`);
    seen.push(...changesOf(update.querySets, 'entries').inserts.map(sequenceOf));
  }
  assert.deepEqual(seen, Array.from({ length: count }, (_, i) => BigInt(i)));
});

test('unconfirmed clients are served as well', async (t) => {
  const number = nextClient();
  const client = await RawClient.connect(server, 'ledger', { query: '?confirmed=false' });
  t.after(() => client.close());
  assert.ok((await client.ask(callReducer(1, 'record', record(number, 0)), 'ReducerResult')).ok);
});
