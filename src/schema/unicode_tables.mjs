// SPDX-License-Identifier: Apache-2.0
// Prints one of the unicode_*_tables.cc files from the Unicode data inside Node.js (20.20: Unicode 17):
//   for part in identifiers normalization case; do
//     node src/schema/unicode_tables.mjs $part > src/schema/unicode_${part}_tables.cc
//   done
import process from 'node:process';

const LAST = 0x10ffff;
const text = (cp) => String.fromCodePoint(cp);
const isSurrogate = (cp) => cp >= 0xd800 && cp <= 0xdfff;
const hex = (n) => '0x' + n.toString(16);

function ranges(test) {
  const out = [];
  for (let cp = 0x80; cp <= LAST; cp++) {
    if (isSurrogate(cp) || !test(cp)) continue;
    const last = out.at(-1);
    if (last && last[1] === cp - 1) last[1] = cp;
    else out.push([cp, cp]);
  }
  return out;
}

// One character of each combining class; two marks of different classes swap under NFD, which tells a mark's class.
const REPRESENTATIVES = [
  [1, 0x334], [6, 0x16ff0], [7, 0x93c], [8, 0x3099], [9, 0x94d], [10, 0x5b0], [11, 0x5b1], [12, 0x5b2], [13, 0x5b3],
  [14, 0x5b4], [15, 0x5b5], [16, 0x5b6], [17, 0x5b7], [18, 0x5b8], [19, 0x5b9], [20, 0x5bb], [21, 0x5bc], [22, 0x5bd],
  [23, 0x5bf], [24, 0x5c1], [25, 0x5c2], [26, 0xfb1e], [27, 0x64b], [28, 0x64c], [29, 0x64d], [30, 0x618], [31, 0x619],
  [32, 0x61a], [33, 0x651], [34, 0x652], [35, 0x670], [36, 0x711], [84, 0xc55], [91, 0xc56], [103, 0xe38], [107, 0xe48],
  [118, 0xeb8], [122, 0xec8], [129, 0xf71], [130, 0xf72], [132, 0xf74], [202, 0x321], [214, 0x1dce], [216, 0x31b],
  [218, 0x302a], [220, 0x316], [222, 0x59a], [224, 0x302e], [226, 0x1d16d], [228, 0x5ae], [230, 0x300], [232, 0x315],
  [233, 0x35c], [234, 0x35d], [240, 0x345],
];
function combiningClass(cp) {
  if (!/\p{M}/u.test(text(cp)) || text(cp).normalize('NFD') !== text(cp)) return 0;
  const same = [];
  for (const [ccc, rep] of REPRESENTATIVES) {
    const after = (text(cp) + text(rep)).normalize('NFD') === text(cp) + text(rep);
    const before = (text(rep) + text(cp)).normalize('NFD') === text(rep) + text(cp);
    if (after && before) same.push(ccc);
  }
  return same.length === 1 ? same[0] : 0;
}

function valueRanges(value) {
  const out = [];
  for (let cp = 0x80; cp <= LAST; cp++) {
    if (isSurrogate(cp)) continue;
    const v = value(cp);
    if (v === 0) continue;
    const last = out.at(-1);
    if (last && last[1] === cp - 1 && last[2] === v) last[1] = cp;
    else out.push([cp, cp, v]);
  }
  return out;
}

// Simple case pairs as runs {first, last, stride, delta}.
function caseRuns(map) {
  const out = [];
  for (let cp = 0x80; cp <= LAST; cp++) {
    if (isSurrogate(cp)) continue;
    const mapped = [...map(text(cp))];
    if (mapped.length !== 1 || mapped[0] === text(cp)) continue;
    const delta = mapped[0].codePointAt(0) - cp;
    const last = out.at(-1);
    const gap = last ? cp - last[1] : 0;
    if (last && last[3] === delta && (last[0] === last[1] ? gap <= 2 : gap === last[2])) {
      last[2] = gap;
      last[1] = cp;
    } else out.push([cp, cp, 1, delta]);
  }
  return out;
}

// Characters whose upper or lower form is several characters.
function expansions(map) {
  const out = [];
  for (let cp = 0x80; cp <= LAST; cp++) {
    if (isSurrogate(cp)) continue;
    const mapped = [...map(text(cp))].map((c) => c.codePointAt(0));
    if (mapped.length > 1) out.push([cp, ...mapped, ...Array(3 - mapped.length).fill(0)]);
  }
  return out;
}

const isHangul = (cp) => cp >= 0xac00 && cp <= 0xd7a3;
const composites = [];
for (let cp = 0x80; cp <= LAST; cp++) {
  if (isSurrogate(cp) || isHangul(cp)) continue;
  const nfd = text(cp).normalize('NFD');
  if (nfd === text(cp) || text(cp).normalize('NFC') !== text(cp)) continue;
  const parts = [...nfd];
  // The canonical mapping has two parts: the longest prefix that composes, and the rest.
  const first = parts.slice(0, -1).join('').normalize('NFC');
  composites.push([first.codePointAt(0), parts.at(-1).codePointAt(0), cp]);
}
composites.sort((a, b) => a[0] - b[0] || a[1] - b[1]);

function print(type, name, rows) {
  const items = rows.map((row) => '{' + row.map((n) => (n < 0 ? String(n) : hex(n))).join(', ') + '},');
  console.log(`const ${type} ${name}Rows[] = {`);
  let line = '   ';
  for (const item of items) {
    if (line.length + item.length + 1 > 118) {
      console.log(line);
      line = '   ';
    }
    line += ' ' + item;
  }
  console.log(`${line}\n};\nconst std::span<const ${type}> ${name}{${name}Rows};\n`);
}

console.log(`// SPDX-License-Identifier: Apache-2.0
// Made by unicode_tables.mjs from Unicode ${process.versions.unicode}.
#include "schema/unicode_tables.h"

namespace lightcone::schema::unicode {

// clang-format off
`);
const start = (cp) => /\p{XID_Start}/u.test(text(cp));
switch (process.argv[2]) {
  case 'identifiers':
    print('Range', 'kXidStart', ranges(start));
    print('Range', 'kXidContinueOnly', ranges((cp) => !start(cp) && /\p{XID_Continue}/u.test(text(cp))));
    break;
  case 'normalization':
    print('Range', 'kNeverInNfc', ranges((cp) => text(cp).normalize('NFC') !== text(cp)));
    print('ClassRange', 'kCombiningClasses', valueRanges(combiningClass));
    print('Composite', 'kComposites', composites);
    break;
  case 'case':
    print('CaseRun', 'kToUpper', caseRuns((s) => s.toUpperCase()));
    print('CaseRun', 'kToLower', caseRuns((s) => s.toLowerCase()));
    print('CaseExpansion', 'kToUpperExpansions', expansions((s) => s.toUpperCase()));
    print('CaseExpansion', 'kToLowerExpansions', expansions((s) => s.toLowerCase()));
    break;
  default:
    throw new Error('usage: unicode_tables.mjs identifiers|normalization|case');
}
console.log('}  // namespace lightcone::schema::unicode');
