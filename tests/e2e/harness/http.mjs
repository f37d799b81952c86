// SPDX-License-Identifier: Apache-2.0
// Plain HTTP requests to a server, and the ones tests begin with: an identity, a published module.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MODULES = new URL('../../../build/modules/', import.meta.url);

// The path of a module that scripts/build-modules compiled.
export function modulePath(name) {
  return fileURLToPath(new URL(`${name}.wasm`, MODULES));
}

export function moduleBytes(name) {
  return readFileSync(modulePath(name));
}

// Answers with { status, headers, text, json() }. A string body is sent as bytes, without a content type of its own.
export async function request(server, method, path, { token, body, headers = {} } = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

// A new identity: { identity, token }.
export async function newIdentity(server) {
  const response = await request(server, 'POST', '/v1/identity');
  assert.equal(response.status, 200, response.text);
  return response.json();
}

// Publishes bytes (or a built module by name) and answers with the raw response.
export function tryPublish(server, database, module, token, query = '') {
  const body = typeof module === 'string' ? moduleBytes(module) : module;
  return request(server, 'PUT', `/v1/database/${database}${query}`, { token, body });
}

// Publishes and insists that it worked: { domain, database_identity, op }.
export async function publish(server, database, module, token, query = '') {
  const response = await tryPublish(server, database, module, token, query);
  assert.equal(response.status, 200, response.text);
  return response.json().Success;
}

export function call(server, database, reducer, args, { token } = {}) {
  return request(server, 'POST', `/v1/database/${database}/call/${reducer}`, {
    token,
    body: JSON.stringify(args),
    headers: { 'content-type': 'application/json' },
  });
}

// The rows of one statement, as arrays of plain JSON values.
export async function sql(server, database, query, { token } = {}) {
  const response = await request(server, 'POST', `/v1/database/${database}/sql`, { token, body: query });
  assert.equal(response.status, 200, response.text);
  return response.json()[0].rows;
}

// The module's log as records.
export async function logs(server, database, token, query = '') {
  const response = await request(server, 'GET', `/v1/database/${database}/logs${query}`, { token });
  assert.equal(response.status, 200, response.text);
  return response.text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
