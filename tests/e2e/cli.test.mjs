// SPDX-License-Identifier: Apache-2.0
// The command-line tool: what scripts see of it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { followCli, runCli } from './harness/cli.mjs';
import { modulePath } from './harness/http.mjs';
import { fileScope, Server, temporaryDirectory } from './harness/server.mjs';

const server = await Server.start(fileScope);
const home = temporaryDirectory(fileScope);
const at = ['-s', server.url];

async function ok(args, options) {
  const result = await runCli(home, args, options);
  assert.equal(result.code, 0, `${args.join(' ')}: ${result.err}`);
  return result;
}

async function fails(args, options) {
  const result = await runCli(home, args, options);
  assert.equal(result.code, 1, `${args.join(' ')}: ${result.out}`);
  assert.match(result.err, /Error: ./);
  return result.err;
}

const publishArgs = (name, module) => ['publish', name, '--bin-path', modulePath(module), ...at, '--yes'];

describe('publish', () => {
  test('the first one logs in; created, then updated', async () => {
    const created = await ok(publishArgs('shop', 'kitchen-cpp'));
    assert.match(created.out + created.err, /Logged in with identity c200[0-9a-f]{60}/);
    assert.match(created.out, /^Created new database with name: shop, identity: [0-9a-f]{64}$/m);
    const updated = await ok(publishArgs('shop', 'kitchen-cpp'));
    assert.match(updated.out, /^Updated database with name: shop, identity: [0-9a-f]{64}$/m);
    const unnamed = await ok(['publish', '--bin-path', modulePath('growth-1-cpp'), ...at, '--yes']);
    assert.match(unnamed.out, /^Created new database with identity: [0-9a-f]{64}$/m);
  });

  test('data is deleted only after a yes', async () => {
    await ok(publishArgs('wiped', 'growth-1-cpp'));
    const args = ['publish', 'wiped', '--bin-path', modulePath('growth-refused-cpp'), ...at, '--delete-data'];
    assert.match(await fails(args, { input: 'no\n' }), /Aborted\./);
    assert.match(await fails(publishArgs('wiped', 'growth-refused-cpp')), /Changing the type of column name in table plants/);
    const { out } = await ok(args, { input: 'y\n' });
    assert.match(out, /This will DESTROY the current wiped module, and ALL corresponding data\./);
  });

  test('what cannot be published', async (t) => {
    assert.match(await fails(['publish', 'x', '--bin-path', '/nowhere.wasm', ...at]), /nowhere\.wasm/);
    assert.match(await fails(publishArgs('Bad_Name', 'growth-1-cpp')), /invalid characters in database name/);
    const stranger = temporaryDirectory(t);
    const refused = await runCli(stranger, publishArgs('shop', 'growth-1-cpp'));
    assert.deepEqual([refused.code, /is not authorized to perform action/.test(refused.err)], [1, true], refused.err);
  });
});

describe('call', () => {
  test('arguments as scripts write them', async () => {
    const { out } = await ok(['call', 'shop', 'add_person', 'ann@example.org', 'Ann', '"Rome"', '30', '7', '{"Red":[]}', ...at]);
    assert.equal(out, '');
    const { out: table } = await ok(['sql', 'shop', 'SELECT name, city, age FROM people', ...at]);
    assert.equal(table, ' name  | city   | age \n-------+--------+-----\n "Ann" | "Rome" | 30  \n');
  });

  test('errors', async () => {
    assert.match(await fails(['call', 'shop', 'refuse', 'because', ...at]), /Response text: because/);
    assert.match(await fails(['call', 'absent', 'refuse', ...at]), /failed to find database `absent`\./);
    const unknown = await fails(['call', 'shop', 'refuze', ...at]);
    assert.match(unknown, /No such reducer OR procedure `refuze` for database `shop` resolving to identity `[0-9a-f]{64}`\./);
    assert.match(unknown, /A reducer with a similar name exists: `refuse`/);
    const arguments_ = await fails(['call', 'shop', 'divide', 'ten', ...at]);
    assert.match(arguments_, /Invalid arguments provided for reducer `divide`/);
    assert.match(arguments_, /The reducer has the following signature:\n\tdivide\(by: i32\)/);
    assert.match(await fails(['call', 'shop', 'divide', ...at]), /1 parameters were expected, but 0 were provided\./);
  });
});

