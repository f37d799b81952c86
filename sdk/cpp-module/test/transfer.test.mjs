// SPDX-License-Identifier: Apache-2.0
// Workload W1's module; its Rust twin too, when it has been built (scripts/build-rust-module).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { Writer } from './bsatn.mjs';
import { buildModule, builtModule } from './build.mjs';
import { MockHost } from './mock_host.mjs';

const wasm = buildModule('transfer-cpp', 'bench/modules/transfer-cpp/module.cc');
const seed = (n, balance) => new Writer().u32(n).integer(8, balance).done();
const transfer = (from, to, amount) => new Writer().u32(from).u32(to).integer(8, amount).done();

test('the definition describes the table and both reducers', () => {
    const { def } = new MockHost(wasm);
    const [accounts] = def.tables;
    assert.equal(accounts.name, 'accounts');
    assert.equal(accounts.isPublic, true);
    assert.deepEqual(accounts.primaryKey, [0]);
    assert.deepEqual(accounts.indexes, [{ name: 'accounts_id_idx_btree', accessor: 'id', algorithm: 'btree', columns: [0] }]);
    assert.deepEqual(accounts.uniques, [[0]]);
    assert.deepEqual(def.types, [{ scope: [], name: 'Account', ref: 0, customOrdering: true }]);
    assert.deepEqual(def.typespace[0].parts, [{ name: 'id', type: { kind: 'U32' } }, { name: 'balance', type: { kind: 'I64' } }]);
    assert.deepEqual(def.reducers.map((r) => [r.name, r.params.map((p) => `${p.name}: ${p.type.kind}`), r.visibility]), [
        ['seed', ['n: U32', 'initial_balance: I64'], 'client'],
        ['transfer', ['from: U32', 'to: U32', 'amount: I64'], 'client'],
    ]);
    assert.deepEqual(def.reducers[0].ok, { kind: 'Product', parts: [] });
    assert.deepEqual(def.reducers[0].err, { kind: 'String' });
});

const rust = builtModule('transfer-rust');
for (const [language, module, skip] of [['C++', wasm, false], ['Rust', rust, !fs.existsSync(rust)]]) test(`transfers move money and refuse what they should, in ${language}`, { skip }, () => {
    const host = new MockHost(module);
    assert.deepEqual(host.call('seed', seed(3, 100)), { ok: true });
    assert.deepEqual(host.call('transfer', transfer(0, 2, 30)), { ok: true });
    assert.deepEqual(host.rows('accounts').sort((a, b) => a.id - b.id), [{ id: 0, balance: 70n }, { id: 1, balance: 100n }, { id: 2, balance: 130n }]);
    for (const [args, error] of [
        [[1, 1, 5], 'cannot transfer from an account to itself'],
        [[0, 1, 0], 'amount must be positive'],
        [[0, 1, -1], 'amount must be positive'],
        [[9, 1, 5], 'account 9 does not exist'],
        [[1, 9, 5], 'account 9 does not exist'],
        [[0, 1, 71], 'insufficient funds'],
    ]) assert.equal(host.call('transfer', transfer(...args)).error, error);
    assert.equal(host.rows('accounts').reduce((sum, row) => sum + row.balance, 0n), 300n);
});

test('a transfer makes seven calls to the host', () => {
    const host = new MockHost(wasm);
    host.call('seed', seed(3, 100));
    host.call('transfer', transfer(0, 1, 1));  // looks the index up
    host.call('transfer', transfer(0, 1, 1));
    assert.deepEqual(host.calls, { bytes_source_read: 1, datastore_index_scan_point_bsatn: 2, row_iter_bsatn_advance: 2, datastore_update_bsatn: 2 });
});

test('arguments that are too short panic and leave the module usable', () => {
    const host = new MockHost(wasm);
    const result = host.call('seed', new Writer().u32(3).done());
    assert.ok(result.trap);
    assert.match(host.logs.at(-1).message, /ends too early/);
    assert.equal(host.logs.at(-1).level, 'panic');
    assert.deepEqual(host.call('seed', seed(1, 1)), { ok: true });
});
