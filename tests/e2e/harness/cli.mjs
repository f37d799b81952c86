// SPDX-License-Identifier: Apache-2.0
// The command-line tool, run as a user runs it, with its own configuration directory.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BINARY } from './server.mjs';
import { Inbox, within } from './waiting.mjs';

function launch(home, args) {
  return spawn(BINARY, ['--root-dir', home, ...args], { env: { ...process.env, NO_COLOR: '1' }, stdio: 'pipe' });
}

// Runs to the end: { code, out, err }. `input` goes to standard input.
export function runCli(home, args, { input = '' } = {}) {
  const child = launch(home, args);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  child.stdin.on('error', () => {}); // a command that ends without reading its input closes it
  child.stdin.end(input);
  const ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return within(20, `lightcone ${args.join(' ')}`, ended).finally(() => child.kill('SIGKILL'));
}

// Keeps running: { lines, stop, ended }. `lines` is an Inbox of what it prints.
export function followCli(home, args) {
  const child = launch(home, args);
  const lines = new Inbox();
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  ended.then((code) => lines.end(new Error(`lightcone ${args[0]} ended with code ${code}`)));
  return { lines, ended: () => within(20, `lightcone ${args[0]} ends`, ended), stop: () => child.kill('SIGKILL') };
}
