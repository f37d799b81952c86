// SPDX-License-Identifier: Apache-2.0
// The modules of tests/modules/broken: each with its bytes and what its publisher must be told.
import { readdirSync, readFileSync } from 'node:fs';
import wabt from 'wabt';

const FOLDER = new URL('../../modules/broken/', import.meta.url);

export async function brokenModules() {
  const { parseWat } = await wabt();
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.wat'))
    .map((file) => {
      const text = readFileSync(new URL(file, FOLDER), 'utf8');
      const expected = /^;; expect: (.+)$/m.exec(text)?.[1];
      if (!expected) throw new Error(`${file} does not say what to expect`);
      const module = parseWat(file, text, { memory64: false });
      try {
        return { name: file.slice(0, -4), expected, bytes: Buffer.from(module.toBinary({}).buffer) };
      } finally {
        module.destroy();
      }
    });
}
