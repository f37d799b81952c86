// SPDX-License-Identifier: Apache-2.0
// The upgrade request: what is accepted, what is refused, in which order it is looked at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newIdentity, publish } from '../e2e/harness/http.mjs';
import { fileScope, Server } from '../e2e/harness/server.mjs';
import { ACCEPT, RawSocket, upgradeRequest } from './raw_socket.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
const { database_identity: identity } = await publish(server, 'ledger', 'ledger-cpp', owner.token);
const PATH = '/v1/database/ledger/subscribe';

async function upgrade(path, changes, method) {
  const socket = RawSocket.open(server);
  socket.write(upgradeRequest(path, changes, method));
  const { status, headers } = await socket.head();
  const body = status === 101 ? '' : (await socket.take(Number(headers['content-length']))).toString();
  socket.destroy();
  return { status, headers, body };
}

const ACCEPTED = {
  'the plain request': [PATH, {}],
  'the database by identity': [`/v1/database/${identity}/subscribe`, {}],
  'header names and values in another case': [PATH, { Connection: 'uPGRADE', Upgrade: 'WebSocket' }],
  'upgrade among other tokens': [PATH, { Connection: 'keep-alive, Upgrade' }],
  'several protocols, with blanks': [PATH, { 'Sec-WebSocket-Protocol': ' other ,  v2.bsatn.spacetimedb,v3.bsatn.spacetimedb ' }],
  'protocols in two lines': [PATH, { 'Sec-WebSocket-Protocol': 'other\r\nSec-WebSocket-Protocol: v3.bsatn.spacetimedb' }],
  'a foreign origin': [PATH, { Origin: 'https://example.org' }],
  'extensions, which are not used': [PATH, { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }],
  'every compression there is': [`${PATH}?compression=Brotli`, {}],
  'unknown parameters': [`${PATH}?session=1&light=true&confirmed=false`, {}],
  'a nonsensical X-Forwarded-For': [PATH, { 'X-Forwarded-For': ', ,' }],
};

for (const [what, [path, changes]] of Object.entries(ACCEPTED)) {
  test(`accepted: ${what}`, async () => {
    const { status, headers } = await upgrade(path, changes);
    assert.equal(status, 101);
    assert.equal(headers.connection.toLowerCase(), 'upgrade');
    assert.equal(headers.upgrade, 'websocket');
    assert.equal(headers['sec-websocket-accept'], ACCEPT);
    assert.equal(headers['sec-websocket-protocol'], 'v3.bsatn.spacetimedb');
    assert.equal(headers['sec-websocket-extensions'], undefined);
    assert.match(headers['spacetime-identity'], /^c200[0-9a-f]{60}$/);
    assert.equal(headers['access-control-allow-origin'], '*');
  });
}

const VERSION = "`Sec-WebSocket-Version` header did not include '13'";
const REFUSED = {
  'no Connection header': [PATH, { Connection: null }, 426, 'This service requires use of the websocket protocol'],
  'no Upgrade header': [PATH, { Upgrade: null }, 426, 'This service requires use of the websocket protocol'],
  'another upgrade': [PATH, { Upgrade: 'h2c' }, 426, 'This service requires use of the websocket protocol'],
  'no version': [PATH, { 'Sec-WebSocket-Version': null }, 400, VERSION],
  'version 8': [PATH, { 'Sec-WebSocket-Version': '8' }, 400, VERSION],
  'no key': [PATH, { 'Sec-WebSocket-Key': null }, 400, '`Sec-WebSocket-Key` header missing'],
  'a key that is too short': [PATH, { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, 400, '`Sec-WebSocket-Key` header missing'],
  'a key that is not base64': [PATH, { 'Sec-WebSocket-Key': '!'.repeat(24) }, 400, '`Sec-WebSocket-Key` header missing'],
  'two keys': [PATH, { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' }, 400, '`Sec-WebSocket-Key` header missing'],
  'no protocol': [PATH, { 'Sec-WebSocket-Protocol': null }, 400, 'no valid protocol selected'],
  'an unknown protocol': [PATH, { 'Sec-WebSocket-Protocol': 'v9.bsatn.spacetimedb' }, 400, 'no valid protocol selected'],
  'a protocol in another case': [PATH, { 'Sec-WebSocket-Protocol': 'V3.bsatn.spacetimedb' }, 400, 'no valid protocol selected'],
  'a connection id of zero': [`${PATH}?connection_id=${'0'.repeat(32)}`, {}, 400, 'Invalid connection ID: the all-zeros ConnectionId is reserved.'],
  'an unknown database': ['/v1/database/absent/subscribe', {}, 404, '`absent` not found'],
  'a bad name': ['/v1/database/a_b/subscribe', {}, 400, 'Invalid URL: invalid characters in database name'],
  'a bad token': [PATH, { Authorization: 'Bearer x.y.z' }, 401],
  'another scheme': [PATH, { Authorization: 'Basic eDp5' }, 400],
  'an unknown compression': [`${PATH}?compression=Zip`, {}, 400],
  'a compression in another case': [`${PATH}?compression=gzip`, {}, 400],
  'a flag that is none': [`${PATH}?confirmed=1`, {}, 400],
  'a repeated parameter': [`${PATH}?confirmed=true&confirmed=true`, {}, 400],
  'a short connection id': [`${PATH}?connection_id=12`, {}, 400],
};

for (const [what, [path, changes, status, text]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, async () => {
    const answer = await upgrade(path, changes);
    assert.equal(answer.status, status, answer.body);
    if (text) assert.equal(answer.body, text);
    if (status === 426) assert.deepEqual([answer.headers.connection, answer.headers.upgrade], ['upgrade', 'websocket']);
  });
}

test('refused: POST', async () => assert.equal((await upgrade(PATH, { 'Content-Length': '0' }, 'POST')).status, 405));

test('the checks come in their order: token, name, parameters, upgrade, connection id, database, protocol', async () => {
  const wrong = [
    [{ Authorization: 'Bearer x' }, 401],
    [{}, 400, /^Invalid URL/],
    [{}, 400, /^Failed to deserialize query string/],
    [{ Upgrade: 'h2c' }, 426],
    [{}, 400, /connection ID/],
    [{}, 404],
    [{ 'Sec-WebSocket-Protocol': 'other' }, 400, /no valid protocol/],
  ];
  const paths = [
    '/v1/database/a_b/subscribe?confirmed=x',
    '/v1/database/a_b/subscribe?confirmed=x',
    '/v1/database/absent/subscribe?confirmed=x',
    `/v1/database/absent/subscribe?connection_id=${'0'.repeat(32)}`,
    `/v1/database/absent/subscribe?connection_id=${'0'.repeat(32)}`,
    '/v1/database/absent/subscribe',
    PATH,
  ];
  for (const [step, [, status, text]] of wrong.entries()) {
    const changes = Object.assign({}, ...wrong.slice(step).map(([change]) => change));
    const answer = await upgrade(paths[step], changes);
    assert.equal(answer.status, status, `step ${step}: ${answer.body}`);
    if (text) assert.match(answer.body, text);
  }
});
