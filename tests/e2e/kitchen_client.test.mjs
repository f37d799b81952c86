// SPDX-License-Identifier: Apache-2.0
// Every column type, key and way of failing, through the official client and generated bindings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionId, Identity, ScheduleAt, TimeDuration, Timestamp, Uuid } from 'spacetimedb';
import { bindingsOf } from './harness/bindings.mjs';
import { logs, newIdentity, publish, sql } from './harness/http.mjs';
import { OfficialClient, rows } from './harness/official_client.mjs';
import { fileScope, Server } from './harness/server.mjs';
import { SLOWNESS } from './harness/waiting.mjs';

const server = await Server.start(fileScope, ['--reducer-budget-ms', `${1000 * SLOWNESS}`, '--instance-memory-mb', '128']);
const owner = await newIdentity(server);
const bindings = await bindingsOf(fileScope, 'kitchen-cpp');
await publish(server, 'kitchen', 'kitchen-cpp', owner.token);

const connect = (t) => OfficialClient.connect(t, server, 'kitchen', bindings);

async function fresh(t, name) {
  await publish(server, name, 'kitchen-cpp', owner.token);
  const client = await OfficialClient.connect(t, server, name, bindings);
  await client.subscribe(['SELECT * FROM people', 'SELECT * FROM answers', 'SELECT * FROM counted', 'SELECT * FROM slots']);
  return client;
}

const answersTo = (client, question) =>
  rows(client.db.answers).sort((a, b) => Number(a.id - b.id)).filter((row) => row.question === question).map((row) => row.text);

const person = (email, values = {}) => ({ email, name: 'Ann', city: 'Rome', age: 30, level: 3, team: { tag: 'Green' }, ...values });

test('numbers at their limits come back as they went', async (t) => {
  const client = await connect(t);
  await client.subscribe(['SELECT * FROM scalars']);
  const limits = (signed, bits) => (signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n]);
  const row = (id, end) => {
    const value = { id, flag: end === 1, f32: end ? 1.5 : -0, f64: end ? Number.MAX_VALUE : Number.MIN_VALUE };
    for (const bits of [8, 16, 32]) {
      value[`i${bits}`] = Number(limits(true, bits)[end]);
      value[`u${bits}`] = Number(limits(false, bits)[end]);
    }
    for (const bits of [64, 128, 256]) {
      value[`i${bits}`] = limits(true, bits)[end];
      value[`u${bits}`] = limits(false, bits)[end];
    }
    return value;
  };
  for (const end of [0, 1]) {
    await client.reducers.putScalars({ row: row(end, end) });
    assert.deepEqual(client.db.scalars.id.find(end), row(end, end));
  }
});

test('composite values come back as they went', async (t) => {
  const client = await connect(t);
  await client.subscribe(['SELECT * FROM composites']);
  const row = {
    id: 0n,
    text: 'Grüße, 世界 \u{1f600} \0 "quoted"',
    bytes: Uint8Array.from([0, 255, 128]),
    words: ['', 'a', 'bc'],
    flags: [true, false],
    maybe: -5n,
    maybeList: [1, 65_535],
    // The library encodes an error with the type of the other variant, so only an ok value survives its way.
    outcome: { ok: 9 },
    point: { x: -1, y: 2 },
    path: [{ x: 3, y: 4 }, { x: 5, y: 6 }],
    colour: { tag: 'DarkBlue', value: {} }, // as the library decodes it
    shape: { tag: 'Circle', value: { centre: { x: 7, y: 8 }, radius: 2.5 } },
    identity: client.identity,
    connection: new ConnectionId(2n ** 127n + 1n),
    at: new Timestamp(1_686_000_000_123_456n),
    duration: new TimeDuration(-250n),
    uuid: Uuid.parse('0190a5b3-7d1c-7cc4-8f3e-0123456789ab'),
    schedule: ScheduleAt.interval(1_000_000n),
  };
  const seen = client.watch(client.db.composites);
  await client.reducers.putComposite({ row });
  const { row: stored } = await seen.next();
  assert.deepEqual({ ...stored, id: 0n }, row);

  const none = { ...row, maybe: undefined, maybeList: undefined, outcome: { ok: 7 }, shape: { tag: 'Label', value: '' }, words: [] };
  await client.reducers.putComposite({ row: none });
  const { row: second } = await seen.next();
  assert.deepEqual({ ...second, id: 0n }, none);
  assert.ok(second.id > stored.id);

  // The module reads what it was given: copies are equal.
  await client.reducers.copyComposites({});
  const copies = [(await seen.next()).row, (await seen.next()).row];
  assert.deepEqual(copies.map((copy) => ({ ...copy, id: 0n })), [row, none]);
});

