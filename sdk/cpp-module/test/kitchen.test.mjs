// SPDX-License-Identifier: Apache-2.0
// The module library through the kitchen module: definition, every column type, every index, errors.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { buildModule } from './build.mjs';
import { MockHost } from './mock_host.mjs';

const wasm = buildModule('kitchen-cpp', 'tests/modules/kitchen-cpp/misbehave.cc', 'tests/modules/kitchen-cpp/module.cc');

const table = (host, name) => host.def.tables.find((t) => t.name === name);
const answers = (host) => Object.fromEntries(host.rows('answers').map((row) => [row.question, row.text]));
const lastAnswer = (host) => host.rows('answers').at(-1).text;
const must = (result) => assert.deepEqual(result, { ok: true });

test('only functions of the database are imported', () => {
    const module = new WebAssembly.Module(fs.readFileSync(wasm));
    for (const { module: from, name } of WebAssembly.Module.imports(module)) assert.match(from, /^spacetime_10\.[0-5]$/, name);
    const exported = WebAssembly.Module.exports(module).map((e) => e.name).sort();
    assert.deepEqual(exported, ['__call_reducer__', '__describe_module__', '_initialize', 'memory']);
});

test('the definition names keys, indexes, sequences, defaults, schedules and stored names', () => {
    const host = new MockHost(wasm);
    const people = table(host, 'people');
    assert.deepEqual(people.indexes.map((i) => [i.name, i.accessor, i.columns]), [
        ['people_name_idx_hash', 'name', [2]],
        ['people_age_idx_btree', 'age', [4]],
        ['people_city_age_name_idx_btree', 'city_age_name', [3, 4, 2]],
        ['people_level_idx_direct', 'level', [5]],
        ['people_team_idx_btree', 'team', [6]],
        ['people_id_idx_btree', 'id', [0]],
        ['people_email_idx_btree', 'email', [1]],
    ]);
    assert.deepEqual([people.primaryKey, people.uniques, people.sequences], [[0], [[0], [1]], [0]]);
    assert.deepEqual(people.defaults.map((d) => [d.column, Buffer.from(d.bytes).toString('hex')]), [[7, 'f9ffffff'], [8, '080000006e6f6e6520796574']]);
    assert.deepEqual(table(host, 'counted').sequences, [0, 1, 3]);
    assert.deepEqual(table(host, 'slots').primaryKey, []);
    assert.deepEqual(table(host, 'slots').uniques, [[0, 1]]);
    assert.equal(table(host, 'signals').isEvent, true);
    assert.equal(table(host, 'people').isEvent, false);
    assert.equal(table(host, 'notes').isPublic, false);
    assert.deepEqual(host.def.explicitNames, [{ kind: 'table', source: 'notes', canonical: 'secret_notes' }]);
    assert.deepEqual(host.def.schedules, [{ table: 'timers', column: 1, reducer: 'tick' }]);
    assert.deepEqual(host.def.lifecycles, { init: 'started', client_connected: 'arrived', client_disconnected: 'left' });
    const tick = host.def.reducers.find((r) => r.name === 'tick');
    assert.deepEqual(tick.params[0].type, { kind: 'Ref', ref: table(host, 'timers').rowType });
});

