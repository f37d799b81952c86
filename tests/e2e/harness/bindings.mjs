// SPDX-License-Identifier: Apache-2.0
// Client bindings as users get them: `lightcone generate` on a built module, then bundled so that Node can load them.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { runCli } from './cli.mjs';
import { modulePath } from './http.mjs';

// Below node_modules, so that the generated files find the client library and nothing is left in the repository.
const WORK = fileURLToPath(new URL('../node_modules/.lightcone/', import.meta.url));

// Generates TypeScript for a module into a fresh directory, which is removed at the end of `t`.
export async function generate(t, module) {
  mkdirSync(WORK, { recursive: true });
  const directory = mkdtempSync(join(WORK, `${module}-`));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const sources = join(directory, 'module_bindings');
  const args = ['generate', '--lang', 'typescript', '--bin-path', modulePath(module), '--out-dir', sources, '--yes'];
  const result = await runCli(join(directory, 'home'), args);
  assert.equal(result.code, 0, result.err);
  return { directory, sources, output: result.out };
}

// The loaded bindings of a module: DbConnection, tables, reducers.
export async function bindingsOf(t, module) {
  const { directory, sources } = await generate(t, module);
  const outfile = join(directory, 'bindings.mjs');
  await build({
    entryPoints: [join(sources, 'index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
