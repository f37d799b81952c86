// SPDX-License-Identifier: Apache-2.0
// The chat example: the C++ module, and the Rust module when it has been built, are the same to their clients.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { buildModule, builtModule } from './build.mjs';
import { MockHost } from './mock_host.mjs';

const cpp = buildModule('chat-cpp', 'examples/chat/module-cpp/module.cc');
const rust = builtModule('chat-rust');
const noRust = !fs.existsSync(rust) && 'chat-rust.wasm has not been built (scripts/build-rust-module)';

const sender = (byte) => ({ sender: new Uint8Array(32).fill(byte) });
const must = (result) => assert.deepEqual(result, { ok: true });

function story(wasm) {
    const host = new MockHost(wasm);
    assert.equal(host.call('set_name', ['Ann'], sender(1)).error, 'only connected users have a name');
    must(host.call('client_connected', [], sender(1)));
    must(host.call('client_connected', [], sender(2)));
    must(host.call('set_name', ['Ann'], sender(1)));
    assert.equal(host.call('set_name', [''], sender(1)).error, 'a name must not be empty');
    must(host.call('set_name', ['x'.repeat(64)], sender(2)));
    assert.equal(host.call('set_name', ['x'.repeat(65)], sender(2)).error, 'a name has at most 64 bytes, this one has 65');
    must(host.call('send_message', ['hello'], { ...sender(1), timestamp: 5n }));
    assert.equal(host.call('send_message', [''], sender(1)).error, 'a message must not be empty');
    must(host.call('send_message', ['y'.repeat(2000)], sender(2)));
    assert.equal(host.call('send_message', ['y'.repeat(2001)], sender(2)).error, 'a message has at most 2000 bytes, this one has 2001');
    must(host.call('client_disconnected', [], sender(2)));
    must(host.call('client_connected', [], sender(2)));
    must(host.call('client_disconnected', [], sender(1)));
    must(host.call('client_disconnected', [], sender(9)));
    assert.match(host.logs.at(-1).message, /^(09){32} left without having been there$/);
    assert.equal(host.logs.at(-1).level, 'warn');
    return { users: host.rows('user'), messages: host.rows('message') };
}

function check({ users, messages }) {
    assert.deepEqual(users.map((u) => [u.name.tag, u.name.index === 0 ? u.name.value : undefined, u.online]).sort(), [['some', 'Ann', false], ['some', 'x'.repeat(64), true]]);
    assert.deepEqual(messages.map((m) => [m.id, m.text.length, m.sent.__timestamp_micros_since_unix_epoch__]), [[1n, 5, 5n], [2n, 2000, 1700000000000000n]]);
}

test('compiling again gives the same bytes, so publishing it again changes nothing', () => {
    const before = fs.readFileSync(cpp);
    assert.deepEqual(fs.readFileSync(buildModule('chat-cpp', 'examples/chat/module-cpp/module.cc')), before);
});

test('the C++ module tells the story of a chat', () => check(story(cpp)));
test('the Rust module tells the same story', { skip: noRust }, () => check(story(rust)));

// What clients see of a definition, with references replaced by what they refer to.
function view(def) {
    const resolve = (type) => (type.kind === 'Ref' ? resolve(def.typespace[type.ref]) : type.parts ? { ...type, parts: type.parts.map((p) => ({ ...p, type: resolve(p.type) })) } : type);
    const byName = (a, b) => (a.name < b.name ? -1 : 1);
    return {
        tables: def.tables.map((t) => ({ name: t.name, columns: resolve(def.typespace[t.rowType]), primaryKey: t.primaryKey, indexes: t.indexes, uniques: t.uniques, sequences: t.sequences, isPublic: t.isPublic, isEvent: t.isEvent })).sort(byName),
        reducers: def.reducers.map((r) => ({ name: r.name, params: r.params })).sort(byName),
        lifecycles: def.lifecycles,
        types: def.types.map((t) => t.name).sort(),
    };
}

test('both modules have the same tables, reducers and types', { skip: noRust }, () => {
    assert.deepEqual(view(new MockHost(cpp).def), view(new MockHost(rust).def));
});
