// SPDX-License-Identifier: Apache-2.0
// Modules that must be refused at publish, each with a text that names what is wrong; and what garbage does.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { brokenModules } from './harness/broken_modules.mjs';
import { call, moduleBytes, newIdentity, publish, request, tryPublish } from './harness/http.mjs';
import { fileScope, Server } from './harness/server.mjs';

const server = await Server.start(fileScope, ['--reducer-budget-ms', '500']);
const owner = await newIdentity(server);
const modules = await brokenModules();
await publish(server, 'good', 'growth-1-cpp', owner.token);

describe('a module that is wrong', () => {
  for (const { name, expected, bytes } of modules) {
    test(`${name}: ${expected}`, async () => {
      const database = name.replaceAll('_', '-');
      const answer = await tryPublish(server, database, bytes, owner.token);
      if (expected === 'ok') {
        assert.equal(answer.status, 200, answer.text);
        return;
      }
      assert.equal(answer.status, 500, answer.text);
      assert.ok(answer.text.includes(expected), `"${answer.text}" does not say "${expected}"`);
      const info = await request(server, 'GET', `/v1/database/${database}`);
      assert.deepEqual([info.status, info.text], [404, 'No such database.']);
    });

    if (expected === 'ok') continue;
    test(`${name} does not replace a good one`, async () => {
      const answer = await tryPublish(server, 'good', bytes, owner.token);
      assert.equal(answer.status, 400, answer.text);
      assert.equal((await call(server, 'good', 'add_plant', ['fern'], owner)).status, 200);
    });
  }
});

describe('bytes that are no module', () => {
  const good = moduleBytes('growth-1-cpp');
  const kinds = {
    nothing: Buffer.alloc(0),
    'the magic alone': good.subarray(0, 4),
    'the header alone': good.subarray(0, 8),
    'half a module': good.subarray(0, good.length >> 1),
    'a module and more': Buffer.concat([good, Buffer.from('more')]),
    'random bytes': randomBytes(10_000),
    'random bytes behind a header': Buffer.concat([good.subarray(0, 8), randomBytes(10_000)]),
    'JavaScript text': Buffer.from('export default 1;'),
  };
  for (const [what, bytes] of Object.entries(kinds)) {
    test(what, async () => {
      const answer = await tryPublish(server, 'garbage', bytes, owner.token);
      assert.equal(answer.status, 500);
      assert.notEqual(answer.text, '');
    });
  }

  test('a module of more bytes than allowed', async () => {
    const answer = await tryPublish(server, 'garbage', Buffer.alloc((64 << 20) + 1), owner.token);
    assert.ok([413, 500].includes(answer.status), `${answer.status}`);
  });

  test('the server still works', async () => {
    assert.equal((await call(server, 'good', 'add_plant', ['moss'], owner)).status, 200);
  });
});
