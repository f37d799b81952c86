// SPDX-License-Identifier: Apache-2.0
// HTTP routes that use and change databases: calls, SQL, publishing, names, deletion.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call, moduleBytes, newIdentity, publish, request, sql, tryPublish } from './harness/http.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
const stranger = await newIdentity(server);
await publish(server, 'kitchen', 'kitchen-cpp', owner.token);
const json = { 'content-type': 'application/json' };

const get = (path, options) => request(server, 'GET', path, options);

describe('calls', () => {
  const callRaw = (reducer, body, headers = json) =>
    request(server, 'POST', `/v1/database/kitchen/call/${reducer}`, { token: owner.token, body, headers });

  test('success', async () => {
    const answer = await callRaw('write_note', '["hello"]');
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.match(answer.headers.get('spacetime-energy-used'), /^\d+$/);
    assert.match(answer.headers.get('spacetime-execution-duration-micros'), /^\d+$/);
    assert.equal((await callRaw('write_note', '{"text":"by name"}')).status, 200);
    assert.equal((await callRaw('write_note', '["x"]', { 'content-type': 'Application/JSON' })).status, 200);
  });

  test('errors of the reducer', async () => {
    const refused = await callRaw('refuse', '["because"]');
    assert.deepEqual([refused.status, refused.text], [530, 'because']);
    const trapped = await callRaw('trap_now', '[]');
    assert.deepEqual([trapped.status, trapped.text], [530, 'The instance encountered a fatal error.']);
    assert.notEqual(trapped.headers.get('spacetime-energy-used'), null);
  });

  test('requests that are wrong', async () => {
    const missing = await callRaw('write_note', '["x"]', {});
    assert.deepEqual([missing.status, missing.text], [400, 'Header of type `content-type` was missing']);
    const other = await callRaw('write_note', '["x"]', { 'content-type': 'application/json; charset=utf-8' });
    assert.deepEqual([other.status, other.text], [415, 'Expected request with `Content-Type: application/json`']);
    const text = await callRaw('write_note', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    assert.deepEqual([text.status, text.text], [400, "Request body didn't contain valid UTF-8"]);
    const unknown = await callRaw('no_such_thing', 'not even JSON');
    assert.deepEqual([unknown.status, unknown.text], [404, 'No such procedure']);
    for (const body of ['', '[', '["a","b"]', '[]', '[5]', '{"txet":"x"}', '"x"', 'null', '["x"] x']) {
      const answer = await callRaw('write_note', body);
      assert.equal(answer.status, 400, body);
      assert.match(answer.text, /^invalid arguments for reducer write_note: ./, body);
    }
  });

  test('a budget that is used up', async (t) => {
    const impatient = await Server.start(t, ['--reducer-budget-ms', '100']);
    const { token } = await newIdentity(impatient);
    await publish(impatient, 'kitchen', 'kitchen-cpp', token);
    const answer = await call(impatient, 'kitchen', 'loop_for_ever', [], { token });
    assert.deepEqual([answer.status, answer.text], [402, 'Module energy budget exhausted.']);
    assert.equal((await call(impatient, 'kitchen', 'write_note', ['after'], { token })).status, 200);
  });
});

describe('sql', () => {
  const query = (text, options = {}, suffix = '') =>
    request(server, 'POST', `/v1/database/kitchen/sql${suffix}`, { token: owner.token, body: text, ...options });

  test('rows with their schema', async () => {
    await call(server, 'kitchen', 'count_up', [0, 0, 'sql'], owner);
    const answer = await query("SELECT * FROM counted WHERE text = 'sql'");
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.match(answer.headers.get('spacetime-execution-duration-micros'), /^\d+$/);
    const [statement] = answer.json();
    assert.deepEqual(statement.schema.elements.map(({ name }) => name.some), ['id', 'second', 'text', 'wide']);
    assert.deepEqual(statement.schema.elements.map(({ algebraic_type }) => Object.keys(algebraic_type)[0]), ['U8', 'I16', 'String', 'U256']);
    assert.deepEqual(statement.rows.map((row) => row[2]), ['sql']);
    assert.deepEqual(statement.stats, { rows_inserted: 0, rows_deleted: 0, rows_updated: 0 });
    assert.equal(typeof statement.total_duration_micros, 'number');
    assert.equal((await query('SELECT * FROM counted', {}, '?confirmed=false')).status, 200);
    assert.deepEqual(await sql(server, 'kitchen', 'SELECT text FROM counted WHERE second = 32767', owner), []);
  });

  test('values of every kind', async () => {
    const composite = {
      id: 0, text: 'a', bytes: 'ff00', words: ['b'], flags: [true], maybe: { some: -5 }, maybe_list: { none: [] },
      outcome: { err: 'no luck' }, point: { x: 1, y: -2 }, path: [[3, 4]], colour: { DarkBlue: [] }, shape: { Label: 'l' },
      identity: { __identity__: `0x${owner.identity}` }, connection: [7], at: [1_686_000_000_123_456], duration: [-250], uuid: [9],
      schedule: { Time: [5] },
    };
    const stored = await call(server, 'kitchen', 'put_composite', [composite], owner);
    assert.equal(stored.status, 200, stored.text);
    assert.deepEqual(await sql(server, 'kitchen', 'SELECT * FROM composites', owner), [
      [1, 'a', 'ff00', ['b'], [true], [0, -5], [1, []], [1, 'no luck'], [1, -2], [[3, 4]], [2, []], [2, 'l'], [`0x${owner.identity}`], [7],
        [1_686_000_000_123_456], [-250], [9], [1, [5]]],
    ]);
  });

  test('statements that are wrong', async () => {
    for (const text of ['', 'SELEC', 'SELECT * FROM', 'SELECT * FROM counted; SELECT * FROM counted', 'SELECT nothing FROM counted']) {
      assert.equal((await query(text)).status, 400, text);
    }
    const unknown = await query('SELECT * FROM nothing');
    assert.match(unknown.text, /^no such table: `nothing`\. If the table exists, it may be marked private\./);
    const hidden = await query('SELECT * FROM secret_notes', { token: stranger.token });
    assert.match(hidden.text, /^no such table: `secret_notes`\. If the table exists, it may be marked private\./);
    assert.equal((await query(Buffer.from([0xff]))).status, 400);
    const flag = await query('SELECT * FROM counted', {}, '?confirmed=maybe');
    assert.deepEqual([flag.status, flag.text.startsWith('Failed to deserialize query string: ')], [400, true]);
  });
});

describe('publish', () => {
  test('created, then updated; without a name a new database each time', async () => {
    const created = await publish(server, 'fresh', 'growth-1-cpp', owner.token);
    assert.deepEqual([created.domain, created.op], ['fresh', 'created']);
    const updated = await publish(server, created.database_identity, 'growth-2-cpp', owner.token);
    assert.deepEqual([updated.domain, updated.database_identity, updated.op], [null, created.database_identity, 'updated']);
    const unnamed = () => request(server, 'POST', '/v1/database', { token: owner.token, body: moduleBytes('growth-1-cpp') });
    const [a, b] = [(await unnamed()).json().Success, (await unnamed()).json().Success];
    assert.deepEqual([a.domain, a.op], [null, 'created']);
    assert.notEqual(a.database_identity, b.database_identity);
  });

  test('a name belongs to whom it was registered for, even while nothing runs under it', async () => {
    const failed = await tryPublish(server, 'reserved', Buffer.from('garbage'), owner.token);
    assert.equal(failed.status, 500);
    assert.equal((await get('/v1/database/reserved/identity')).status, 200);
    assert.deepEqual((await get('/v1/database/reserved')).text, 'No such database.');
    assert.equal((await tryPublish(server, 'reserved', 'growth-1-cpp', owner.token)).status, 200);
  });

  test('parameters that are wrong', async () => {
    const answer = async (query) => {
      const { status, text } = await tryPublish(server, 'parameters', 'growth-1-cpp', owner.token, query);
      return [status, text];
    };
    assert.equal((await answer('?clear=maybe'))[0], 400);
    assert.equal((await answer('?host_type=Python'))[0], 400);
    assert.equal((await answer('?host_type=Js'))[0], 400);
    assert.match((await answer('?policy=BreakClients'))[1], /no migration token was provided/);
    const clear = await request(server, 'POST', '/v1/database?clear=true', { token: owner.token, body: moduleBytes('growth-1-cpp') });
    assert.deepEqual([clear.status, clear.text], [400, 'Clear database requires database name or identity']);
    assert.equal((await tryPublish(server, 'Bad_Name', 'growth-1-cpp', owner.token)).status, 400);
  });
});

describe('names', () => {
  test('listing, adding, replacing', async () => {
    const { database_identity: id } = await publish(server, 'first', 'growth-1-cpp', owner.token);
    const add = (name, token) => request(server, 'POST', `/v1/database/${id}/names`, { token, body: name });
    const replace = (body, token = owner.token, headers = json) =>
      request(server, 'PUT', `/v1/database/${id}/names`, { token, body, headers });
    const names = async () => (await get(`/v1/database/${id}/names`)).json().names.sort();

    assert.deepEqual(await names(), ['first']);
    assert.deepEqual((await add('second', owner.token)).json(), { Success: { domain: 'second', database_identity: id } });
    assert.deepEqual(await names(), ['first', 'second']);
    assert.equal((await get('/v1/database/second/identity')).text, id);
    const again = await add('second', owner.token);
    assert.deepEqual([again.status, again.text], [500, 'record with the name second already exists']);
    const foreign = await add('first', stranger.token);
    assert.deepEqual([foreign.status, foreign.json()], [401, { PermissionDenied: { domain: 'first' } }]);
    const bad = await add('Bad', owner.token);
    assert.deepEqual([bad.status, bad.text], [400, 'invalid characters in database name']);

    const renamed = await replace('["third"]');
    assert.deepEqual([renamed.status, renamed.text], [200, '"Success"']);
    assert.deepEqual(await names(), ['third']);
    assert.equal((await get('/v1/database/first')).status, 404);
    const taken = await tryPublish(server, 'first', 'growth-1-cpp', stranger.token);
    assert.deepEqual([taken.status, taken.json()], [401, { PermissionDenied: { name: 'first' } }]);
    const inUse = await replace('["kitchen"]');
    assert.deepEqual([inUse.status, inUse.json()], [400, { OtherError: 'Cannot rename to kitchen because it already is in use.' }]);
    const notOwner = await replace('["fourth"]', stranger.token);
    assert.deepEqual([notOwner.status, notOwner.json()], [401, { NotYourDatabase: { database: id } }]);
    const syntax = await replace('["fourth"');
    assert.deepEqual([syntax.status, syntax.text.startsWith('Failed to parse the request body as JSON: ')], [400, true]);
    assert.equal((await replace('{"a":1}')).status, 422);
    const badName = await replace('["a_b"]');
    assert.deepEqual([badName.status, badName.text], [400, 'Error parsing `a_b`: invalid characters in database name']);
    assert.equal((await replace('["fourth"]', owner.token, {})).status, 415);
    assert.deepEqual((await replace('[]')).text, '"Success"');
    assert.deepEqual(await names(), []);
  });
});

describe('delete', () => {
  test('owner only; the name stays and can be used again', async () => {
    const { database_identity: id } = await publish(server, 'doomed', 'growth-1-cpp', owner.token);
    const remove = (name, token) => request(server, 'DELETE', `/v1/database/${name}`, { token });
    const refused = await remove('doomed', stranger.token);
    assert.equal(refused.status, 403);
    assert.match(refused.text, /: delete database$/);
    assert.deepEqual([(await remove('doomed', owner.token)).status, (await get('/v1/database/doomed')).text], [200, 'No such database.']);
    assert.equal((await get('/v1/database/doomed/identity')).text, id);
    assert.equal((await remove('doomed', owner.token)).status, 200);
    assert.equal((await remove('absent', owner.token)).status, 404);
    const back = await publish(server, 'doomed', 'growth-1-cpp', owner.token);
    assert.deepEqual([back.op, back.database_identity], ['created', id]);
  });
});