describe('sql', () => {
  test('text and JSON', async () => {
    await ok(['call', 'shop', 'count_up', '0', '0', 'x', ...at]);
    const { out } = await ok(['sql', 'shop', 'SELECT * FROM counted', ...at]);
    assert.equal(out, ' id | second | text | wide \n----+--------+------+------\n 1  | 1      | "x"  | 1    \n');
    const json = JSON.parse((await ok(['sql', 'shop', 'SELECT * FROM counted', '--format', 'json', ...at])).out);
    assert.deepEqual(json[0].rows, [[1, 1, 'x', '0x1']]);
    assert.match(await fails(['sql', 'shop', 'SELECT * FROM nothing', ...at]), /no such table: `nothing`/);
    const anonymous = await runCli(home, ['sql', 'shop', 'SELECT * FROM secret_notes', '--anonymous', ...at]);
    assert.deepEqual([anonymous.code, /no such table/.test(anonymous.err)], [1, true]);
  });

  test('numbers of 256 bits are decimal', async () => {
    const [least, most] = [-(2n ** 255n), 2n ** 256n - 1n];
    const row = { id: 1, flag: true, i8: 0, u8: 0, i16: 0, u16: 0, i32: 0, u32: 0, i64: 0, u64: 0, i128: 0, u128: 0, f32: 0, f64: 0.5 };
    const json = JSON.stringify({ ...row, i256: `-0x${(-least).toString(16)}`, u256: `0x${most.toString(16)}` });
    await ok(['call', 'shop', 'put_scalars', json, ...at]);
    const [, , line] = (await ok(['sql', 'shop', 'SELECT i256, u256 FROM scalars', ...at])).out.split('\n');
    assert.deepEqual(line.split('|').map((cell) => cell.trim()), [`${least}`, `${most}`]);
  });

  test('every kind of cell', async () => {
    const point = '{"x":1,"y":-2}';
    const composite = JSON.stringify({
      id: 0, text: 'a', bytes: 'ff00', words: ['b'], flags: [true], maybe: { some: 5 }, maybe_list: { none: [] }, outcome: { ok: 1 },
      point: JSON.parse(point), path: [], colour: { Green: [] }, shape: { Label: 'l' }, identity: { __identity__: '0x1' },
      connection: { __connection_id__: 2 }, at: { __timestamp_micros_since_unix_epoch__: 0 },
      duration: { __time_duration_micros__: -1500000 }, uuid: { __uuid__: 0 }, schedule: { Interval: { __time_duration_micros__: 1 } },
    });
    await ok(['call', 'shop', 'put_composite', composite, ...at]);
    const query = 'SELECT text, bytes, maybe, maybe_list, point, colour, identity, connection, at, duration, uuid FROM composites';
    const [, , row] = (await ok(['sql', 'shop', query, ...at])).out.split('\n');
    assert.deepEqual(row.split('|').map((cell) => cell.trim()), [
      '"a"', '0xff00', '(some = 5)', '(none = ())', '(x = 1, y = -2)', '(green = ())', `0x${'0'.repeat(63)}1`, `0x${'0'.repeat(31)}2`,
      '1970-01-01T00:00:00+00:00', '-1.500000', '"00000000-0000-0000-0000-000000000000"',
    ]);
  });
});

describe('logs', () => {
  test('text, levels, JSON', async () => {
    await ok(['call', 'shop', 'log_all_levels', 'told', ...at]);
    const { out } = await ok(['logs', 'shop', ...at]);
    assert.match(out, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z  INFO: log_all_levels .*info told$/m);
    assert.match(out, /^\d{4}[^ ]+Z ERROR: log_all_levels .*error told$/m);
    const warnings = (await ok(['logs', 'shop', '--level', 'warn', '--level-exact', ...at])).out.trim().split('\n');
    assert.ok(warnings.every((line) => / WARN: /.test(line)), warnings.join('\n'));
    const last = (await ok(['logs', 'shop', '-n', '1', '--format', 'json', ...at])).out;
    assert.equal(last.trim().split('\n').length, 1);
    assert.ok(JSON.parse(last).ts > 0);
  });

  test('following', async () => {
    const follower = followCli(home, ['logs', 'shop', '--follow', '-n', '1', ...at]);
    await follower.lines.next();
    await ok(['call', 'shop', 'log_all_levels', 'followed', ...at]);
    await follower.lines.until((line) => line.includes('trace followed'));
    follower.stop();
    await follower.ended();
  });
});

describe('subscribe', () => {
  test('one line for each update, then it ends', async () => {
    const subscriber = followCli(home, ['subscribe', 'shop', 'SELECT * FROM slots', '-n', '2', '--print-initial-update', ...at]);
    assert.deepEqual(JSON.parse(await subscriber.lines.next('the initial rows')), {});
    await ok(['call', 'shop', 'put_slot', '1', '2', 'cup', ...at]);
    await ok(['call', 'shop', 'put_slot', '1', '3', 'jug', ...at]);
    const [cup, jug] = [JSON.parse(await subscriber.lines.next()), JSON.parse(await subscriber.lines.next())];
    assert.deepEqual(cup, { slots: { deletes: [], inserts: [{ shelf: 1, place: 2, item: 'cup' }] } });
    assert.deepEqual(jug.slots.inserts, [{ shelf: 1, place: 3, item: 'jug' }]);
    assert.equal(await subscriber.ended(), 0);
  });

  test('a time-out and a refused query', async () => {
    const { err } = await ok(['subscribe', 'shop', 'SELECT * FROM slots', '-t', '1', ...at]);
    assert.match(err, /timed out after 1s/);
    const late = await fails(['subscribe', 'shop', 'SELECT * FROM slots', '-t', '1', '-n', '1', ...at]);
    assert.match(late, /subscription timed out after 1s after receiving 0\/1 updates/);
    const refused = await fails(['subscribe', 'shop', 'SELECT * FROM nothing', ...at]);
    assert.match(refused, /encountered error in initial subscribe: no such table: `nothing`/);
  });
});