test('types get their names, fields and variants', () => {
    const { def } = new MockHost(wasm);
    const named = (name) => def.typespace[def.types.find((t) => t.name === name).ref];
    const names = (type) => type.parts.map((part) => part.name);
    assert.deepEqual(names(named('Colour')), ['Red', 'Green', 'DarkBlue']);
    assert.deepEqual(names(named('Shape')), ['Nothing', 'Circle', 'Label', 'U32']);
    assert.deepEqual(named('Shape').parts[0].type, { kind: 'Product', parts: [] });
    assert.equal(named('Shape').parts[1].type.kind, 'Ref');
    assert.deepEqual(named('Scalars').parts.map((p) => p.type.kind), ['U32', 'Bool', 'I8', 'U8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'I128', 'U128', 'I256', 'U256', 'F32', 'F64']);
    const self = named('Tree').parts[1].type.element.ref;
    assert.equal(def.types.find((t) => t.ref === self).name, 'Tree');
    const special = Object.fromEntries(named('Composite').parts.map((p) => [p.name, p.type]));
    assert.deepEqual(special.identity, { kind: 'Product', parts: [{ name: '__identity__', type: { kind: 'U256' } }] });
    assert.deepEqual(special.connection.parts[0], { name: '__connection_id__', type: { kind: 'U128' } });
    assert.deepEqual(special.at.parts[0], { name: '__timestamp_micros_since_unix_epoch__', type: { kind: 'I64' } });
    assert.deepEqual(special.duration.parts[0], { name: '__time_duration_micros__', type: { kind: 'I64' } });
    assert.deepEqual(special.uuid.parts[0], { name: '__uuid__', type: { kind: 'U128' } });
    assert.deepEqual(names(special.schedule), ['Interval', 'Time']);
    assert.deepEqual(names(special.maybe), ['some', 'none']);
    assert.deepEqual(names(special.outcome), ['ok', 'err']);
});

const composite = {
    id: 0n, text: 'grün\0', bytes: [0, 255, 7], words: ['', 'two words'], flags: [true, false, true], maybe: -5n, maybe_list: [1, 65535],
    outcome: { tag: 'err', value: 'no' }, point: { x: -1, y: 2 }, path: [{ x: 3, y: 4 }], colour: { tag: 'DarkBlue' },
    shape: { tag: 'Circle', value: { centre: { x: 9, y: -9 }, radius: 1.5 } }, identity: [2n ** 255n + 1n], connection: [2n ** 127n],
    at: [-1n], duration: [2n ** 62n], uuid: [5n], schedule: { tag: 'Time', value: [77n] },
};

test('every type of value passes through arguments, rows and scans unchanged', () => {
    const host = new MockHost(wasm);
    const scalars = { id: 1, flag: true, i8: -128, u8: 255, i16: -32768, u16: 65535, i32: -2147483648, u32: 4294967295, i64: -(2n ** 63n), u64: 2n ** 64n - 1n, i128: -(2n ** 127n), u128: 2n ** 128n - 1n, i256: -(2n ** 255n), u256: 2n ** 256n - 1n, f32: 0.5, f64: -1e300 };
    must(host.call('put_scalars', [scalars]));
    assert.deepEqual(host.rows('scalars'), [scalars]);

    must(host.call('put_composite', [composite]));
    must(host.call('put_composite', [{ ...composite, maybe: undefined, maybe_list: undefined, outcome: { tag: 'ok', value: 9 }, shape: { tag: 'Nothing' } }]));
    must(host.call('put_composite', [{ ...composite, shape: { tag: 'Label', value: 'text' } }]));
    must(host.call('put_composite', [{ ...composite, shape: { tag: 'U32', value: 8 } }]));
    assert.equal(lastAnswer(host), 'id 4');
    const before = host.rows('composites');
    assert.deepEqual(before.map((row) => row.shape.tag), ['Circle', 'Nothing', 'Label', 'U32']);
    assert.deepEqual(before[0].words, ['', 'two words']);
    must(host.call('copy_composites'));
    const copies = host.rows('composites').slice(4);
    assert.deepEqual(copies.map((row) => ({ ...row, id: 0n })), before.map((row) => ({ ...row, id: 0n })));
    assert.deepEqual(copies.map((row) => row.id), [5n, 6n, 7n, 8n]);

    const leaf = (name) => ({ name, branches: [] });
    must(host.call('question_tree', [{ name: 'root', branches: [leaf('a'), { name: 'b', branches: [leaf('c'), leaf('d')] }] }]));
    assert.equal(lastAnswer(host), '3 leaves under root');
});

const crowd = [['ann', 'Ann', 'Ulm', 20, 1, 'Red'], ['bob', 'Bob', 'Ulm', 25, 20, 'Green'], ['cid', 'Cid', 'Ulm', 30, 30, 'Green'], ['dan', 'Dan', 'Bonn', 20, 20, 'Red'], ['eve', 'Eve', 'Bonn', 40, 5, 'DarkBlue']];
function crowded() {
    const host = new MockHost(wasm);
    for (const [email, name, city, age, level, team] of crowd) must(host.call('add_person', [email, name, city, age, level, { tag: team }]));
    return host;
}

test('indexes find what they should', () => {
    const host = crowded();
    must(host.call('question_people', ['Ann', 'Ulm', 20, 30]));
    const { add_person, ...found } = answers(host);
    assert.deepEqual(found, {
        hash: 'Ann', range: 'Ann Bob Dan', range_inclusive: 'Ann Bob Cid Dan', range_from: 'Ann Bob Cid Dan Eve', range_after: 'Bob Cid Eve',
        range_to: 'Ann Bob Dan', range_to_inclusive: 'Ann Bob Cid Dan', point: 'Ann Dan', prefix_1: 'Ann Bob Cid', prefix_2: 'Ann', prefix_range: 'Ann Bob',
        full: 'Ann', full_range: 'Ann', direct: 'Bob Dan', direct_range: 'Bob Cid Dan', enum: 'Bob Cid', count: '5',
    });
    must(host.call('erase_people', ['Ulm', 20, 30]));
    assert.equal(lastAnswer(host), '2 1 0');
    assert.deepEqual(host.rows('people').map((p) => p.name), ['Dan', 'Eve']);
});

test('unique columns refuse, by error or by panic, and look-ups by them work', () => {
    const host = crowded();
    assert.equal(host.call('add_person', ['ann', 'X', 'X', 0, 0, { tag: 'Red' }]).error, 'ann is taken (UniqueValueExists)');
    assert.ok(host.call('force_person', ['ann']).trap);
    assert.deepEqual(host.logs.at(-1).level, 'panic');
    assert.match(host.logs.at(-1).message, /inserting into people: a row with the same unique value exists/);
    must(host.call('rename_person', ['bob', 'Robert']));
    assert.equal(host.call('rename_person', ['nil', 'X']).error, 'nobody has the address nil');
    assert.equal(host.call('move_person', [1n, 'bob']).error, 'moving failed: UniqueValueExists');
    assert.equal(host.call('move_person', [99n, 'bob']).error, 'nobody is number 99');
    must(host.call('move_person', [1n, 'anna']));
    must(host.call('replace_person', ['cid', 77n]));
    assert.ok(host.call('replace_person', ['nil', 78n]).trap);
    assert.match(host.logs.at(-1).message, /updating people: no such row/);
    must(host.call('drop_person', [77n]));
    assert.equal(lastAnswer(host), 'true');
    must(host.call('drop_person', [77n]));
    assert.equal(lastAnswer(host), 'false');
    assert.deepEqual(host.rows('people').map((p) => `${p.id} ${p.email} ${p.name}`).sort(), ['1 anna Ann', '2 bob Robert', '4 dan Dan', '5 eve Eve']);
});

test('updating a row whose generated column is zero takes the new number over', () => {
    const host = crowded();
    must(host.call('replace_person', ['eve', 0n]));
    assert.equal(lastAnswer(host), 'now 6');
    assert.ok(host.rows('people').some((p) => p.email === 'eve' && p.id === 6n));
});

test('zeros in auto-increment columns are replaced, in column order', () => {
    const host = new MockHost(wasm);
    for (const [args, text] of [[[0, 0, 'a'], '1 1 a 1'], [[0, 50, 'b'], '2 50 b 2'], [[9, 0, 'c'], '9 2 c 3'], [[10, -1, 'd'], '10 -1 d 4']]) {
        must(host.call('count_up', args));
        assert.equal(lastAnswer(host), text);
    }
});

test('scans of any size arrive whole, in pieces, and past the usual buffer', () => {
    const host = new MockHost(wasm);
    must(host.call('question_bulk', [600, 500]));
    assert.equal(lastAnswer(host), '300000 bytes, last 500, 600 cleared, 0 left');
    must(host.call('question_bulk', [3, 70000]));
    assert.equal(lastAnswer(host), '210000 bytes, last 70000, 3 cleared, 0 left');
    must(host.call('question_bulk', [1, 2000]));
    const rowByRow = new MockHost(wasm, { chunkBytes: 1 });
    must(rowByRow.call('question_bulk', [50, 10]));
    assert.equal(lastAnswer(rowByRow), '500 bytes, last 10, 50 cleared, 0 left');
    assert.equal(host.iterators.size, 0);
});

test('iteration does not see its own changes, and leaving early closes the iterator', () => {
    const host = crowded();
    must(host.call('question_iteration'));
    assert.equal(lastAnswer(host), '5 visited, 5 there, left after 1');
    assert.equal(host.iterators.size, 0);
});

test('several columns: unique together, hash index, delete by value', () => {
    const host = new MockHost(wasm);
    must(host.call('put_slot', [1, 1, 'lamp']));
    must(host.call('put_slot', [1, 2, 'lamp']));
    assert.equal(host.call('put_slot', [1, 1, 'rope']).error, '1/1 is occupied');
    must(host.call('question_slots', ['lamp', 1]));
    assert.equal(lastAnswer(host), '3 lamp true false');
});

test('the context: sender, connection, time, identity, random numbers, UUIDs', () => {
    const host = new MockHost(wasm);
    const sender = Uint8Array.from({ length: 32 }, (_, i) => i);
    must(host.call('question_context', [], { sender, connection: 0xabcn, timestamp: 1686000000123456n }));
    const first = answers(host);
    assert.equal(first.sender, Buffer.from(sender).reverse().toString('hex'));
    assert.equal(first.connection, '00000000000000000000000000000abc');
    assert.equal(first.timestamp, '2023-06-05T21:20:00.123456+00:00');
    assert.equal(first.identity, 'db'.repeat(32));
    assert.equal(first.jwt, 'none');
    const [v4, v7, next] = first.uuid.split(' ');
    assert.match(v4, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(v7, /^01888d6e-5c7b-7000-8000-0000[0-9a-f]{8}$/);
    assert.match(next, /^01888d6e-5c7b-7000-8000-0002[0-9a-f]{8}$/);

    host.jwt = '{"sub":"me"}';
    must(host.call('question_context', [], { sender, connection: 0n, timestamp: 1686000000123456n }));
    assert.equal(answers(host).connection, 'none');
    assert.equal(answers(host).jwt, 'none');
    assert.equal(answers(host).random, first.random);
    must(host.call('question_context', [], { sender, connection: 1n, timestamp: 1686000000123457n }));
    assert.equal(answers(host).jwt, '{"sub":"me"}');
    assert.notEqual(answers(host).random, first.random);
});

test('timers store both kinds of due time', () => {
    const host = new MockHost(wasm);
    must(host.call('start_timer', [1000n, true, 'often'], { timestamp: 5n }));
    must(host.call('start_timer', [1000n, false, 'once'], { timestamp: 5n }));
    assert.deepEqual(host.rows('timers').map((t) => [t.due.tag, Object.values(t.due.value)[0]]), [['Interval', 1000n], ['Time', 1005n]]);
    must(host.call('tick', [host.rows('timers')[0]], { sender: host.identity }));
    assert.equal(lastAnswer(host), 'often by the database');
});

test('life-cycle reducers run', () => {
    const host = new MockHost(wasm);
    must(host.call('started'));
    must(host.call('arrived', [], { connection: 9n }));
    must(host.call('left', [], { connection: 9n }));
    assert.match(answers(host).left, / 00000000000000000000000000000009$/);
});

test('what goes wrong is rolled back, logged, and leaves the module working', () => {
    const host = new MockHost(wasm);
    assert.equal(host.call('refuse', ['because']).error, 'because');
    assert.equal(host.call('refuse', ['']).error, '');
    for (const [name, args, message] of [
        ['panic_now', ['boom {}'], /^panic as asked: boom \{\}$/],
        ['assert_false', [], /ctx\.timestamp\.micros < 0/],
        ['abort_now', [], /abort was called/],
        ['take_all_memory', [], /out of memory: 1\d{7} bytes asked/],
        ['trap_now', [], undefined],
        ['divide', [0], undefined],
        ['read_out_of_bounds', [], undefined],
        ['recurse_for_ever', [], undefined],
    ]) {
        host.logs.length = 0;
        assert.ok(host.call(name, args).trap, name);
        if (message) {
            assert.match(host.logs[0].message, message);
            assert.equal(host.logs[0].level, 'panic');
        } else {
            assert.deepEqual(host.logs, [], name);
        }
        assert.deepEqual(host.rows('notes'), [], name);
        must(host.call('write_note', ['still here']));
        host.tables.find((t) => t.name === 'notes').rows.clear();
    }
    must(host.call('divide', [8]));
    assert.equal(host.logs.at(-1).message, '1000 / 8 = 125');
});

test('log lines carry level, file and line; standard output is one too', () => {
    const host = new MockHost(wasm);
    must(host.call('log_all_levels', ['x']));
    assert.deepEqual(host.logs.map((line) => `${line.level}: ${line.message}`), ['error: error x', 'warn: warn x', 'info: info x', 'debug: debug x', 'trace: trace x', 'info: ', 'info: standard output', 'timer: work']);
    assert.equal(host.logs[0].file, 'misbehave.cc');
    assert.ok(host.logs[0].line > 1);
});

test('values are printed as text', () => {
    const host = new MockHost(wasm);
    must(host.call('log_values'));
    assert.deepEqual(host.logs.map((line) => line.message), [
        '-128 18446744073709551615 -170141183460469231731687303715884105728',
        '0.1 1.0 {}',
        'true DarkBlue',
        '2023-06-05T21:20:00.123456+00:00 -0.000250',
        '1969-12-31T23:59:59.999999+00:00 2000-02-29T00:00:00.000000+00:00',
        'none 5',
    ]);
});