test('an update through a key is an update for the client; a unique column refuses the second row', async (t) => {
  const client = await fresh(t, 'kitchen-people');
  const people = client.watch(client.db.people);
  await client.reducers.addPerson(person('ann@example.org'));
  const { row: ann } = await people.next();
  await assert.rejects(client.reducers.addPerson(person('ann@example.org')), (error) => {
    return error.name === 'SenderError' && error.message.startsWith('ann@example.org is taken');
  });
  await client.reducers.renamePerson({ email: 'ann@example.org', name: 'Anna' });
  const renamed = await people.next();
  assert.deepEqual([renamed.kind, renamed.before.name, renamed.row.name], ['update', 'Ann', 'Anna']);
  assert.equal(client.db.people.email.find('ann@example.org').id, ann.id);
  await client.reducers.dropPerson({ id: ann.id });
  assert.equal((await people.next()).kind, 'delete');
  assert.equal(client.db.people.count(), 0n);
});

test('indexes find the same rows inside the module and in the client', async (t) => {
  const client = await fresh(t, 'kitchen-indexes');
  for (const [i, age] of [20, 30, 40, 50].entries()) {
    await client.reducers.addPerson(person(`p${i}@example.org`, { name: `P${i}`, age, level: age, city: i < 3 ? 'Rome' : 'Oslo' }));
  }
  await client.reducers.questionPeople({ name: 'P1', city: 'Rome', low: 30, high: 50 });
  const expected = {
    hash: 'P1', range: 'P1 P2', range_inclusive: 'P1 P2 P3', range_from: 'P1 P2 P3', range_after: 'P2 P3', range_to: 'P0 P1 P2',
    range_to_inclusive: 'P0 P1 P2 P3', point: 'P1', prefix_1: 'P0 P1 P2', prefix_2: 'P1', prefix_range: 'P1 P2', full: 'P1',
    full_range: 'P1', direct: 'P1', direct_range: 'P1 P2 P3', enum: 'P0 P1 P2 P3', count: '4',
  };
  for (const [question, text] of Object.entries(expected)) assert.deepEqual(answersTo(client, question), [text], question);
});

test('auto-increment fills zeros only, from where it stopped', async (t) => {
  const client = await fresh(t, 'kitchen-counted');
  await client.reducers.countUp({ id: 0, second: 0, text: 'a' });
  await client.reducers.countUp({ id: 0, second: 77, text: 'b' });
  await client.reducers.countUp({ id: 9, second: 0, text: 'c' });
  assert.deepEqual(answersTo(client, 'count_up'), ['1 1 a 1', '2 77 b 2', '9 2 c 3']);
});

test('many rows and big rows in one transaction', async (t) => {
  const client = await fresh(t, 'kitchen-bulk');
  await client.reducers.questionBulk({ rows: 300, bytes: 10_000 });
  assert.deepEqual(answersTo(client, 'bulk'), ['3000000 bytes, last 10000, 300 cleared, 0 left']);
});

