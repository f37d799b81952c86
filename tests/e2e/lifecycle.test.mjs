// SPDX-License-Identifier: Apache-2.0
// Clients coming and going: hooks of the module, refusals, and what is left of them after a crash.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader } from './harness/bsatn.mjs';
import { call, newIdentity, publish, request, sql } from './harness/http.mjs';
import { changesOf, oneOff, subscribe } from './harness/protocol.mjs';
import { RawClient } from './harness/raw_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
let doors = 0;

async function freshDoor() {
  const name = `door-${++doors}`;
  await publish(server, name, 'doorman-cpp', owner.token);
  return name;
}

function readVisit(row) {
  const reader = new Reader(row);
  const hex = (bytes) => Buffer.from(bytes).reverse().toString('hex');
  return { visitor: hex(reader.take(32)), connection: hex(reader.take(16)), inside: reader.u8() === 1 };
}

// A client that is told of every visit that changes.
async function watchVisits(database) {
  const watcher = await RawClient.connect(server, database, { token: owner.token });
  await watcher.ask(subscribe(1, 1, ['SELECT * FROM visits']), 'SubscribeApplied');
  return {
    watcher,
    next: async () => changesOf((await watcher.messages.next('a visit changes')).querySets, 'visits').inserts.map(readVisit),
  };
}

test('connecting and leaving run the hooks with the identity and connection of the client', async (t) => {
  const database = await freshDoor();
  const { watcher, next } = await watchVisits(database);
  t.after(() => watcher.close());
  const client = await RawClient.connect(server, database);
  const { identity: visitor, connectionId: connection } = client.initial;
  assert.deepEqual(await next(), [{ visitor, connection, inside: true }]);
  await client.close();
  assert.deepEqual(await next(), [{ visitor, connection, inside: false }]);
});

test('a connection that just breaks counts as leaving', async (t) => {
  const database = await freshDoor();
  const { watcher, next } = await watchVisits(database);
  t.after(() => watcher.close());
  const client = await RawClient.connect(server, database);
  await next();
  client.socket.terminate();
  assert.deepEqual((await next()).map((visit) => visit.inside), [false]);
});

test('HTTP calls and SQL come and go like clients', async (t) => {
  const database = await freshDoor();
  const { watcher, next } = await watchVisits(database);
  t.after(() => watcher.close());
  assert.equal((await call(server, database, 'set_door', ['', false], owner)).status, 200);
  const [came, went] = [await next(), await next()];
  assert.deepEqual([...came, ...went].map((visit) => [visit.visitor, visit.inside]), [[owner.identity, true], [owner.identity, false]]);
  await sql(server, database, 'SELECT * FROM doors', owner);
  assert.deepEqual([...(await next()), ...(await next())].map((visit) => visit.inside), [true, false]);
});

test('a client that client_connected refuses is dropped without a word and leaves nothing behind', async (t) => {
  const database = await freshDoor();
  const { watcher, next } = await watchVisits(database);
  t.after(() => watcher.close());
  assert.equal((await call(server, database, 'set_door', ['come back tomorrow', false], owner)).status, 200);
  await next();
  await next();
  const refused = new RawClient(server, database);
  assert.equal((await refused.closed()).code, 1006);
  assert.equal(refused.payloads.length, 0);

  const called = await call(server, database, 'set_door', ['', false], owner);
  assert.deepEqual([called.status, called.text], [403, 'come back tomorrow']);
  const queried = await request(server, 'POST', `/v1/database/${database}/sql`, { token: owner.token, body: 'SELECT * FROM doors' });
  assert.deepEqual([queried.status, queried.text], [403, 'come back tomorrow']);
  const visits = await watcher.ask(oneOff(2, 'SELECT * FROM visits'), 'OneOffQueryResult');
  assert.deepEqual(visits.tables[0].rows.map(readVisit).filter((visit) => visit.visitor !== owner.identity), []);
  const present = await watcher.ask(oneOff(3, 'SELECT * FROM st_client'), 'OneOffQueryResult');
  assert.equal(present.tables[0].rows.length, 1, 'only the watcher is there');
});

test('a client_connected that panics refuses as well, and the next client may come', async (t) => {
  const database = await freshDoor();
  const { watcher } = await watchVisits(database);
  t.after(() => watcher.close());
  assert.equal((await call(server, database, 'set_door', ['panic', false], owner)).status, 200);
  assert.equal((await new RawClient(server, database).closed()).code, 1006);
  const called = await call(server, database, 'set_door', ['', false], owner);
  assert.ok(called.status === 404 || called.status === 500, `${called.status} ${called.text}`);
});

