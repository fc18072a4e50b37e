// 05. The engine in a browser, without a bundler.
//
//     npm run example 05
//
// serves a page at an address it prints, and the page shows
//
//     sum(100) = 5050
//     fuel consumed: 8388
//     sum(1000000): RuntimeError, out of fuel
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeTextModule } from '@wasm-dyno/corpora';

const page = fileURLToPath(new URL('.', import.meta.url));
const engine = path.dirname(fileURLToPath(import.meta.resolve('@wasm-dyno/engine')));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

/** What lies behind an address. The engine's folder is served as it is built: its parts import each other by relative paths. */
async function contentOf(address: string): Promise<{ body: Uint8Array; type: string }> {
  if (address === '/sum.wasm') {
    const text = await readFile(new URL('../modules/sum.wat', import.meta.url));
    return { body: await encodeTextModule(text), type: 'application/wasm' };
  }
  const [folder, name] = address.startsWith('/engine/')
    ? [engine, address.slice(8)]
    : [page, address.slice(1)];
  const file = path.join(folder, name === '' ? 'index.html' : name);
  const type = TYPES[path.extname(file)];
  if (type === undefined) throw new Error(`${address} is none of this page's`);
  return { body: await readFile(file), type };
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost'); // resolves `..`: no address leads out
  contentOf(pathname).then(
    ({ body, type }) => response.writeHead(200, { 'content-type': type }).end(body),
    () => response.writeHead(404).end(),
  );
});

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
