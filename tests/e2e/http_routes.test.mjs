// SPDX-License-Identifier: Apache-2.0
// HTTP routes about the server, identities and what a database is; rules that hold for every route.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call, logs, newIdentity, publish, request, tryPublish } from './harness/http.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
const stranger = await newIdentity(server);
const { database_identity: identity } = await publish(server, 'kitchen', 'kitchen-cpp', owner.token);
const MISSING_IDENTITY = `c200${'0'.repeat(60)}`;

const get = (path, options) => request(server, 'GET', path, options);

describe('server and identities', () => {
  test('ping', async () => {
    const answer = await get('/v1/ping');
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.equal(answer.headers.get('content-length'), '0');
    assert.equal((await get('/v1/ping', { token: 'broken' })).status, 401);
  });

  test('health', async () => {
    const answer = await get('/v1/health');
    assert.equal(answer.headers.get('content-type'), 'application/json');
    const { nodes, schedulable } = answer.json();
    assert.deepEqual([nodes, schedulable], [[0], true]);
  });

  test('a new identity each time, with a token that verifies', async () => {
    assert.match(owner.identity, /^c200[0-9a-f]{60}$/);
    assert.notEqual(owner.identity, stranger.identity);
    const verify = (who) => get(`/v1/identity/${who}/verify`, { token: owner.token });
    assert.equal((await verify(owner.identity)).status, 204);
    assert.deepEqual([(await verify(stranger.identity)).status, (await verify(stranger.identity)).text], [400, '']);
    assert.equal((await verify('abc')).status, 400);
    assert.equal((await get(`/v1/identity/${owner.identity}/verify`)).status, 401);
  });

  test('websocket-token', async () => {
    const refused = await request(server, 'POST', '/v1/identity/websocket-token');
    assert.deepEqual([refused.status, refused.text], [401, 'Authorization required']);
    const { token } = (await request(server, 'POST', '/v1/identity/websocket-token', { token: owner.token })).json();
    assert.equal((await get(`/v1/identity/${owner.identity}/verify?token=${token}`)).status, 204);
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    assert.equal(exp - iat, 60);
  });

  test('public key', async () => {
    const answer = await get('/v1/identity/public-key');
    assert.equal(answer.headers.get('content-type'), 'application/pem-certificate-chain');
    assert.match(answer.text, /^-----BEGIN PUBLIC KEY-----/);
  });

  test('databases of an identity', async () => {
    assert.deepEqual((await get(`/v1/identity/${owner.identity}/databases`)).json(), { identities: [identity] });
    assert.deepEqual((await get(`/v1/identity/${stranger.identity}/databases`)).json(), { identities: [] });
  });
});

describe('rules for all routes', () => {
  test('unknown paths and methods', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/v1/identity/', '/v1/ping/']) {
      const answer = await get(path);
      assert.deepEqual([answer.status, answer.text, answer.headers.get('access-control-allow-origin')], [404, '', null], path);
    }
    const answer = await request(server, 'POST', '/v1/ping');
    assert.deepEqual([answer.status, answer.text], [405, '']);
    assert.match(answer.headers.get('allow'), /GET/);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  });

  test('HEAD answers like GET without a body', async () => {
    const answer = await request(server, 'HEAD', '/v1/health');
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.ok(Number(answer.headers.get('content-length')) > 0);
  });

  test('CORS', async () => {
    const preflight = await request(server, 'OPTIONS', '/v1/database/kitchen/sql');
    assert.deepEqual([preflight.status, preflight.text], [200, '']);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(preflight.headers.get('access-control-allow-methods'), '*');
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization,accept,content-type');
    assert.equal(preflight.headers.get('allow'), 'POST');
    assert.equal((await get('/v1/ping')).headers.get('access-control-allow-origin'), '*');
  });

  test('database routes tell who one is, on errors too', async () => {
    const known = await get('/v1/database/kitchen', { token: owner.token });
    assert.equal(known.headers.get('spacetime-identity'), owner.identity);
    assert.equal(known.headers.get('spacetime-identity-token'), owner.token);
    const anonymous = await get('/v1/database/absent');
    assert.equal(anonymous.status, 404);
    assert.match(anonymous.headers.get('spacetime-identity'), /^c200/);
    assert.notEqual(anonymous.headers.get('spacetime-identity-token'), null);
    const refused = await get('/v1/database/kitchen', { token: 'broken' });
    assert.deepEqual([refused.status, refused.headers.get('spacetime-identity')], [401, null]);
    assert.equal((await get('/v1/database/kitchen', { headers: { authorization: 'Basic abc' } })).status, 400);
  });

  test('names and identities in the path', async () => {
    const message = async (name) => {
      const answer = await get(`/v1/database/${name}`);
      return [answer.status, answer.text];
    };
    assert.deepEqual(await message('absent'), [404, '`absent` not found']);
    assert.deepEqual(await message(MISSING_IDENTITY), [404, 'No such database.']);
    assert.deepEqual(await message('Upper'), [400, 'Invalid URL: invalid characters in database name']);
    assert.deepEqual(await message('a_b'), [400, 'Invalid URL: invalid characters in database name']);
    assert.deepEqual(await message('a%2Fb'), [400, 'Invalid URL: invalid characters in database name']);
    for (const name of ['-a', 'a-', 'a--b', 'a-_b']) {
      assert.deepEqual(await message(name), [400, 'Invalid URL: invalid hyphen in database name'], name);
    }
    for (const name of ['kitchen', identity, identity.toUpperCase(), `0x${identity}`, 'kitch%65n']) {
      assert.equal((await message(name))[0], 200, name);
    }
  });

  test('bodies over 2 MiB are refused except for publishing', async () => {
    const body = (bytes) => Buffer.alloc(bytes, 0x20);
    const over = await request(server, 'POST', '/v1/database/kitchen/sql', { token: owner.token, body: body((2 << 20) + 1) });
    assert.deepEqual([over.status, over.text], [413, 'Failed to buffer the request body: length limit exceeded']);
    const within = await request(server, 'POST', '/v1/database/kitchen/sql', { token: owner.token, body: body(2 << 20) });
    assert.equal(within.status, 400);
    const published = await tryPublish(server, 'big', body(3 << 20), owner.token);
    assert.equal(published.status, 500);
  });
});

