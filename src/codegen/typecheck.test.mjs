// SPDX-License-Identifier: Apache-2.0
// The expected bindings of tests/data/codegen are TypeScript that the published client library accepts, and do what the
// usage.ts beside them says. Needs `npm ci` in examples/chat/client, whose packages it borrows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGES = join(ROOT, 'examples/chat/client/node_modules');
const CASES = join(ROOT, 'tests/data/codegen');
const { build } = createRequire(join(PACKAGES, 'esbuild/package.json'))('esbuild');

const OPTIONS = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'esnext.iterator'],
  module: 'esnext',
  moduleResolution: 'bundler',
  isolatedModules: true,
  verbatimModuleSyntax: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(PACKAGES, '@types')],
  paths: { spacetimedb: [join(PACKAGES, 'spacetimedb/dist/index.d.ts')] },
};

function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'lightcone-codegen-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function typeCheck(t, include) {
  const project = join(temporaryFolder(t), 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ compilerOptions: OPTIONS, include }));
  return spawnSync(process.execPath, [join(PACKAGES, 'typescript/bin/tsc'), '-p', project], { encoding: 'utf8' });
}

const names = readdirSync(CASES);

test('all expected bindings type-check', (t) => {
  assert.ok(names.length >= 5);
  const result = typeCheck(t, [`${CASES}/**/*.ts`]);
  assert.equal(result.status, 0, result.stdout);
});

test('the type checker would notice', (t) => {
  const file = join(temporaryFolder(t), 'wrong.ts');
  writeFileSync(file, `import { reducers } from '${CASES}/wide/bindings';\nreducers.createUser;\n`);
  const result = typeCheck(t, [file]);
  assert.notEqual(result.status, 0);
  assert.match(result.stdout, /wrong\.ts.*createUser/);
});

for (const name of names) {
  test(`the bindings of ${name} load and do what they should`, async (t) => {
    const usage = join(CASES, name, 'usage.ts');
    const outfile = join(temporaryFolder(t), 'bundle.mjs');
    await build({
      entryPoints: [existsSync(usage) ? usage : join(CASES, name, 'bindings/index.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      nodePaths: [PACKAGES],
      external: ['undici'],
      logLevel: 'warning',
    });
    const result = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
  });
}
