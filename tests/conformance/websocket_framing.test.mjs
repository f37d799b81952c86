// SPDX-License-Identifier: Apache-2.0
// RFC 6455 against the real server: a table of frames and what must come back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newIdentity, publish } from '../e2e/harness/http.mjs';
import { oneOff, readServerMessages } from '../e2e/harness/protocol.mjs';
import { fileScope, Server } from '../e2e/harness/server.mjs';
import { closePayload, frame, OPCODE, RawSocket, upgradeRequest } from './raw_socket.mjs';

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
await publish(server, 'ledger', 'ledger-cpp', owner.token);

const { continuation, text, binary, close, ping, pong } = OPCODE;
let requests = 0;

// A socket past the handshake and the first message. Pings of the server are left out.
async function connect() {
  const socket = RawSocket.open(server);
  socket.write(upgradeRequest('/v1/database/ledger/subscribe'));
  assert.equal((await socket.head()).status, 101);
  const [first] = readServerMessages((await nextFrame(socket)).payload);
  assert.equal(first.kind, 'InitialConnection');
  return socket;
}

async function nextFrame(socket) {
  for (;;) {
    const received = await socket.frame();
    if (received.opcode !== ping) return received;
  }
}

async function expectClose(socket, code) {
  let received = await nextFrame(socket);
  while (received.opcode !== close) received = await nextFrame(socket);
  const actual = received.payload.length === 0 ? null : received.payload.readUInt16BE();
  assert.equal(actual, code, `close ${actual}: ${received.payload.subarray(2)}`);
  assert.equal((await socket.rest()).length, 0, 'nothing follows a Close frame');
  socket.destroy();
}

// A request whose answer shows that all frames before it were understood.
function question(bytes = 0) {
  const id = ++requests;
  const query = 'SELECT * FROM tails';
  const message = oneOff(id, query.padEnd(Math.max(query.length, bytes - 9)));
  return { id, message };
}

async function expectAnswer(socket, id) {
  const received = await nextFrame(socket);
  assert.deepEqual([received.fin, received.opcode], [true, binary], received.payload.toString());
  const [answer] = readServerMessages(received.payload);
  assert.deepEqual([answer.kind, answer.requestId], ['OneOffQueryResult', id]);
}

async function stillWorks(socket) {
  const { id, message } = question();
  socket.write(frame(binary, message));
  await expectAnswer(socket, id);
  socket.destroy();
}