test('a client_disconnected that panics does not keep the client', async () => {
  const database = await freshDoor();
  assert.equal((await call(server, database, 'set_door', ['', true], owner)).status, 200);
  const client = await RawClient.connect(server, database);
  const other = await RawClient.connect(server, database, { token: owner.token });
  await other.ask(subscribe(1, 1, ['SELECT * FROM st_client']), 'SubscribeApplied');
  await client.close();
  const update = await other.messages.next('the client is gone from st_client');
  assert.equal(changesOf(update.querySets, 'st_client').deletes.length, 1);
  await other.close();
});

test('lifecycle reducers cannot be called', async () => {
  const database = await freshDoor();
  for (const [reducer, kind] of [['built', 'Init'], ['came', 'OnConnect'], ['went', 'OnDisconnect']]) {
    const { status, text } = await call(server, database, reducer, [], owner);
    assert.deepEqual([status, text], [400, `can't directly call special ${kind} lifecycle reducer`]);
  }
});

test('a connection id of zero, or one that is not 32 hex digits, is refused', async () => {
  const database = await freshDoor();
  for (const id of ['0'.repeat(32), 'abc', 'g'.repeat(32)]) {
    const client = new RawClient(server, database, { query: `?connection_id=${id}` });
    await assert.rejects(client.messages.next(), /400/, id);
  }
});

test('two connections with the same identity and connection id do no harm', async () => {
  const database = await freshDoor();
  const options = { token: owner.token, query: `?connection_id=${'7'.repeat(32)}` };
  const first = await RawClient.connect(server, database, options);
  const second = new RawClient(server, database, options);
  await Promise.race([second.closed(), second.messages.next()]).catch(() => {});
  await first.ask(oneOff(1, 'SELECT * FROM doors'), 'OneOffQueryResult');
  second.socket.terminate();
  await first.close();
  assert.equal((await sql(server, database, 'SELECT * FROM st_client', owner)).length, 1, 'only the query itself');
});

test('hundreds of clients at once come, work and go', async () => {
  const database = await freshDoor();
  const clients = await Promise.all(Array.from({ length: 300 }, () => RawClient.connect(server, database)));
  assert.equal(new Set(clients.map((client) => client.initial.identity)).size, clients.length);
  await Promise.all(clients.map((client) => client.ask(oneOff(1, 'SELECT * FROM doors'), 'OneOffQueryResult')));
  await Promise.all(clients.map((client) => client.close()));
  const left = await sql(server, database, 'SELECT * FROM visits WHERE inside = false', owner);
  assert.equal(left.length, clients.length);
});

test('clients of before a crash leave when the database starts again', async (t) => {
  const crashing = await Server.start(t);
  const first = await newIdentity(crashing);
  await publish(crashing, 'door', 'doorman-cpp', first.token);
  const client = await RawClient.connect(crashing, 'door');
  const { identity: visitor } = client.initial;
  await crashing.kill();
  await client.closed();
  await crashing.again();
  const present = await sql(crashing, 'door', 'SELECT * FROM st_client', first);
  assert.equal(present.length, 1, 'only the query itself');
  const visits = await sql(crashing, 'door', 'SELECT visitor, inside FROM visits', first);
  assert.deepEqual(visits.filter(([[identity]]) => identity === `0x${visitor}`), [[[`0x${visitor}`], false]]);
});

test('a stop closes connections with 1001 and runs their hooks', async (t) => {
  const stopping = await Server.start(t);
  const first = await newIdentity(stopping);
  await publish(stopping, 'door', 'doorman-cpp', first.token);
  const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(stopping, 'door')));
  await stopping.stop();
  for (const client of clients) assert.deepEqual(await client.closed(), { code: 1001, reason: 'module exited' });
  await stopping.again();
  const visits = await sql(stopping, 'door', 'SELECT visitor, inside FROM visits WHERE inside = false', first);
  for (const client of clients) {
    assert.ok(visits.some(([[identity]]) => identity === `0x${client.initial.identity}`), 'each client has left');
  }
  assert.equal((await sql(stopping, 'door', 'SELECT * FROM st_client', first)).length, 1);
});
