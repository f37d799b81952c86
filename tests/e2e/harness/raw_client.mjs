// SPDX-License-Identifier: Apache-2.0
// A client that speaks protocol v2 or v3 byte by byte over a WebSocket library.
import { WebSocket } from 'ws';
import { readServerMessages, V2, V3 } from './protocol.mjs';
import { deferred, Inbox, within } from './waiting.mjs';

export class RawClient {
  // Server messages in order. `payloads` holds, for each WebSocket message, how many server messages were in it.
  messages = new Inbox();
  payloads = [];
  #closed = deferred();

  constructor(server, database, { protocols = [V3], token, query = '' } = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/v1/database/${database}/subscribe${query}`, protocols, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      perMessageDeflate: false,
    });
    this.socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.socket.on('close', (code, reason) => {
      this.messages.end(new Error(`the connection closed with ${code}: ${reason}`));
      this.#closed.resolve({ code, reason: reason.toString() });
    });
    this.socket.on('error', (error) => this.messages.end(error));
  }

  // Connects and waits for the first message, which is kept in `initial`.
  static async connect(server, database, options) {
    const client = new RawClient(server, database, options);
    client.initial = await client.messages.next('InitialConnection');
    if (client.initial.kind !== 'InitialConnection') throw new Error(`first message is ${client.initial.kind}`);
    return client;
  }

  static connectV2(server, database, options) {
    return RawClient.connect(server, database, { ...options, protocols: [V2] });
  }

  #receive(data, isBinary) {
    try {
      if (!isBinary) throw new Error('the server sent a text message');
      const messages = readServerMessages(data);
      this.payloads.push(messages.length);
      for (const message of messages) this.messages.push(message);
    } catch (error) {
      this.messages.end(error);
      this.socket.terminate();
    }
  }

  send(...messages) {
    this.socket.send(Buffer.concat(messages));
  }

  // Sends one request and waits for the next message, which must answer it.
  async ask(message, kind) {
    this.send(message);
    const answer = await this.messages.next(kind);
    if (answer.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(answer, bigintText)}`);
    return answer;
  }

  // How the connection ended: { code, reason }. Code 1006 means without a Close frame.
  closed() {
    return within(10, 'the connection closes', this.#closed.promise);
  }

  async close() {
    this.socket.close(1000);
    return this.closed();
  }
}

const bigintText = (_, value) => (typeof value === 'bigint' ? value.toString() : value);
