// SPDX-License-Identifier: Apache-2.0
// The vectors of tests/data/websocket.json: what clients send is understood by the server; what servers send is
// understood by the reader these tests use.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { newIdentity, publish } from '../e2e/harness/http.mjs';
import { readServerMessages, V2, V3 } from '../e2e/harness/protocol.mjs';
import { RawClient } from '../e2e/harness/raw_client.mjs';
import { fileScope, Server } from '../e2e/harness/server.mjs';

const { vectors } = JSON.parse(readFileSync(new URL('../data/websocket.json', import.meta.url)));
const of = (direction) => vectors.filter((vector) => vector.direction === direction && /^v[23]\./.test(vector.protocol));
const byName = new Map(vectors.map((vector) => [vector.name, vector]));

const server = await Server.start(fileScope);
const owner = await newIdentity(server);
await publish(server, 'ledger', 'ledger-cpp', owner.token);

// The database knows none of the names in the vectors, so each request has one answer, which repeats its ids.
const ANSWERS = {
  Subscribe: (value) => ({ kind: value.query_strings.length === 0 ? 'SubscribeApplied' : 'SubscriptionError', requestId: value.request_id }),
  Unsubscribe: (value) => ({ kind: 'SubscriptionError', requestId: value.request_id }),
  OneOffQuery: (value) => ({ kind: 'OneOffQueryResult', requestId: value.request_id }),
  CallReducer: (value) => ({ kind: 'ReducerResult', requestId: value.request_id, internalError: 'no such reducer' }),
  CallProcedure: (value) => ({ kind: 'ProcedureResult', requestId: value.request_id, internalError: 'No such procedure' }),
};

// What the messages of one vector must be answered with, in order.
function expected(vector) {
  if (Array.isArray(vector.value)) return vector.value.flatMap((name) => expected(byName.get(name)));
  const [[kind, value]] = Object.entries(vector.value);
  return [ANSWERS[kind](value)];
}

describe('client messages', () => {
  for (const vector of of('client-to-server')) {
    for (const protocol of vector.protocol === V2 ? [V2, V3] : [V3]) {
      test(`${vector.name} over ${protocol.slice(0, 2)}`, async () => {
        const client = await RawClient.connect(server, 'ledger', { protocols: [protocol] });
        client.send(Buffer.from(vector.bytes_hex, 'hex'));
        for (const answer of expected(vector)) {
          const actual = await client.messages.next(JSON.stringify(answer));
          for (const [key, value] of Object.entries(answer)) assert.equal(actual[key], value, key);
        }
        await client.close();
      });
    }
  }
});

describe('server messages', () => {
  for (const vector of of('server-to-client').filter((each) => each.frame_hex?.startsWith('00'))) {
    test(vector.name, () => {
      const messages = readServerMessages(Buffer.from(vector.frame_hex, 'hex'));
      const kinds = Array.isArray(vector.value) ? vector.value.map((name) => byName.get(name)?.message) : [vector.message];
      assert.deepEqual(messages.map((message) => message.kind), kinds);
    });
  }
});
