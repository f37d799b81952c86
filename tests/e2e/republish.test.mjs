// SPDX-License-Identifier: Apache-2.0
// Publishing over a running database: with clients connected, with and without success.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader, Writer } from './harness/bsatn.mjs';
import { call, logs, newIdentity, publish, sql, tryPublish } from './harness/http.mjs';
import { callReducer, changesOf, subscribe } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
let gardens = 0;

async function freshGarden() {
  const name = `garden-${++gardens}`;
  await publish(server, name, 'growth-1-cpp', owner.token);
  return name;
}

const text = (value) => new Writer().string(value).done();
const nameOf = (row) => new Reader(row.subarray(8)).string();
const plants = (message) => changesOf(message.ok?.querySets ?? message.querySets, 'plants').inserts.map(nameOf);

test('a larger schema takes over under a connected client', async () => {
  const database = await freshGarden();
  const client = await RawClient.connect(server, database);
  await client.ask(subscribe(1, 1, ['SELECT * FROM plants']), 'SubscribeApplied');
  assert.deepEqual(plants(await client.ask(callReducer(2, 'add_plant', text('fern')), 'ReducerResult')), ['fern']);
  const unknown = await client.ask(callReducer(3, 'add_garden', text('eve')), 'ReducerResult');
  assert.equal(unknown.internalError, 'no such reducer');

  const updated = await publish(server, database, 'growth-2-cpp', owner.token);
  assert.equal(updated.op, 'updated');
  assert.deepEqual(plants(await client.ask(callReducer(4, 'add_plant', text('moss')), 'ReducerResult')), ['moss (watered)']);
  await client.ask(subscribe(5, 2, ['SELECT * FROM gardens']), 'SubscribeApplied');
  const garden = await client.ask(callReducer(6, 'add_garden', text('eve')), 'ReducerResult');
  assert.equal(changesOf(garden.ok.querySets, 'gardens').inserts.length, 1);
  const stored = await sql(server, database, 'SELECT name FROM plants', owner);
  assert.deepEqual(stored.flat().sort(), ['fern', 'moss (watered)']);
  await client.close();
});

test('the update survives a restart', async (t) => {
  const restarting = await Server.start(t);
  const first = await newIdentity(restarting);
  await publish(restarting, 'garden', 'growth-1-cpp', first.token);
  assert.equal((await call(restarting, 'garden', 'add_plant', ['fern'], first)).status, 200);
  await publish(restarting, 'garden', 'growth-2-cpp', first.token);
  await restarting.kill();
  await restarting.again();
  assert.equal((await call(restarting, 'garden', 'add_plant', ['moss'], first)).status, 200);
  assert.equal((await call(restarting, 'garden', 'add_garden', ['eve'], first)).status, 200);
  const stored = await sql(restarting, 'garden', 'SELECT name FROM plants', first);
  assert.deepEqual(stored.flat().sort(), ['fern', 'moss (watered)']);
});

test('the identical program is a success that changes nothing', async () => {
  const database = await freshGarden();
  const client = await RawClient.connect(server, database);
  assert.equal((await publish(server, database, 'growth-1-cpp', owner.token)).op, 'updated');
  assert.ok((await client.ask(callReducer(1, 'add_plant', text('fern')), 'ReducerResult')).ok);
  await client.close();
});

const REFUSED = {
  'a changed column': ['growth-refused-cpp', /^Database update rejected: .*column name in table plants/s],
  'a missing table': ['ledger-cpp', /^Database update rejected: .*plants/s],
  'bytes that are no module': [Buffer.from('not a module'), /./],
  'an empty body': [Buffer.alloc(0), /./],
};

for (const [what, [module, reason]] of Object.entries(REFUSED)) {
  test(`${what}: refused with a reason, and the old module serves on`, async () => {
    const database = await freshGarden();
    const client = await RawClient.connect(server, database);
    await client.ask(subscribe(1, 1, ['SELECT * FROM plants']), 'SubscribeApplied');
    const refused = await tryPublish(server, database, module, owner.token);
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, reason);
    assert.deepEqual(plants(await client.ask(callReducer(2, 'add_plant', text('fern')), 'ReducerResult')), ['fern']);
    await client.close();
  });
}

test('only the owner may publish over a database, and only the owner of a name may take it', async () => {
  const database = await freshGarden();
  const stranger = await newIdentity(server);
  const refused = await tryPublish(server, database, 'growth-2-cpp', stranger.token);
  assert.equal(refused.status, 403);
  assert.match(refused.text, new RegExp(`^${stranger.identity} is not authorized to perform action on database [0-9a-f]{64}: update database$`));
});

test('clear=true starts over and closes connections with 1001', async () => {
  const database = await freshGarden();
  assert.equal((await call(server, database, 'add_plant', ['fern'], owner)).status, 200);
  const client = await RawClient.connect(server, database);
  await publish(server, database, 'growth-refused-cpp', owner.token, '?clear=true');
  assert.deepEqual(await client.closed(), { code: 1001, reason: 'module exited' });
  assert.deepEqual(await sql(server, database, 'SELECT * FROM plants', owner), []);
  assert.equal((await call(server, database, 'add_plant', [5], owner)).status, 200);
});

test('clear=true with a program that is none leaves the data alone', async () => {
  const database = await freshGarden();
  assert.equal((await call(server, database, 'add_plant', ['fern'], owner)).status, 200);
  const refused = await tryPublish(server, database, Buffer.from('nonsense'), owner.token, '?clear=true');
  assert.equal(refused.status, 500);
  assert.deepEqual(await sql(server, database, 'SELECT name FROM plants', owner), [['fern']]);
});

test('publishes and calls at the same time: every call is answered, by the old module or the new one', async () => {
  const database = await freshGarden();
  const client = await RawClient.connect(server, database);
  const modules = ['growth-2-cpp', 'growth-2-cpp'];
  const published = Promise.all(modules.map((module) => tryPublish(server, database, module, owner.token)));
  for (let i = 0; i < 500; i++) client.send(callReducer(i, 'add_plant', text('p')));
  for (let i = 0; i < 500; i++) {
    const answer = await client.messages.next();
    assert.ok(answer.requestId === i && answer.ok);
  }
  assert.deepEqual((await published).map((response) => response.status), [200, 200]);
  await client.close();
});

test('a call right behind a refused publish is answered', async () => {
  const database = await freshGarden();
  const client = await RawClient.connect(server, database);
  for (let i = 0; i < 20; i++) {
    assert.equal((await tryPublish(server, database, 'growth-refused-cpp', owner.token)).status, 400);
    assert.ok((await client.ask(callReducer(i, 'add_plant', text('p')), 'ReducerResult')).ok);
  }
  await client.close();
});

test('the module log tells of updates, done and refused', async () => {
  const database = await freshGarden();
  await tryPublish(server, database, 'growth-refused-cpp', owner.token);
  await publish(server, database, 'growth-2-cpp', owner.token);
  const messages = (await logs(server, database, owner.token)).map((line) => line.message);
  assert.ok(messages.includes('Database initialized'), messages.join('\n'));
  assert.ok(messages.includes('Creating table `gardens`'), messages.join('\n'));
  assert.ok(messages.includes('Database updated'), messages.join('\n'));
});
