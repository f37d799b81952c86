// SPDX-License-Identifier: Apache-2.0
// The chat example with the official client, against its C++ module and its Rust module alike.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindingsOf } from './harness/bindings.mjs';
import { newIdentity, publish, request, sql } from './harness/http.mjs';
import { OfficialClient, rows } from './harness/official_client.mjs';
import { fileScope, Server } from './harness/server.mjs';

const EVERYTHING = ['SELECT * FROM user', 'SELECT * FROM message'];

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
const bindingsByModule = {
  'chat-cpp': await bindingsOf(fileScope, 'chat-cpp'),
  'chat-rust': await bindingsOf(fileScope, 'chat-rust'),
};
let rooms = 0;

for (const [module, bindings] of Object.entries(bindingsByModule)) {
  describe(`official client with ${module}`, () => {
    async function freshRoom() {
      const name = `room-${++rooms}`;
      await publish(server, name, module, owner.token);
      return name;
    }
    const enter = (t, room, options) => OfficialClient.connect(t, server, room, bindings, options);

    test('own writes come back through callbacks, before the call completes', async (t) => {
      const client = await enter(t, await freshRoom());
      const handle = await client.subscribe(EVERYTHING);
      assert.ok(handle.isActive());
      assert.equal(client.db.user.count(), 1n);
      assert.equal(client.db.user.identity.find(client.identity).online, true);

      const said = client.watch(client.db.message);
      await client.reducers.sendMessage({ text: 'hello' });
      assert.equal(said.size, 1);
      const { kind, row, event } = await said.next();
      assert.deepEqual([kind, event, row.text], ['insert', 'Reducer', 'hello']);
      assert.ok(row.sender.isEqual(client.identity));
      assert.equal(client.db.message.id.find(row.id).text, 'hello');
    });

    test('two clients see each other come, change, write and leave', async (t) => {
      const room = await freshRoom();
      const alice = await enter(t, room);
      await alice.subscribe(EVERYTHING);
      const users = alice.watch(alice.db.user);
      const messages = alice.watch(alice.db.message);

      const bob = await enter(t, room);
      await bob.subscribe(EVERYTHING);
      const arrival = await users.next('bob arrives');
      assert.deepEqual([arrival.kind, arrival.event, arrival.row.online], ['insert', 'Transaction', true]);
      assert.ok(arrival.row.identity.isEqual(bob.identity));
      assert.equal(bob.db.user.count(), 2n);

      await bob.reducers.setName({ name: 'Bob' });
      const renamed = await users.next('bob gets a name');
      assert.deepEqual([renamed.kind, renamed.before.name, renamed.row.name], ['update', undefined, 'Bob']);

      await bob.reducers.sendMessage({ text: 'hi alice' });
      assert.equal((await messages.next('bob speaks')).row.text, 'hi alice');

      await bob.disconnect();
      const left = await users.next('bob leaves');
      assert.deepEqual([left.kind, left.before.online, left.row.online], ['update', true, false]);
    });

    test('an error of the reducer reaches the caller as it was worded, and changes nothing', async (t) => {
      const client = await enter(t, await freshRoom());
      await client.subscribe(EVERYTHING);
      await assert.rejects(client.reducers.sendMessage({ text: '' }), { name: 'SenderError', message: 'a message must not be empty' });
      await assert.rejects(client.reducers.setName({ name: 'x'.repeat(65) }), /a name has at most 64 bytes, this one has 65/);
      assert.equal(client.db.message.count(), 0n);
      await client.reducers.sendMessage({ text: 'still works' });
      assert.equal(client.db.message.count(), 1n);
    });

    test('a subscription that cannot be understood is refused with a reason', async (t) => {
      const client = await enter(t, await freshRoom());
      await assert.rejects(client.subscribe(['SELECT * FROM nothing_like_it']), /no such table: `nothing_like_it`/);
      await assert.rejects(client.subscribe(['SELECT FROM WHERE']), /executing: `SELECT FROM WHERE`/);
      await client.subscribe(EVERYTHING);
    });

    test('a filtered subscription holds exactly the rows that match', async (t) => {
      const room = await freshRoom();
      const client = await enter(t, room);
      await client.subscribe(["SELECT * FROM message WHERE text = 'wanted'", 'SELECT * FROM user WHERE identity = :sender']);
      const seen = client.watch(client.db.message);
      const other = await enter(t, room);
      for (const text of ['unwanted', 'wanted', 'unwanted']) await other.reducers.sendMessage({ text });
      await client.reducers.sendMessage({ text: 'unwanted' });
      assert.equal((await seen.next()).row.text, 'wanted');
      assert.equal(seen.size, 0);
      assert.deepEqual(rows(client.db.user).map((user) => user.identity.toHexString()), [client.identity.toHexString()]);
    });

    test('a subscription may be written with the generated query builder', async (t) => {
      const client = await enter(t, await freshRoom());
      const wanted = bindings.tables.message.where((row) => row.text.eq("it's wanted"));
      await client.subscribe([wanted, bindings.tables.user]);
      for (const text of ['unwanted', "it's wanted"]) await client.reducers.sendMessage({ text });
      assert.deepEqual(rows(client.db.message).map((row) => row.text), ["it's wanted"]);
      assert.equal(client.db.user.count(), 1n);
    });

    test('unsubscribing removes the rows that no other subscription holds', async (t) => {
      const client = await enter(t, await freshRoom());
      await client.reducers.sendMessage({ text: 'a' });
      await client.reducers.sendMessage({ text: 'b' });
      const all = await client.subscribe(['SELECT * FROM message']);
      await client.subscribe(["SELECT * FROM message WHERE text = 'a'"]);
      assert.equal(client.db.message.count(), 2n);
      const seen = client.watch(client.db.message);
      await client.unsubscribe(all);
      assert.ok(all.isEnded());
      assert.deepEqual(rows(client.db.message).map((row) => row.text), ['a']);
      const gone = await seen.next();
      assert.deepEqual([gone.kind, gone.event, gone.row.text], ['delete', 'UnsubscribeApplied', 'b']);
      await client.reducers.sendMessage({ text: 'c' });
      assert.equal(client.db.message.count(), 1n);
    });

    test('many calls at once are answered in order and are all there', async (t) => {
      const client = await enter(t, await freshRoom());
      await client.subscribe(EVERYTHING);
      const order = [];
      const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`);
      await Promise.all(texts.map((text) => client.reducers.sendMessage({ text }).then(() => order.push(text))));
      assert.deepEqual(order, texts);
      const stored = rows(client.db.message).sort((a, b) => Number(a.id - b.id));
      assert.deepEqual(stored.map((row) => row.text), texts);
    });

    test('a token brings the same identity back, none a new one', async (t) => {
      const room = await freshRoom();
      const first = await enter(t, room);
      await first.reducers.setName({ name: 'Ada' });
      await first.disconnect();

      const again = await enter(t, room, { token: first.token });
      assert.ok(again.identity.isEqual(first.identity));
      assert.equal(again.token, first.token);
      await again.subscribe(EVERYTHING);
      assert.equal(again.db.user.identity.find(first.identity).name, 'Ada');

      const stranger = await enter(t, room);
      assert.ok(!stranger.identity.isEqual(first.identity));
    });

    test('a broken token is a connect error', async (t) => {
      await assert.rejects(enter(t, await freshRoom(), { token: 'not.a.token' }));
    });

    test('what is written over HTTP or SQL reaches subscribers as well', async (t) => {
      const room = await freshRoom();
      const client = await enter(t, room);
      await client.subscribe(EVERYTHING);
      const seen = client.watch(client.db.message);
      const called = await request(server, 'POST', `/v1/database/${room}/call/send_message`, {
        token: owner.token,
        body: '["over HTTP"]',
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(called.status, 200, called.text);
      assert.equal((await seen.next()).row.text, 'over HTTP');
      const stored = await sql(server, room, 'SELECT text FROM message', owner);
      assert.deepEqual(stored, [['over HTTP']]);
    });

    test('unconfirmed reads work too', async (t) => {
      const client = await enter(t, await freshRoom(), { confirmed: false });
      await client.subscribe(EVERYTHING);
      await client.reducers.sendMessage({ text: 'fast' });
      assert.equal(client.db.message.count(), 1n);
    });
  });
}
