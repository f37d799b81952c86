// SPDX-License-Identifier: Apache-2.0
// What a server knows after it was stopped or killed and started again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Writer } from './harness/bsatn.mjs';
import { call, logs, newIdentity, publish, request, sql } from './harness/http.mjs';
import { callReducer } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { Server } from './harness/server.mjs';

const record = (client, sequence) => new Writer().u32(client).u64(sequence).string('kept').done();

for (const ending of ['stop', 'kill']) {
  test(`everything is there after a ${ending}`, async (t) => {
    const server = await Server.start(t);
    const owner = await newIdentity(server);
    const published = await publish(server, 'ledger', 'ledger-cpp', owner.token);
    const client = await RawClient.connect(server, 'ledger', { token: owner.token });
    for (let i = 0; i < 100; i++) {
      assert.ok((await client.ask(callReducer(i, 'record', record(1, i)), 'ReducerResult')).ok);
    }
    const key = await request(server, 'GET', '/v1/identity/public-key');
    await server[ending]();
    await client.closed();
    await server.again();

    assert.equal((await request(server, 'GET', '/v1/identity/public-key')).text, key.text, 'the signing key');
    assert.equal((await request(server, 'GET', '/v1/database/ledger/identity')).text, published.database_identity, 'the name');
    assert.equal((await sql(server, 'ledger', 'SELECT * FROM entries', owner)).length, 100, 'the rows');
    const again = await RawClient.connect(server, 'ledger', { token: owner.token });
    assert.equal(again.initial.identity, owner.identity, 'tokens of before');
    const repeated = await again.ask(callReducer(1, 'record', record(1, 0)), 'ReducerResult');
    assert.match(repeated.err, /is at 100, not 0/);
    assert.ok((await again.ask(callReducer(2, 'record', record(1, 100)), 'ReducerResult')).ok);
    const ids = (await sql(server, 'ledger', 'SELECT id FROM entries', owner)).map(([id]) => id);
    assert.equal(new Set(ids).size, 101, 'no id is given out twice');
    const messages = (await logs(server, 'ledger', owner.token)).map((line) => line.message);
    assert.ok(messages.some((message) => message.includes('Creating table `entries`')), 'the log');
    await again.close();
  });
}

test('a deleted database stays deleted, a renamed one keeps its new name', async (t) => {
  const server = await Server.start(t);
  const owner = await newIdentity(server);
  const kept = await publish(server, 'kept', 'ledger-cpp', owner.token);
  await publish(server, 'gone', 'ledger-cpp', owner.token);
  const names = `/v1/database/${kept.database_identity}/names`;
  assert.equal((await request(server, 'PUT', names, { token: owner.token, body: '["renamed"]', headers: { 'content-type': 'application/json' } })).status, 200);
  assert.equal((await request(server, 'DELETE', '/v1/database/gone', { token: owner.token })).status, 200);
  await server.kill();
  await server.again();
  assert.equal((await request(server, 'GET', '/v1/database/renamed/identity')).text, kept.database_identity);
  assert.equal((await request(server, 'GET', '/v1/database/kept/identity')).status, 404);
  assert.equal((await request(server, 'GET', '/v1/database/gone')).status, 404);
  assert.equal((await call(server, 'renamed', 'record', [1, 0, ''], owner)).status, 200);
});

test('a second server on the same data is refused and does no harm', async (t) => {
  const server = await Server.start(t);
  const owner = await newIdentity(server);
  await publish(server, 'ledger', 'ledger-cpp', owner.token);
  const second = new Server(server.directory, []);
  await assert.rejects(second.again(), /another process|in use|holds/);
  assert.equal((await call(server, 'ledger', 'record', [1, 0, ''], owner)).status, 200);
});

test('a server in memory forgets everything', async (t) => {
  const server = await Server.start(t, ['--in-memory']);
  const owner = await newIdentity(server);
  await publish(server, 'ledger', 'ledger-cpp', owner.token);
  assert.equal((await call(server, 'ledger', 'record', [1, 0, ''], owner)).status, 200);
  await server.stop();
  await server.again();
  assert.equal((await request(server, 'GET', '/v1/database/ledger')).status, 404);
});
