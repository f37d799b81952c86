// SPDX-License-Identifier: Apache-2.0
// What a client can send wrongly: it is told with a close code, loses its connection, and nobody else notices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Writer } from './harness/bsatn.mjs';
import { newIdentity, publish } from './harness/http.mjs';
import { callReducer, oneOff, subscribe, V2, V3 } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
await publish(server, 'ledger', 'ledger-cpp', owner.token);

const record = (client, sequence) => new Writer().u32(client).u64(sequence).string('').done();
const valid = callReducer(1, 'record', record(1, 0));

const MALFORMED = {
  'an unknown tag': Buffer.from([200]),
  'tag 6, one past the last': Buffer.from([6, 0, 0, 0, 0]),
  'a message cut off': valid.subarray(0, valid.length - 1),
  'call flags other than 0': callReducer(1, 'record', record(1, 0), 1),
  'unsubscribe flags other than 0 and 1': Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
  'a string longer than the message': new Writer().u8(2).u32(1).u32(0xffffffff).raw('SELECT').done(),
  'a list longer than the message': new Writer().u8(0).u32(1).u32(1).u32(0xffffffff).done(),
  'a query that is not UTF-8': new Writer().u8(2).u32(1).bytes([0xff, 0xfe]).done(),
  'a reducer name that is not UTF-8': new Writer().u8(3).u32(1).u8(0).bytes([0xc3]).bytes([]).done(),
};

for (const protocol of [V2, V3]) {
  const name = protocol.slice(0, 2);
  describe(`protocol ${name}`, () => {
    const connect = () => RawClient.connect(server, 'ledger', { protocols: [protocol] });

    for (const [what, bytes] of Object.entries(MALFORMED)) {
      test(`${what} closes with 1011 and a reason`, async () => {
        const client = await connect();
        client.send(bytes);
        const { code, reason } = await client.closed();
        assert.equal(code, 1011);
        assert.notEqual(reason, '');
      });
    }

    test('a text message closes with 1011', async () => {
      const client = await connect();
      client.socket.send('{"CallReducer":{}}');
      assert.deepEqual(await client.closed(), { code: 1011, reason: `${name} websocket does not support text messages` });
    });

    test('what came before the malformed message was done', async () => {
      const number = protocol === V2 ? 1001 : 1002;
      const client = await connect();
      client.send(callReducer(1, 'record', record(number, 0)));
      client.send(Buffer.from([200]));
      assert.equal((await client.closed()).code, 1011);
      const other = await connect();
      const found = await other.ask(oneOff(1, `SELECT * FROM entries WHERE client = ${number}`), 'OneOffQueryResult');
      assert.equal(found.tables[0].rows.length, 1);
      await other.close();
    });
  });
}

test('an empty v3 payload closes with 1011', async () => {
  const client = await RawClient.connect(server, 'ledger');
  client.socket.send(Buffer.alloc(0));
  const reason = 'v3 websocket binary payload must contain at least one v2 client message';
  assert.deepEqual(await client.closed(), { code: 1011, reason });
});

test('bytes after the one message of a v2 payload are ignored', async () => {
  const client = await RawClient.connectV2(server, 'ledger');
  const answer = await client.ask(Buffer.concat([oneOff(5, 'SELECT * FROM tails'), Buffer.from('more')]), 'OneOffQueryResult');
  assert.equal(answer.requestId, 5);
  await client.close();
});

test('v3: messages before a malformed one in the same payload were done', async () => {
  const client = await RawClient.connect(server, 'ledger');
  client.send(callReducer(1, 'record', record(1003, 0)), Buffer.from([200]));
  assert.equal((await client.closed()).code, 1011);
  const other = await RawClient.connect(server, 'ledger');
  const found = await other.ask(oneOff(1, 'SELECT * FROM entries WHERE client = 1003'), 'OneOffQueryResult');
  assert.equal(found.tables[0].rows.length, 1);
  await other.close();
});

test('a query of 50,000 bytes is read, one byte more is refused, and the connection stays', async () => {
  const client = await RawClient.connect(server, 'ledger');
  const query = (bytes) => `${"SELECT * FROM entries WHERE text = '".padEnd(bytes - 1, 'x')}'`;
  assert.ok((await client.ask(oneOff(1, query(50_000)), 'OneOffQueryResult')).tables);
  assert.match((await client.ask(oneOff(2, query(50_001)), 'OneOffQueryResult')).error, /SQL query exceeds maximum allowed length/);
  await client.ask(subscribe(3, 1, ['SELECT * FROM tails']), 'SubscribeApplied');
  await client.close();
});

test('other clients work on while many misbehave', async () => {
  const good = await RawClient.connect(server, 'ledger');
  const kinds = Object.values(MALFORMED);
  const bad = await Promise.all(Array.from({ length: 40 }, () => RawClient.connect(server, 'ledger')));
  bad.forEach((client, i) => client.send(kinds[i % kinds.length]));
  for (let i = 0; i < 100; i++) {
    assert.ok((await good.ask(callReducer(i, 'record', record(2000, i)), 'ReducerResult')).ok);
  }
  for (const client of bad) assert.equal((await client.closed()).code, 1011);
  await good.close();
});
