// SPDX-License-Identifier: Apache-2.0
// Bundles the clients into dist/: terminal.mjs for Node, web.js for browsers.
import { build } from 'esbuild';

const common = { bundle: true, format: 'esm', logLevel: 'warning', sourcemap: 'linked' };
await Promise.all([
  build({ ...common, entryPoints: ['src/terminal.ts'], outfile: 'dist/terminal.mjs', platform: 'node', target: 'node20', packages: 'external' }),
  build({ ...common, entryPoints: ['src/web.ts'], outfile: 'dist/web.js', platform: 'browser', target: 'es2022', minify: true }),
]);