test('rows of event tables are delivered and never stored', async (t) => {
  const client = await connect(t);
  const other = await connect(t);
  for (const each of [client, other]) await each.subscribe(['SELECT * FROM signals']);
  const own = client.watch(client.db.signals);
  const foreign = other.watch(other.db.signals);
  await client.reducers.emit({ number: 7, text: 'ding' });
  assert.deepEqual((await own.next()).row, { number: 7, text: 'ding' });
  assert.deepEqual((await foreign.next()).row, { number: 7, text: 'ding' });
  assert.equal(client.db.signals.count(), 0n);
  assert.deepEqual(await sql(server, 'kitchen', 'SELECT * FROM signals', owner), []);
});

test('private tables are there for the owner only', async (t) => {
  const client = await connect(t);
  await assert.rejects(client.subscribe(['SELECT * FROM secret_notes']), /no such table: `secret_notes`/);
  assert.deepEqual(await sql(server, 'kitchen', "SELECT * FROM secret_notes WHERE text = 'started'", owner), [['started']]);
});

const MISBEHAVIOURS = {
  panicNow: { text: 'boom' },
  assertFalse: {},
  abortNow: {},
  trapNow: {},
  divide: { by: 0 },
  readOutOfBounds: {},
  loopForEver: {},
  takeAllMemory: {},
  recurseForEver: {},
};

for (const [reducer, args] of Object.entries(MISBEHAVIOURS)) {
  test(`${reducer}: an internal error for the caller, nothing kept, the next call works`, async (t) => {
    const client = await connect(t);
    const expected = reducer === 'loopForEver' ? 'reducer ran out of energy' : 'The instance encountered a fatal error.';
    await assert.rejects(client.reducers[reducer](args), { name: 'InternalError', message: expected });
    await client.reducers.writeNote({ text: `after ${reducer}` });
    const trace = await sql(server, 'kitchen', "SELECT * FROM secret_notes WHERE text = 'must be rolled back'", owner);
    assert.deepEqual(trace, []);
  });
}

test('a refusal rolls back and is logged with its reducer', async (t) => {
  const client = await connect(t);
  await assert.rejects(client.reducers.refuse({ reason: 'not on a Sunday' }), { name: 'SenderError', message: 'not on a Sunday' });
  const trace = await sql(server, 'kitchen', "SELECT * FROM secret_notes WHERE text = 'must be rolled back'", owner);
  assert.deepEqual(trace, []);
  const line = (await logs(server, 'kitchen', owner.token)).find((record) => record.message.includes('not on a Sunday'));
  assert.deepEqual([line.level, line.function], ['Error', 'refuse']);
});

test('log lines carry level, function and place; a panic carries a trace', async (t) => {
  const client = await connect(t);
  await client.reducers.logAllLevels({ text: 'roll call' });
  await assert.rejects(client.reducers.panicNow({ text: 'roll call' }));
  const records = (await logs(server, 'kitchen', owner.token)).filter((record) => record.message.includes('roll call'));
  assert.deepEqual(records.map((record) => record.level).slice(0, 5), ['Error', 'Warn', 'Info', 'Debug', 'Trace']);
  assert.ok(records.slice(0, 5).every((record) => record.function === 'log_all_levels' && record.ts > 1.6e15));
  const panic = records.find((record) => record.level === 'Panic');
  assert.match(panic.message, /panic as asked: roll call/);
  assert.ok(Array.isArray(panic.trace));
});

test('the context tells who calls, when, and through which connection', async (t) => {
  const client = await fresh(t, 'kitchen-context');
  await client.reducers.questionContext({});
  assert.deepEqual(answersTo(client, 'sender'), [client.identity.toHexString()]);
  assert.deepEqual(answersTo(client, 'connection'), [client.connection.connectionId.toHexString()]);
  const [identity] = answersTo(client, 'identity');
  assert.ok(new Identity(identity).toHexString() === identity);
  assert.match(answersTo(client, 'jwt')[0], /"iss":"localhost"/);
});
