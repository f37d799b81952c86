// SPDX-License-Identifier: Apache-2.0
// Mistakes in a module that must not compile, each with the sentence that the compiler shows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { sdk } from './build.mjs';

const flags = fs.readFileSync(path.join(sdk, 'compile_flags.txt'), 'utf8').split('\n').filter((flag) => flag && !flag.startsWith('-Wl') && !flag.startsWith('-mexec-model'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lightcone-refused-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const start = `#include <lightcone/module.h>
using namespace lightcone;
struct Row { uint32_t id; std::string text; double size; int32_t age; };
struct Other { uint32_t id; };
`;
const plain = `${start}Table<Row, HashIndex<&Row::text, &Row::age>, BTreeIndex<&Row::age>> rows("rows");\n`;
const inReducer = (text) => `${plain}void f(ReducerContext& ctx) { ${text} }\nLIGHTCONE_REDUCER(f);\n`;

const cases = {
    'a parameter without a name': [`${start}void f(ReducerContext&, int32_t a, int32_t b) {}\nLIGHTCONE_REDUCER(f, a);`, /name every parameter of f after the context/],
    'a life-cycle reducer with parameters': [`${start}void f(ReducerContext&, int32_t a) {}\nLIGHTCONE_INIT(f);`, /f takes the context only/],
    'a reducer that returns something else': [`${start}int f(ReducerContext&) { return 1; }\nLIGHTCONE_REDUCER(f);`, /a reducer returns void or lightcone::Outcome/],
    'a key of another struct': [`${start}Table<Row, PrimaryKey<&Other::id>> rows("rows");`, /the column belongs to another struct/],
    'a generated column that is no integer': [`${start}Table<Row, AutoInc<&Row::text>> rows("rows");`, /only a column of an integer type can be AutoInc/],
    'find without a primary key': [inReducer('(void)ctx.db[rows].find(1u);'), /the table has no primary key/],
    'find in a column that is not unique': [inReducer('(void)ctx.db[rows].find<&Row::age>(1);'), /these columns are not unique/],
    'filter without an index': [inReducer('(void)ctx.db[rows].filter<&Row::size>(1.0);'), /no index begins with these columns/],
    'filter by a part of a hash index': [inReducer('(void)ctx.db[rows].filter<&Row::text>("x");'), /no index begins with these columns/],
    'a range of a hash index': [inReducer('(void)ctx.db[rows].filter<&Row::text, &Row::age>("x", range(1, 2));'), /no index begins with these columns/],
    'too few placeholders': [inReducer('ctx.log.info("{}", 1, 2);'), /a_format_string_needs_one_placeholder_per_argument/],
    'too many placeholders': [inReducer('ctx.log.info("{} {}", 1);'), /a_format_string_needs_one_placeholder_per_argument/],
    'enumerators that do not start at zero': [`${start}enum class E { A = 1 };\nvoid f(ReducerContext&, E e) {}\nLIGHTCONE_REDUCER(f, e);`, /the enumerators of a column type must be 0, 1, 2/],
    'a sum type without a name': [`${start}void f(ReducerContext&, std::variant<bool, Row> v) {}\nLIGHTCONE_REDUCER(f, v);`, /this type needs a name/],
    'a schedule on a column of another type': [`${start}void f(ReducerContext&, Row r) {}\nTable<Row, Scheduled<f, &Row::age>> rows("rows");`, /the column of Scheduled must be a ScheduleAt/],
};

function compile(name, source) {
    const file = path.join(folder, `${name.replaceAll(' ', '_')}.cc`);
    fs.writeFileSync(file, source);
    return spawnSync(process.env.CXX_WASM ?? 'clang++-19', [...flags, '-fsyntax-only', `-I${sdk}/include`, file], { encoding: 'utf8' });
}

test('the cases compile without their mistake', () => {
    const { status, stderr } = compile('control', inReducer('for (const Row& row : ctx.db[rows].filter<&Row::age>(range(1, 2))) ctx.log.info("{}", row.id);'));
    assert.equal(status, 0, stderr);
});

for (const [name, [source, message]] of Object.entries(cases)) {
    test(`${name} is refused`, () => {
        const { status, stderr } = compile(name, source);
        assert.notEqual(status, 0);
        assert.match(stderr, message);
    });
}
