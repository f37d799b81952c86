// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const sdk = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const root = path.resolve(sdk, '../..');

// Compiles source files of the project into build/modules/NAME.wasm and returns that path.
export function buildModule(name, ...sources) {
    const out = path.join(root, 'build/modules', `${name}.wasm`);
    execFileSync(path.join(sdk, 'build.sh'), [...sources.map((source) => path.join(root, source)), out], { stdio: 'inherit' });
    return out;
}

// Where a module that another script builds is found.
export function builtModule(name) {
    return path.join(root, 'build/modules', `${name}.wasm`);
}
