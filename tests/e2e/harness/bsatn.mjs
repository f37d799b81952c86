// SPDX-License-Identifier: Apache-2.0
// BSATN by hand, so that the tests do not trust the library they test with.

export class Writer {
  #parts = [];

  #number(bytes, write) {
    const part = Buffer.alloc(bytes);
    write(part);
    this.#parts.push(part);
    return this;
  }

  u8(value) {
    return this.#number(1, (b) => b.writeUInt8(value));
  }
  u16(value) {
    return this.#number(2, (b) => b.writeUInt16LE(value));
  }
  u32(value) {
    return this.#number(4, (b) => b.writeUInt32LE(value));
  }
  u64(value) {
    return this.#number(8, (b) => b.writeBigUInt64LE(BigInt(value)));
  }
  i32(value) {
    return this.#number(4, (b) => b.writeInt32LE(value));
  }
  i64(value) {
    return this.#number(8, (b) => b.writeBigInt64LE(BigInt(value)));
  }
  // Length and bytes; a string goes as UTF-8.
  bytes(value) {
    const data = Buffer.from(value);
    this.u32(data.length);
    this.#parts.push(data);
    return this;
  }
  string(value) {
    return this.bytes(value);
  }
  raw(data) {
    this.#parts.push(Buffer.from(data));
    return this;
  }
  done() {
    return Buffer.concat(this.#parts);
  }
}

export class Reader {
  #data;
  #at = 0;

  constructor(data) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  get atEnd() {
    return this.#at === this.#data.length;
  }

  take(count) {
    if (count > this.#data.length - this.#at) throw new Error(`${count} bytes wanted at ${this.#at} of ${this.#data.length}`);
    this.#at += count;
    return this.#data.subarray(this.#at - count, this.#at);
  }
  u8() {
    return this.take(1)[0];
  }
  u16() {
    return this.take(2).readUInt16LE();
  }
  u32() {
    return this.take(4).readUInt32LE();
  }
  u64() {
    return this.take(8).readBigUInt64LE();
  }
  i64() {
    return this.take(8).readBigInt64LE();
  }
  bytes() {
    return this.take(this.u32());
  }
  string() {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes());
  }
  array(read) {
    return Array.from({ length: this.u32() }, () => read(this));
  }
  option(read) {
    const tag = this.u8();
    if (tag > 1) throw new Error(`option with tag ${tag}`);
    return tag === 0 ? read(this) : null;
  }
}
