// SPDX-License-Identifier: Apache-2.0
// The demonstration that scripts/demo runs: a server, the chat module, two clients that talk, a kill -9, and nothing lost.
//   node demo.mjs --binary LIGHTCONE --module CHAT.wasm [--keep yes]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { binary: { type: 'string' }, module: { type: 'string' }, keep: { type: 'string', default: 'no' } },
});
const client = path.join(path.dirname(fileURLToPath(import.meta.url)), 'client');
const work = mkdtempSync(path.join(os.tmpdir(), 'lightcone-demo-'));
const children = new Set();
const patience = 20_000;

const title = (text) => console.log(`\n\x1b[1m${text}\x1b[0m`);

function start(name, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  child.on('exit', () => children.delete(child));
  const lines = [];
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(`  ${name.padEnd(7)}| ${line}`);
    lines.push(line);
    for (const waiter of waiting.splice(0)) waiter();
  });
  // Resolves with the match of the first line, past or future, that fits.
  const see = async (pattern) => {
    const deadline = Date.now() + patience;
    for (let at = 0; ; ) {
      for (; at < lines.length; at++) {
        const match = lines[at].match(pattern);
        if (match) return match;
      }
      if (child.exitCode !== null) throw new Error(`${name} ended without printing ${pattern}`);
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} did not print ${pattern}`)), deadline - Date.now());
        waiting.push(() => (clearTimeout(timer), resolve()));
        child.once('exit', () => (clearTimeout(timer), resolve()));
      });
    }
  };
  return { child, see, say: (text) => child.stdin.write(`${text}\n`) };
}

async function startServer(port) {
  const server = start('server', options.binary, ['start', '--listen-addr', `127.0.0.1:${port}`, '--data-dir', path.join(work, 'data')]);
  const [, bound] = await server.see(/listening on \S+:(\d+)/);
  return { ...server, port: Number(bound), url: `http://127.0.0.1:${bound}` };
}

function cli(...args) {
  console.log(`  $ lightcone ${args.join(' ')}`);
  const output = execFileSync(options.binary, ['--root-dir', path.join(work, 'cli'), ...args], { encoding: 'utf8' });
  process.stdout.write(output.replace(/^/gm, '    ').trimEnd() + '\n');
  return output;
}

const terminal = (name, url) =>
  start(name, process.execPath, [path.join(client, 'dist/terminal.mjs'), '--server', url, '--database', 'chat', '--name', name,
    '--token-file', path.join(work, `${name}.token`)]);

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function run() {
  title('A server, and the chat module published to it');
  let server = await startServer(0);
  cli('publish', '--server', server.url, '--bin-path', options.module, 'chat');

  title('Two clients talk');
  const ann = terminal('Ann', server.url);
  await ann.see(/Ann/);
  const bob = terminal('Bob', server.url);
  await ann.see(/Bob/);
  ann.say('Hello Bob, this goes through the database.');
  await bob.see(/Hello Bob/);
  bob.say('And my answer comes back as a live update.');
  await ann.see(/my answer comes back/);

  title('The same data over SQL');
  cli('sql', '--server', server.url, 'chat', 'SELECT * FROM message');

  title('kill -9, and a new server on the same data');
  server.child.kill('SIGKILL');
  await ended(server.child);
  await Promise.all([ended(ann.child), ended(bob.child)]);
  server = await startServer(server.port);
  const rows = cli('sql', '--server', server.url, 'chat', 'SELECT * FROM message');
  if (!rows.includes('Hello Bob') || !rows.includes('my answer comes back')) throw new Error('a message is lost');
  const back = terminal('Ann', server.url);
  await back.see(/Hello Bob/);
  console.log('  Nothing is lost; Ann is the same Ann.');

  if (options.keep === 'yes') {
    const page = start('page', process.execPath, [path.join(client, 'serve.mjs'), '0']);
    const [address] = await page.see(/http:\S+/);
    title('The web page, until you press Ctrl-C');
    console.log(`  ${address}?server=${server.url}&database=chat`);
    await once(process, 'SIGINT');
  } else {
    title('With scripts/demo --keep the server stays, with a web page:');
    console.log(`  http://127.0.0.1:8080/?server=${server.url}&database=chat`);
  }
  back.say('/quit');
  await ended(back.child);
  server.child.kill('SIGTERM');
  await ended(server.child);
  if (server.child.exitCode !== 0) throw new Error(`the server ended with ${server.child.exitCode}`);
  title('Done: the server stopped cleanly.');
}

try {
  await run();
} catch (error) {
  console.error(`demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