describe('frames that are understood', () => {
  for (const bytes of [125, 126, 127, 128, 65_535, 65_536, 100_000]) {
    test(`a message of ${bytes} bytes`, async () => {
      const socket = await connect();
      const { id, message } = question(bytes);
      assert.equal(message.length, bytes);
      socket.write(frame(binary, message));
      await expectAnswer(socket, id);
      socket.destroy();
    });
  }

  const cuts = {
    'two fragments': (m) => [m.subarray(0, 10), m.subarray(10)],
    'an empty first fragment': (m) => [Buffer.alloc(0), m],
    'an empty last fragment': (m) => [m, Buffer.alloc(0)],
    'empty fragments between': (m) => [m.subarray(0, 5), Buffer.alloc(0), Buffer.alloc(0), m.subarray(5)],
    'one fragment for each byte': (m) => [...m].map((byte) => Buffer.from([byte])),
  };
  for (const [what, cut] of Object.entries(cuts)) {
    test(what, async () => {
      const socket = await connect();
      const { id, message } = question();
      const pieces = cut(message);
      socket.write(Buffer.concat(pieces.map((piece, i) => frame(i === 0 ? binary : continuation, piece, { fin: i === pieces.length - 1 }))));
      await expectAnswer(socket, id);
      await stillWorks(socket);
    });
  }

  test('control frames between fragments are answered at once', async () => {
    const socket = await connect();
    const { id, message } = question();
    socket.write(frame(binary, message.subarray(0, 7), { fin: false }));
    socket.write(frame(ping, 'between'));
    const reply = await nextFrame(socket);
    assert.deepEqual([reply.opcode, reply.payload.toString()], [pong, 'between']);
    socket.write(Buffer.concat([frame(pong, 'unasked'), frame(continuation, message.subarray(7))]));
    await expectAnswer(socket, id);
    socket.destroy();
  });

  test('bytes that come one by one', async () => {
    const socket = await connect();
    const { id, message } = question();
    await socket.dribble(Buffer.concat([frame(ping, 'slow'), frame(binary, message)]));
    assert.equal((await nextFrame(socket)).payload.toString(), 'slow');
    await expectAnswer(socket, id);
    socket.destroy();
  });

  test('many messages in one segment', async () => {
    const socket = await connect();
    const questions = Array.from({ length: 100 }, () => question());
    socket.write(Buffer.concat(questions.map(({ message }) => frame(binary, message))));
    const answered = [];
    while (answered.length < questions.length) {
      answered.push(...readServerMessages((await nextFrame(socket)).payload).map((answer) => answer.requestId));
    }
    assert.deepEqual(answered, questions.map(({ id }) => id));
    socket.destroy();
  });

  test('a message in the same segment as the handshake', async () => {
    const socket = RawSocket.open(server);
    const { id, message } = question();
    socket.write(Buffer.concat([Buffer.from(upgradeRequest('/v1/database/ledger/subscribe')), frame(binary, message)]));
    assert.equal((await socket.head()).status, 101);
    const kinds = [];
    while (kinds.length < 2) kinds.push(...readServerMessages((await nextFrame(socket)).payload));
    assert.deepEqual([kinds[0].kind, kinds[1].requestId], ['InitialConnection', id]);
    socket.destroy();
  });

  for (const payload of ['', 'hello', Buffer.from([0, 0xff, 0xfe]), 'x'.repeat(125)]) {
    test(`a ping of ${payload.length} bytes`, async () => {
      const socket = await connect();
      socket.write(frame(ping, payload));
      const reply = await nextFrame(socket);
      assert.deepEqual([reply.fin, reply.opcode, reply.payload], [true, pong, Buffer.from(payload)]);
      await stillWorks(socket);
    });
  }

  test('a pong nobody asked for', async () => {
    const socket = await connect();
    socket.write(frame(pong, 'unasked'));
    await stillWorks(socket);
  });

  test('the server greets with a ping', async () => {
    const socket = RawSocket.open(server);
    socket.write(upgradeRequest('/v1/database/ledger/subscribe'));
    await socket.head();
    const opcodes = [(await socket.frame()).opcode, (await socket.frame()).opcode];
    assert.deepEqual(opcodes.sort(), [binary, ping]);
    socket.destroy();
  });
});

