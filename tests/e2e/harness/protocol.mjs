// SPDX-License-Identifier: Apache-2.0
// The messages of WebSocket protocols v2 and v3: client messages to bytes, server messages from bytes.
import assert from 'node:assert/strict';
import { Reader, Writer } from './bsatn.mjs';

export const V2 = 'v2.bsatn.spacetimedb';
export const V3 = 'v3.bsatn.spacetimedb';

export function subscribe(requestId, querySetId, queries) {
  const out = new Writer().u8(0).u32(requestId).u32(querySetId).u32(queries.length);
  for (const query of queries) out.string(query);
  return out.done();
}

export function unsubscribe(requestId, querySetId, sendDroppedRows = true) {
  return new Writer().u8(1).u32(requestId).u32(querySetId).u8(sendDroppedRows ? 1 : 0).done();
}

export function oneOff(requestId, query) {
  return new Writer().u8(2).u32(requestId).string(query).done();
}

export function callReducer(requestId, reducer, args = Buffer.alloc(0), flags = 0) {
  return new Writer().u8(3).u32(requestId).u8(flags).string(reducer).bytes(args).done();
}

export function callProcedure(requestId, procedure, args = Buffer.alloc(0)) {
  return new Writer().u8(4).u32(requestId).u8(0).string(procedure).bytes(args).done();
}

const hexOf = (littleEndian) => Buffer.from(littleEndian).reverse().toString('hex');

// Rows as an array of byte strings. The size hint must be exact, as clients in other languages rely on it.
function readRowList(reader) {
  const tag = reader.u8();
  if (tag === 0) {
    const rowBytes = reader.u16();
    const data = reader.bytes();
    assert.notEqual(rowBytes, 0, 'FixedSize(0) is never sent');
    assert.equal(data.length % rowBytes, 0, 'FixedSize does not divide the data');
    return Array.from({ length: data.length / rowBytes }, (_, i) => data.subarray(i * rowBytes, (i + 1) * rowBytes));
  }
  assert.equal(tag, 1, 'unknown size hint');
  const offsets = reader.array((r) => Number(r.u64()));
  const data = reader.bytes();
  if (offsets.length > 0) assert.equal(offsets[0], 0, 'the first row starts at 0');
  return offsets.map((start, i) => {
    const end = offsets[i + 1] ?? data.length;
    assert.ok(start <= end && end <= data.length, 'row offsets ascend within the data');
    return data.subarray(start, end);
  });
}

const readTableRows = (reader) => ({ table: reader.string(), rows: readRowList(reader) });
const readQueryRows = (reader) => reader.array(readTableRows);

function readTableChange(reader) {
  const tag = reader.u8();
  if (tag === 0) return { inserts: readRowList(reader), deletes: readRowList(reader) };
  assert.equal(tag, 1, 'unknown kind of table update');
  return { events: readRowList(reader) };
}

const readQuerySet = (reader) => ({
  querySetId: reader.u32(),
  tables: reader.array((r) => ({ table: r.string(), changes: r.array(readTableChange) })),
});

function readOutcome(reader) {
  switch (reader.u8()) {
    case 0:
      return { ok: { returned: reader.bytes(), querySets: reader.array(readQuerySet) } };
    case 1:
      return { okEmpty: true };
    case 2:
      return { err: new Reader(reader.bytes()).string() };
    case 3:
      return { internalError: reader.string() };
    default:
      throw new Error('unknown reducer outcome');
  }
}

const READERS = [
  (r) => ({ kind: 'InitialConnection', identity: hexOf(r.take(32)), connectionId: hexOf(r.take(16)), token: r.string() }),
  (r) => ({ kind: 'SubscribeApplied', requestId: r.u32(), querySetId: r.u32(), tables: readQueryRows(r) }),
  (r) => ({ kind: 'UnsubscribeApplied', requestId: r.u32(), querySetId: r.u32(), tables: r.option(readQueryRows) }),
  (r) => ({ kind: 'SubscriptionError', requestId: r.option((x) => x.u32()), querySetId: r.u32(), error: r.string() }),
  (r) => ({ kind: 'TransactionUpdate', querySets: r.array(readQuerySet) }),
  (r) => ({ kind: 'OneOffQueryResult', requestId: r.u32(), ...(r.u8() === 0 ? { tables: readQueryRows(r) } : { error: r.string() }) }),
  (r) => ({ kind: 'ReducerResult', requestId: r.u32(), timestamp: r.i64(), ...readOutcome(r) }),
  (r) => {
    const status = r.u8() === 0 ? { returned: r.bytes() } : { internalError: r.string() };
    return { kind: 'ProcedureResult', ...status, timestamp: r.i64(), duration: r.i64(), requestId: r.u32() };
  },
];

// The messages of one payload, which must be uncompressed and used up to its last byte.
export function readServerMessages(payload) {
  const reader = new Reader(payload);
  assert.equal(reader.u8(), 0, 'compression tag: none');
  const messages = [];
  while (!reader.atEnd) {
    const tag = reader.u8();
    assert.ok(tag < READERS.length, `unknown server message ${tag}`);
    messages.push(READERS[tag](reader));
  }
  assert.ok(messages.length > 0, 'a payload holds at least one message');
  return messages;
}

// All inserted, deleted and event rows of one table in a list of query sets.
export function changesOf(querySets, table) {
  const found = { inserts: [], deletes: [], events: [] };
  for (const set of querySets) {
    for (const entry of set.tables.filter((each) => each.table === table)) {
      for (const change of entry.changes) {
        for (const [kind, rows] of Object.entries(change)) found[kind].push(...rows);
      }
    }
  }
  return found;
}
