// SPDX-License-Identifier: Apache-2.0
// TCP by hand: requests and WebSocket frames exactly as a test spells them, and what comes back.
import { connect } from 'node:net';
import { deferred, within } from '../e2e/harness/waiting.mjs';

export class RawSocket {
  #socket;
  #data = Buffer.alloc(0);
  #ended = false;
  #changed = deferred();

  static open(server) {
    const raw = new RawSocket();
    raw.#socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    raw.#socket.on('data', (piece) => raw.#note(() => (raw.#data = Buffer.concat([raw.#data, piece]))));
    raw.#socket.on('error', () => raw.#note(() => (raw.#ended = true)));
    raw.#socket.on('close', () => raw.#note(() => (raw.#ended = true)));
    raw.#socket.on('end', () => raw.#note(() => (raw.#ended = true)));
    return raw;
  }

  #note(change) {
    change();
    this.#changed.resolve();
    this.#changed = deferred();
  }

  write(bytes) {
    this.#socket.write(bytes);
  }

  // Each byte in a segment of its own.
  async dribble(bytes) {
    for (const byte of Buffer.from(bytes)) {
      await new Promise((resolve) => this.#socket.write(Buffer.from([byte]), resolve));
    }
  }

  destroy() {
    this.#socket.destroy();
  }

  async #until(ready, what) {
    while (!ready()) {
      if (this.#ended) throw new Error(`${what}: the connection ended after ${this.#data.length} unread bytes`);
      await within(15, what, this.#changed.promise);
    }
  }

  async take(count, what) {
    await this.#until(() => this.#data.length >= count, what);
    const taken = this.#data.subarray(0, count);
    this.#data = this.#data.subarray(count);
    return taken;
  }

  // Everything up to the end of the connection.
  async rest() {
    while (!this.#ended) await within(15, 'the connection ends', this.#changed.promise);
    return this.#data;
  }

  // One response head: { status, headers }, the body left unread.
  async head() {
    const end = () => this.#data.indexOf('\r\n\r\n');
    await this.#until(() => end() >= 0, 'a response head');
    const [first, ...lines] = (await this.take(end() + 4)).toString('latin1').trimEnd().split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    return { status: Number(first.split(' ')[1]), headers };
  }

  // One response with a body of known length.
  async response() {
    const { status, headers } = await this.head();
    const body = await this.take(Number(headers['content-length'] ?? 0), 'a response body');
    return { status, headers, body: body.toString() };
  }

  // One WebSocket frame of the server, which must be unmasked and in its shortest form.
  async frame() {
    const [first, second] = await this.take(2, 'a frame');
    if (second & 0x80) throw new Error('masked frame from the server');
    if (first & 0x70) throw new Error('reserved bits in a frame of the server');
    let length = second;
    if (length === 126) length = (await this.take(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.take(8)).readBigUInt64BE());
    if ((second === 126 && length < 126) || (second === 127 && length < 65_536)) throw new Error('length not in its shortest form');
    return { fin: first >= 0x80, opcode: first & 15, payload: await this.take(length, 'a payload') };
  }
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// A client frame. `length` overrides how the length is written: 7, 16 or 64 bits, or a number to claim instead.
export function frame(opcode, payload = Buffer.alloc(0), { fin = true, rsv = 0, masked = true, bits, claim } = {}) {
  const data = Buffer.from(payload);
  const length = BigInt(claim ?? data.length);
  const form = bits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const parts = [Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode])];
  const mark = masked ? 0x80 : 0;
  if (form === 7) {
    parts.push(Buffer.from([mark | Number(length)]));
  } else if (form === 16) {
    const extended = Buffer.from([mark | 126, 0, 0]);
    extended.writeUInt16BE(Number(length), 1);
    parts.push(extended);
  } else {
    const extended = Buffer.alloc(9, mark | 127);
    extended.writeBigUInt64BE(length, 1);
    parts.push(extended);
  }
  if (!masked) return Buffer.concat([...parts, data]);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  return Buffer.concat([...parts, mask, data.map((byte, i) => byte ^ mask[i % 4])]);
}

export function closePayload(code, reason = '') {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

// An upgrade request; `changes` replaces header lines by name (null removes one).
export function upgradeRequest(path, changes = {}, method = 'GET') {
  const headers = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Protocol': 'v3.bsatn.spacetimedb',
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