describe('information', () => {
  test('info', async () => {
    const info = (await get('/v1/database/kitchen')).json();
    assert.deepEqual(info.database_identity, { __identity__: `0x${identity}` });
    assert.deepEqual(info.owner_identity, { __identity__: `0x${owner.identity}` });
    assert.deepEqual(info.host_type, { Wasm: [] });
    assert.match(info.initial_program, /^0x[1-9a-f][0-9a-f]*$/);
  });

  test('schema in both versions', async () => {
    const v10 = (await get('/v1/database/kitchen/schema?version=10')).json();
    assert.deepEqual(Object.keys(v10), ['sections']);
    const tables = v10.sections.find((section) => section.Tables).Tables;
    assert.ok(tables.some((table) => table.source_name === 'people'), JSON.stringify(tables[0]));
    const v9 = (await get('/v1/database/kitchen/schema?version=9')).json();
    assert.deepEqual(Object.keys(v9), ['typespace', 'tables', 'reducers', 'types', 'misc_exports', 'row_level_security']);
    assert.ok(v9.tables.some((table) => table.name === 'people'));
    assert.ok(v9.reducers.some((reducer) => reducer.name === 'add_person'));
    for (const query of ['', '?version=8', '?version=x']) {
      const answer = await get(`/v1/database/kitchen/schema${query}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^Failed to deserialize query string: /);
    }
  });

  test('timestamp', async () => {
    const now = (await get('/v1/database/kitchen/unstable/timestamp')).json();
    assert.ok(Math.abs(now.__timestamp_micros_since_unix_epoch__ / 1000 - Date.now()) < 60_000);
  });

  test('logs: last lines, all lines, owner only', async () => {
    await call(server, 'kitchen', 'log_all_levels', ['for the log'], owner);
    const all = await logs(server, 'kitchen', owner.token);
    assert.ok(all.length > 3);
    assert.deepEqual(await logs(server, 'kitchen', owner.token, '?num_lines=2'), all.slice(-2));
    const answer = await get('/v1/database/kitchen/logs', { token: owner.token });
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    const refused = await get('/v1/database/kitchen/logs', { token: stranger.token });
    const action = `is not authorized to perform action on database ${identity}: view module logs`;
    assert.deepEqual([refused.status, refused.text], [403, `${stranger.identity} ${action}`]);
    for (const query of ['?num_lines=x', '?num_lines=-1', '?follow=maybe']) {
      assert.equal((await get(`/v1/database/kitchen/logs${query}`, { token: owner.token })).status, 400, query);
    }
  });

  test('logs: following brings new lines as they come', async () => {
    const aborter = new AbortController();
    const response = await fetch(`${server.url}/v1/database/kitchen/logs?follow=true`, {
      headers: { authorization: `Bearer ${owner.token}` },
      signal: aborter.signal,
    });
    await call(server, 'kitchen', 'log_all_levels', ['followed'], owner);
    let text = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes('trace followed')) break;
    }
    assert.equal(JSON.parse(text.split('\n')[0]).message, 'error followed');
    aborter.abort();
  });
});
