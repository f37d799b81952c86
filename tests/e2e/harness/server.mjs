// SPDX-License-Identifier: Apache-2.0
// One real server process on a free port, with its data in a temporary directory.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deferred, within } from './waiting.mjs';

export const BINARY =
  process.env.LIGHTCONE_BINARY ?? fileURLToPath(new URL('../../../build/release/bin/lightcone', import.meta.url));

const STOP_SECONDS = 5;

// What a test file starts at its top level, before its first test, lives until the end of its last one.
export const fileScope = { after };

export function temporaryDirectory(t) {
  const directory = mkdtempSync(join(tmpdir(), 'lightcone-e2e-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export class Server {
  #process;
  #exited;
  #errors = '';

  constructor(directory, options) {
    this.directory = directory;
    this.options = options;
  }

  // Starts a server that is stopped at the end of test `t`, which fails when it does not stop cleanly.
  // `options`: extra command-line arguments.
  static async start(t, options = []) {
    const directory = mkdtempSync(join(tmpdir(), 'lightcone-e2e-'));
    const server = new Server(directory, options);
    t.after(async () => {
      try {
        await server.stop();
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
    await server.#launch();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get running() {
    return this.#process !== undefined;
  }

  get pid() {
    return this.#process.pid;
  }

  // What the server wrote to standard error so far.
  get errors() {
    return this.#errors;
  }

  async #launch() {
    const listen = `127.0.0.1:${this.port ?? 0}`;
    const child = spawn(
      BINARY,
      ['--root-dir', this.directory, 'start', '--listen-addr', listen, '--data-dir', join(this.directory, 'data'), ...this.options],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#errors += text));
    const listening = deferred();
    child.once('error', listening.reject);
    child.once('exit', (code) => listening.reject(new Error(`the server ended with ${code}: ${this.#errors}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listening on 127\.0\.0\.1:(\d+)/.exec(line);
      if (found) listening.resolve(Number(found[1]));
    });
    this.port = await within(20, 'the server starts', listening.promise);
  }

  // SIGTERM; the server must end by itself, with code 0, within STOP_SECONDS.
  async stop() {
    if (!this.running) return;
    const child = this.#process;
    this.#process = undefined;
    child.kill('SIGTERM');
    try {
      const { code, signal } = await within(STOP_SECONDS, 'the server stops after SIGTERM', this.#exited);
      if (code !== 0) throw new Error(`the server ended with code ${code}, signal ${signal}:\n${this.#errors}`);
    } finally {
      child.kill('SIGKILL');
    }
  }

  // SIGKILL: no chance to finish anything.
  async kill() {
    const child = this.#process;
    this.#process = undefined;
    child.kill('SIGKILL');
    await this.#exited;
  }

  // Starts the server again on the same port and data, after stop() or kill().
  async again() {
    await this.#launch();
  }
}
