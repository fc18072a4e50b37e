// Load figures of the plugin server, over loopback, each server in a process of its own:
//
//     npm run load:server
//
// prints requests per second, the 99th percentile of their times and the server's memory: with metering, without, and with 1% of the
// requests to plugins that never end.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createPluginServer } from './plugin-server.js';
import { goodPlugin, HOSTILE_PLUGINS } from './plugins.js';

const CLIENTS = 16;
const REQUESTS = 4_000;
const BODY = Buffer.alloc(1_000, 'a');

if (process.argv[2] === 'serve') serve(process.argv[3] !== 'unmetered');
else {
  console.log('              requests/s     p99 ms    server MB');
  await measure('unmetered', 0);
  await measure('metered', 0);
  await measure('1% hostile', 0.01);
}

function serve(consumeFuel: boolean): void {
  const server = createPluginServer({ consumeFuel }).listen(0, '127.0.0.1', () => {
    process.send!((server.address() as AddressInfo).port);
  });
  process.on('message', () => process.send!(process.memoryUsage().rss));
  process.on('disconnect', () => process.exit());
}

async function measure(name: string, hostile: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', name]);
  const [port] = (await once(child, 'message')) as [number];
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const ask = (method: string, path: string, body: Uint8Array) =>
    new Promise<number>((resolve, reject) => {
      const options = { agent, method, path: `/plugins/${path}`, port, host: '127.0.0.1' };
      request(options, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      })
        .on('error', reject)
        .end(body);
    });
  await ask('PUT', 'good', await goodPlugin());
  await ask('PUT', 'endless', await HOSTILE_PLUGINS.endless.make());
  for (let i = 0; i < 200; i++) await ask('POST', 'good', BODY);
  const milliseconds: number[] = [];
  let left = REQUESTS;
  const start = performance.now();
  const client = async () => {
    while (left-- > 0) {
      const isHostile = hostile > 0 && left % Math.round(1 / hostile) === 0;
      const began = performance.now();
      const status = await ask('POST', isHostile ? 'endless' : 'good', BODY);
      if (status !== (isHostile ? 429 : 200)) throw new Error(`a request was answered with ${status}`);
      if (!isHostile) milliseconds.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - start) / 1e3;
  child.send('memory');
  const [bytes] = (await once(child, 'message')) as [number];
  milliseconds.sort((a, b) => a - b);
  const p99 = milliseconds[Math.floor(0.99 * milliseconds.length)]!;
  const figures = [(REQUESTS / seconds).toFixed(0), p99.toFixed(1), (bytes / 1e6).toFixed(0)];
  console.log(name.padEnd(12) + figures.map((figure) => figure.padStart(12)).join(' '));
  agent.destroy();
  child.disconnect();
}