const VIOLATIONS = {
  'an unmasked frame': [1002, frame(binary, 'x', { masked: false })],
  'an unmasked ping': [1002, frame(ping, '', { masked: false })],
  'a length of 7 bits written in 16': [1002, frame(binary, 'short', { bits: 16 })],
  'a length of 7 bits written in 64': [1002, frame(binary, 'short', { bits: 64 })],
  'a length of 16 bits written in 64': [1002, frame(binary, Buffer.alloc(300), { bits: 64 })],
  'a length of 2^63': [1002, frame(binary, '', { bits: 64, claim: 1n << 63n })],
  'a length of 2^64 - 1': [1002, frame(binary, '', { bits: 64, claim: (1n << 64n) - 1n })],
  'a message of 32 MiB and one byte': [1009, frame(binary, '', { claim: (32n << 20n) + 1n })],
  'a message of 2^63 - 1 bytes': [1009, frame(binary, '', { bits: 64, claim: (1n << 63n) - 1n })],
  'fragments of 32 MiB and one byte together': [1009, frame(binary, 'x', { fin: false }), frame(continuation, '', { claim: 32n << 20n })],
  'a fragmented ping': [1002, frame(ping, 'x', { fin: false })],
  'a fragmented close': [1002, frame(close, closePayload(1000), { fin: false })],
  'a ping of 126 bytes': [1002, frame(ping, 'x'.repeat(126))],
  'a close of 126 bytes': [1002, frame(close, closePayload(1000, 'x'.repeat(124)))],
  'a continuation of nothing': [1002, frame(continuation, 'x')],
  'a continuation after a finished message': [1002, frame(binary, question().message), frame(continuation, 'x')],
  'a new message inside a fragmented one': [1002, frame(binary, 'x', { fin: false }), frame(binary, 'y')],
  'text inside a fragmented message': [1002, frame(binary, 'x', { fin: false }), frame(text, 'y')],
  'text that is not UTF-8': [1007, frame(text, Buffer.from([0xc3, 0x28]))],
  'text that ends inside a character': [1007, frame(text, Buffer.from([0xe2, 0x82]))],
  'text with a surrogate': [1007, frame(text, Buffer.from([0xed, 0xa0, 0x80]))],
  'text beyond U+10FFFF': [1007, frame(text, Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
  'text in an overlong form': [1007, frame(text, Buffer.from([0xc0, 0xaf]))],
  'text that is wrong before it is whole': [1007, frame(text, Buffer.from([0xff]), { fin: false })],
  'text whose frame is not whole yet': [1007, frame(text, Buffer.alloc(100, 0xff)).subarray(0, 40)],
  'a close of one byte': [1002, frame(close, 'x')],
  'a close whose reason is not UTF-8': [1007, frame(close, closePayload(1000, Buffer.from([0xff])))],
  'fragments without end': [1008, frame(binary, '', { fin: false }), ...Array.from({ length: 66_000 }, () => frame(continuation, '', { fin: false }))],
};
for (const rsv of [1, 2, 4, 7]) VIOLATIONS[`reserved bits ${rsv}`] = [1002, frame(binary, 'x', { rsv })];
for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) VIOLATIONS[`opcode ${opcode}`] = [1002, frame(opcode, 'x')];
for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
  VIOLATIONS[`close code ${code}`] = [1002, frame(close, closePayload(code))];
}

describe('frames that end the connection', () => {
  for (const [what, [code, ...frames]] of Object.entries(VIOLATIONS)) {
    test(`${what}: ${code}`, async () => {
      const socket = await connect();
      socket.write(Buffer.concat(frames));
      await expectClose(socket, code);
    });
  }
});

describe('closing', () => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]) {
    test(`a close with ${code} is answered with it`, async () => {
      const socket = await connect();
      socket.write(frame(close, closePayload(code, 'bye')));
      await expectClose(socket, code);
    });
  }

  test('a close without a code is answered without one', async () => {
    const socket = await connect();
    socket.write(frame(close));
    await expectClose(socket, null);
  });

  test('a close with the longest reason', async () => {
    const socket = await connect();
    socket.write(frame(close, closePayload(1000, 'é'.repeat(61) + 'x')));
    await expectClose(socket, 1000);
  });

  test('what was asked before a close is answered before it', async () => {
    const socket = await connect();
    const { id, message } = question();
    socket.write(Buffer.concat([frame(binary, message), frame(close, closePayload(1000))]));
    await expectAnswer(socket, id);
    await expectClose(socket, 1000);
  });

  test('what follows a close is not read', async () => {
    const socket = await connect();
    const { message } = question();
    socket.write(Buffer.concat([frame(close, closePayload(1000)), frame(binary, message), frame(ping, 'x')]));
    await expectClose(socket, 1000);
  });

  test('after a close of the server it waits for the answer, and ignores the rest', async () => {
    const socket = await connect();
    socket.write(frame(binary, Buffer.from([200])));
    const closing = await nextFrame(socket);
    assert.deepEqual([closing.opcode, closing.payload.readUInt16BE()], [close, 1011]);
    const { message } = question();
    socket.write(Buffer.concat([frame(binary, message), frame(close, closePayload(1011))]));
    assert.equal((await socket.rest()).length, 0);
  });
});
