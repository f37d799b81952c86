// SPDX-License-Identifier: Apache-2.0
// Serves the web page: node serve.mjs [PORT]. Port 0 takes a free one; the address is printed.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
// Exactly the files of the page; no path from outside is ever opened.
const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/dist/web.js': ['dist/web.js', 'text/javascript; charset=utf-8'],
  '/dist/web.js.map': ['dist/web.js.map', 'application/json'],
};

const server = createServer(async (request, response) => {
  const [file, type] = files[new URL(request.url, 'http://localhost').pathname] ?? [];
  if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(404).end('not found\n');
    return;
  }
  try {
    response.writeHead(200, { 'content-type': type }).end(await readFile(path.join(folder, file)));
  } catch {
    response.writeHead(500).end('run "npm run build" first\n');
  }
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
