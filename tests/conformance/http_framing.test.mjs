// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 framing against the real server: what is ambiguous gets 400 and a closed connection, and no second request is
// ever read out of a body.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileScope, Server } from '../e2e/harness/server.mjs';
import { RawSocket } from './raw_socket.mjs';

const server = await Server.start(fileScope);

const SMUGGLED = 'GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n';
const get = (headers = '', target = '/v1/ping', version = 'HTTP/1.1') => `GET ${target} ${version}\r\nHost: x\r\n${headers}\r\n`;
const post = (headers, body = '') => `POST /v1/identity HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;

// Everything the server answers, after which it must have closed the connection.
async function conversation(bytes) {
  const socket = RawSocket.open(server);
  socket.write(Buffer.from(bytes, 'latin1'));
  const all = (await socket.rest()).toString('latin1');
  socket.destroy();
  return [...all.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

const REFUSED = {
  'Content-Length and Transfer-Encoding': [400, post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  'Transfer-Encoding and Content-Length': [400, post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n')],
  'two different lengths': [400, post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef')],
  'two equal lengths': [400, post('Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde')],
  'a list of lengths': [400, post('Content-Length: 5, 5\r\n', 'abcde')],
  'a signed length': [400, post('Content-Length: +5\r\n', 'abcde')],
  'a negative length': [400, post('Content-Length: -1\r\n')],
  'a hexadecimal length': [400, post('Content-Length: 0x5\r\n', 'abcde')],
  'a length with a fraction': [400, post('Content-Length: 5.0\r\n', 'abcde')],
  'an empty length': [400, post('Content-Length:\r\n')],
  'a length beyond 64 bits': [400, post('Content-Length: 18446744073709551616\r\n')],
  'a length with blanks inside': [400, post('Content-Length: 1 0\r\n', 'abcdefghij')],
  'identity coding': [400, post('Transfer-Encoding: identity\r\n', SMUGGLED)],
  'gzip coding': [400, post('Transfer-Encoding: gzip\r\n', SMUGGLED)],
  'chunked, then gzip': [400, post('Transfer-Encoding: chunked, gzip\r\n', SMUGGLED)],
  'gzip, then chunked': [400, post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
  'chunked twice': [400, post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  'chunked with a tail': [400, post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n')],
  'a misspelt coding': [400, post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
  'an empty coding': [400, post('Transfer-Encoding:\r\n', SMUGGLED)],
  'chunked in HTTP/1.0': [400, `POST /v1/identity HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  'a blank before the colon': [400, post('Content-Length : 5\r\n', 'abcde')],
  'a tab before the colon': [400, post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n')],
  'a folded header line': [400, get('X-A: a\r\n b\r\n')],
  'a first header line that is folded': [400, 'GET /v1/ping HTTP/1.1\r\n Host: x\r\n\r\n'],
  'a header line without a colon': [400, get('nonsense\r\n')],
  'an empty header name': [400, get(': x\r\n')],
  'a bad character in a header name': [400, get('X(A): x\r\n')],
  'NUL in a header value': [400, get('X-A: a\0b\r\n')],
  'a bare CR in a header value': [400, get('X-A: a\rX-B: b\r\n')],
  'bare LF line ends': [400, 'GET /v1/ping HTTP/1.1\nHost: x\n\n'],
  'a bare LF at the end': [400, 'GET /v1/ping HTTP/1.1\r\nHost: x\r\n\n'],
  'no Host': [400, 'GET /v1/ping HTTP/1.1\r\n\r\n'],
  'two Hosts': [400, get('Host: y\r\n')],
  'an empty Host': [400, 'GET /v1/ping HTTP/1.1\r\nHost:\r\n\r\n'],
  'a Host with a path': [400, 'GET /v1/ping HTTP/1.1\r\nHost: x/y\r\n\r\n'],
  'a Host with a user': [400, 'GET /v1/ping HTTP/1.1\r\nHost: a@b\r\n\r\n'],
  'an absolute target': [400, get('', 'http://x/v1/ping')],
  'a target without a slash': [400, get('', 'v1/ping')],
  'an asterisk for GET': [400, get('', '*')],
  'a fragment in the target': [400, get('', '/v1/ping#x')],
  'a blank in the target': [400, get('', '/v1/ping x')],
  'a raw byte in the target': [400, get('', '/v1/p\xefng')],
  'a bad percent escape': [400, get('', '/v1/pin%6')],
  'a NUL escape': [400, get('', '/v1/ping%00')],
  'dot segments': [400, get('', '/v1/x/../ping')],
  'escaped dot segments': [400, get('', '/v1/x/%2e%2E/ping')],
  'a lower-case version': [400, get('', '/v1/ping', 'http/1.1')],
  'a version of two digits': [400, get('', '/v1/ping', 'HTTP/1.10')],
  'version 2.0': [505, get('', '/v1/ping', 'HTTP/2.0')],
  'version 0.9': [505, get('', '/v1/ping', 'HTTP/0.9')],
  'no version': [400, 'GET /v1/ping\r\n\r\n'],
  'an empty method': [400, ' /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n'],
  'a bad method': [400, 'G(T /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n'],
  'TLS on the plain port': [400, '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n'],
  'an unknown expectation': [417, post('Expect: 200-ok\r\nContent-Length: 0\r\n')],
  'a head of more than 16 KiB': [431, get(`X-A: ${'a'.repeat(17_000)}\r\n`)],
  'more than 100 header lines': [431, get('X-A: a\r\n'.repeat(101))],
  'a target of more than 8 KiB': [414, get('', `/${'a'.repeat(8 << 10)}`)],
  'a chunk size that is none': [400, post('Transfer-Encoding: chunked\r\n', 'x\r\nabc\r\n0\r\n\r\n')],
  'a signed chunk size': [400, post('Transfer-Encoding: chunked\r\n', '+3\r\nabc\r\n0\r\n\r\n')],
  'a chunk size with 0x': [400, post('Transfer-Encoding: chunked\r\n', '0x3\r\nabc\r\n0\r\n\r\n')],
  'a chunk size beyond 64 bits': [400, post('Transfer-Encoding: chunked\r\n', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n')],
  'a chunk longer than its size': [400, post('Transfer-Encoding: chunked\r\n', `3\r\nabcd\r\n0\r\n\r\n${SMUGGLED}`)],
  'a chunk size line with a bare LF': [400, post('Transfer-Encoding: chunked\r\n', '3\nabc\r\n0\r\n\r\n')],
};

describe('refused, and the connection closes', () => {
  for (const [what, [status, bytes]] of Object.entries(REFUSED)) {
    test(`${what}: ${status}`, async () => assert.deepEqual(await conversation(bytes + SMUGGLED), [status]));
  }

  test('a body that is too long: 413', async () => {
    assert.deepEqual(await conversation(post(`Content-Length: ${(2 << 20) + 1}\r\n`)), [413]);
  });
});

describe('understood', () => {
  async function answers(bytes, count) {
    const socket = RawSocket.open(server);
    socket.write(Buffer.from(bytes, 'latin1'));
    const statuses = [];
    while (statuses.length < count) statuses.push((await socket.response()).status);
    socket.destroy();
    return statuses;
  }

  test('requests one after the other on one connection', async () => {
    assert.deepEqual(await answers(get() + get('', '/nothing') + post('Content-Length: 3\r\n', 'abc') + get(), 4), [200, 404, 200, 200]);
  });

  test('chunked bodies, with extensions and trailers', async () => {
    const body = '3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: x\r\n\r\n';
    assert.deepEqual(await answers(post('transfer-encoding: Chunked\r\n', body) + get(), 2), [200, 200]);
  });

  test('a body of a request that needs none is read, not taken for the next request', async () => {
    assert.deepEqual(await answers(get(`Content-Length: ${SMUGGLED.length}\r\n`) + SMUGGLED + get('', '/nothing'), 2), [200, 404]);
  });

  test('one empty line before a request', async () => assert.deepEqual(await answers('\r\n' + get(), 1), [200]));

  test('bytes that come one by one', async () => {
    const socket = RawSocket.open(server);
    await socket.dribble(post('Content-Length: 2\r\n', 'ab'));
    assert.equal((await socket.response()).status, 200);
    socket.destroy();
  });

  test('Expect: 100-continue', async () => {
    const socket = RawSocket.open(server);
    socket.write(post('Expect: 100-continue\r\nContent-Length: 2\r\n'));
    assert.equal((await socket.head()).status, 100);
    socket.write('ab');
    assert.equal((await socket.response()).status, 200);
    socket.destroy();
  });

  test('Connection: close, and HTTP/1.0, end the connection', async () => {
    assert.deepEqual(await conversation(get('Connection: close\r\n') + SMUGGLED), [200]);
    assert.deepEqual(await conversation('GET /v1/ping HTTP/1.0\r\n\r\n' + SMUGGLED), [200]);
  });

  test('HTTP/1.0 with keep-alive goes on', async () => {
    assert.deepEqual(await answers('GET /v1/ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n' + get(), 2), [200, 200]);
  });

  test('a head of nearly 16 KiB and 100 header lines', async () => {
    assert.deepEqual(await answers(get(`X-A: ${'a'.repeat(16_000)}\r\n`), 1), [200]);
    assert.deepEqual(await answers(get('X-A: a\r\n'.repeat(99)), 1), [200]);
  });

  test('header values are never reflected', async () => {
    const socket = RawSocket.open(server);
    socket.write(get('Origin: https://evil.example\r\nX-Request-Id: marker\r\n'));
    const { headers } = await socket.response();
    assert.ok(!JSON.stringify(headers).includes('evil') && !JSON.stringify(headers).includes('marker'));
    socket.destroy();
  });
});