describe('the rest', () => {
  test('describe', async () => {
    const whole = JSON.parse((await ok(['describe', 'shop', '--json', ...at])).out);
    assert.ok(whole.sections);
    const table = JSON.parse((await ok(['describe', 'shop', 'table', 'people', '--json', ...at])).out);
    assert.ok(JSON.stringify(table).includes('people'));
    const reducer = JSON.parse((await ok(['describe', 'shop', 'reducer', 'divide', '--json', ...at])).out);
    assert.ok(JSON.stringify(reducer).includes('divide'));
    assert.match(await fails(['describe', 'shop', 'table', 'nothing', '--json', ...at]), /no such table/);
    assert.match(await fails(['describe', 'shop', 'reducer', 'nothing', '--json', ...at]), /no such reducer/);
    assert.match(await fails(['describe', 'shop', 'view', 'x', '--json', ...at]), /Invalid entity_type 'view'\. Expected one of: reducer, table\./);
  });

  test('list, rename, delete', async () => {
    const { out: created } = await ok(publishArgs('passing', 'growth-1-cpp'));
    const identity = /identity: ([0-9a-f]{64})/.exec(created)[1];
    const { out: list } = await ok(['list', ...at]);
    assert.match(list, /^Associated databases for user c200[0-9a-f]{60}:\n\n/);
    assert.ok(list.includes(identity) && list.includes('passing'));
    const { out: renamed } = await ok(['rename', '--to', 'settled', identity, ...at]);
    assert.equal(renamed, `Name set to settled for identity ${identity}.\n`);
    const asked = await ok(['delete', 'settled', ...at], { input: 'n\n' });
    assert.match(asked.out, /Are you sure you want to delete database settled .* \[y\/N\]Aborting\n$/);
    await ok(['delete', 'settled', '--yes', ...at]);
    assert.ok(!(await ok(['list', ...at])).out.includes(identity));
  });

  test('login and logout', async (t) => {
    const fresh = temporaryDirectory(t);
    const run = (args) => runCli(fresh, args);
    assert.match((await run(['login', 'show'])).out, /^You are not logged in\./);
    assert.match((await run(['login', '--server-issued-login', server.url])).err, /Logged in with identity c200/);
    const shown = (await run(['login', 'show', '--token'])).out;
    const [, identity, token] = /^You are logged in as ([0-9a-f]{64})\nYour auth token \(don't share this!\) is (\S+)\n$/.exec(shown);
    assert.equal((await run(['logout'])).out, `Logged out (identity ${identity}).\n`);
    assert.equal((await run(['logout'])).out, 'You are not logged in.\n');
    assert.equal((await run(['login', '--token', token])).out, `Logged in with identity ${identity}\n`);
    assert.match((await run(['list', ...at])).out, /^No databases found for /);
  });

  test('servers', async () => {
    const { out: added } = await ok(['server', 'add', '--url', server.url, 'here', '--default']);
    assert.match(added, /-----BEGIN PUBLIC KEY-----/);
    assert.match(added, new RegExp(`^Host: 127.0.0.1:${server.port}\nProtocol: http$`, 'm'));
    assert.match((await ok(['server', 'list'])).out, new RegExp(`\\*\\*\\* +127.0.0.1:${server.port} +http +here`));
    assert.equal((await ok(['server', 'ping', 'here'])).out, `Server is online: ${server.url}\n`);
    assert.match((await ok(['server', 'fingerprint', 'here'])).out, /^Fingerprint is unchanged for server here:/);
    await ok(['sql', 'shop', 'SELECT * FROM counted']);
    assert.match(await fails(['server', 'ping', 'nowhere']), /No such saved server configuration: nowhere\nAdd a new server configuration with:\n\t/);
    await fails(['server', 'ping', 'http://127.0.0.1:1']);
  });

  test('usage errors end with code 2, help with 0', async () => {
    for (const args of [[], ['frobnicate'], ['call'], ['publish', '--frobnicate'], ['start', '--io-threads', 'many']]) {
      assert.equal((await runCli(home, args)).code, 2, args.join(' '));
    }
    assert.equal((await runCli(home, ['--help'])).code, 0);
    assert.match((await runCli(home, ['version'])).out, /^lightcone \d+\.\d+\.\d+/);
  });

  test('start refuses what it cannot use, and says why', async () => {
    const data = ['--data-dir', join(home, 'other-data')];
    assert.match(await fails(['start', '--listen-addr', `127.0.0.1:${server.port}`, ...data]), new RegExp(`${server.port}`));
    assert.match(await fails(['start', '--listen-addr', '127.0.0.1:99999', ...data]), /99999/);
    assert.match(await fails(['start', '--listen-addr', '127.0.0.1:0', '--data-dir', '/dev/null/x']), /\/dev\/null/);
  });
});
