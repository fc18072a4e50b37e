import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { BUDGETS } from '../../examples/plugin-server/plugin-runner.js';
import { createPluginServer, type PluginServerOptions } from '../../examples/plugin-server/plugin-server.js';
import { goodPlugin, HOSTILE_PLUGINS } from '../../examples/plugin-server/plugins.js';
import { profileExample } from '../profile/profile-example.js';

describe('the plugin server', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function start(options: PluginServerOptions = {}) {
    server = createPluginServer(options);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return async (method: string, where: string, body?: Uint8Array | string) => {
      const init: RequestInit = body === undefined ? { method } : { method, body };
      const response = await fetch(`${root}${where}`, init);
      const { headers, status } = response;
      return {
        status,
        refusal: headers.get('x-refusal'),
        fuel: headers.get('x-fuel'),
        text: await response.text(),
      };
    };
  }

  it('answers good plugins among hostile ones, and refuses each for its own reason', async () => {
    const ask = await start();
    equal((await ask('PUT', '/plugins/good', await goodPlugin())).status, 201);
    const hostile = Object.entries(HOSTILE_PLUGINS);
    for (const [name, { make }] of hostile)
      equal((await ask('PUT', `/plugins/${name}`, await make())).status, 201, name);
    const ends: string[] = [];
    const refusals = hostile.map(async ([name, { reason }]) => {
      const { refusal, status } = await ask('POST', `/plugins/${name}`, 'abc');
      ends.push(name);
      equal(refusal, reason, `${name}: ${status}`);
    });
    const answers = Array.from({ length: 20 }, async () => {
      const { fuel, status, text } = await ask('POST', '/plugins/good', 'HAL');
      ends.push('good');
      deepEqual([status, text], [200, 'IBM']);
      return fuel;
    });
    await Promise.all([...refusals, ...answers]);
    // A request costs the same whoever else there is.
    equal(new Set(await Promise.all(answers)).size, 1);
    // Those that never end have had many turns, and all others ended before them.
    ok(ends.indexOf('endless') > ends.lastIndexOf('good'), ends.join(' '));
    const { text } = await ask('GET', '/metrics');
    match(text, /^plugin_server_requests_total\{method="POST",end="answered"\} 20$/m);
    match(text, /^plugin_server_requests_total\{method="POST",end="out-of-fuel"\} 4$/m);
    match(text, /^wasm_dyno_compiled_functions_total\{phase="translate"\} \d+$/m);
  });

  it('refuses what is no plugin, too large, unknown, or one request too many', async () => {
    const ask = await start({ budgets: { ...BUDGETS, plugins: 2, requests: 1, loadFuel: 20_000n } });
    deepEqual((await ask('PUT', '/plugins/text', 'no module')).refusal, 'invalid-plugin');
    deepEqual((await ask('PUT', '/plugins/large', Buffer.alloc(100_000))).refusal, 'too-large');
    deepEqual((await ask('PUT', '/plugins/costly', Buffer.alloc(60_000))).refusal, 'out-of-fuel');
    deepEqual((await ask('POST', '/plugins/none', 'x')).refusal, 'no-such-plugin');
    equal((await ask('GET', '/elsewhere')).status, 404);
    await ask('PUT', '/plugins/endless', await HOSTILE_PLUGINS.endless.make());
    await ask('PUT', '/plugins/good', await goodPlugin());
    deepEqual((await ask('PUT', '/plugins/third', await goodPlugin())).refusal, 'too-many-plugins');
    const ends = await Promise.all([1, 2, 3].map(() => ask('POST', '/plugins/endless', 'x')));
    deepEqual(ends.map(({ refusal }) => refusal).sort(), ['busy', 'busy', 'out-of-fuel']);
    equal((await ask('POST', '/plugins/good', 'HAL')).text, 'IBM');
  });

  it('keeps to its memory however often plugins want all of it', async () => {
    const ask = await start();
    await ask('PUT', '/plugins/greedy', await HOSTILE_PLUGINS.greedy.make());
    const round = async () => {
      for (let i = 0; i < 5; i++)
        await Promise.all(Array.from({ length: 8 }, () => ask('POST', '/plugins/greedy', 'x')));
      return process.memoryUsage().arrayBuffers;
    };
    const before = await round();
    const after = await round();
    // 40 more stores have come and gone; those of one moment may have 256 KiB each.
    ok(after - before < 64e6, `${before} then ${after} bytes`);
  });

  it('keeps to the elements of tables that a request may have', async () => {
    const ask = await start();
    const growing = await encodeTextModule(
      Buffer.from(`(module (memory (export "memory") 1) (table 0 externref)
        (func (export "handle") (param i32) (result i32)
          (drop (table.grow (ref.null extern) (i32.const ${BUDGETS.tableElements})))
          (i32.eq (table.grow (ref.null extern) (i32.const 1)) (i32.const -1))))`),
    );
    equal((await ask('PUT', '/plugins/growing', growing)).status, 201);
    // One byte of the answer: the second growth was refused.
    deepEqual((await ask('POST', '/plugins/growing', 'x')).text, 'x');
  });

  it('has room for the others while one plugin has all the requests that it may', async () => {
    const ask = await start({ budgets: { ...BUDGETS, requests: 3, requestsOfPlugin: 2 } });
    await ask('PUT', '/plugins/endless', await HOSTILE_PLUGINS.endless.make());
    await ask('PUT', '/plugins/good', await goodPlugin());
    const flood = Array.from({ length: 20 }, () => ask('POST', '/plugins/endless', 'x'));
    const answers: string[] = [];
    for (let i = 0; i < 5; i++) answers.push((await ask('POST', '/plugins/good', 'HAL')).text);
    deepEqual(
      answers,
      answers.map(() => 'IBM'),
    );
    const refusals = (await Promise.all(flood)).map(({ refusal }) => refusal);
    ok(
      refusals.every((refusal) => refusal === 'busy' || refusal === 'out-of-fuel'),
      refusals.join(' '),
    );
    // The budget of the plugin's requests is given back.
    equal((await ask('POST', '/plugins/endless', 'x')).refusal, 'out-of-fuel');
  });

  it('has room for the others while several plugins want all the requests that they may', async () => {
    const ask = await start({ budgets: { ...BUDGETS, requests: 12 } });
    await ask('PUT', '/plugins/good', await goodPlugin());
    const names = ['a', 'b', 'c'];
    for (const name of names) await ask('PUT', `/plugins/${name}`, await HOSTILE_PLUGINS.endless.make());
    const flood = names.flatMap((name) =>
      Array.from({ length: 12 }, () => ask('POST', `/plugins/${name}`, 'x')),
    );
    for (let i = 0; i < 5; i++) equal((await ask('POST', '/plugins/good', 'HAL')).text, 'IBM');
    const refusals = (await Promise.all(flood)).map(({ refusal }) => refusal);
    ok(refusals.includes('busy') && refusals.includes('out-of-fuel'), refusals.join(' '));
  });

  it('lets go of what nobody waits for any more', async () => {
    const ask = await start({ budgets: { ...BUDGETS, requestFuel: 2n ** 62n, requests: 1 } });
    await ask('PUT', '/plugins/endless', await HOSTILE_PLUGINS.endless.make());
    await ask('PUT', '/plugins/good', await goodPlugin());
    const { port } = server!.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /plugins/endless HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx');
    while ((await ask('POST', '/plugins/good', 'HAL')).refusal !== 'busy');
    socket.destroy();
    // Its fuel would last for centuries.
    while ((await ask('POST', '/plugins/good', 'HAL')).text !== 'IBM');
  });

  it('takes no other answer for a length than an i32', async () => {
    const ask = await start();
    for (const [type, body] of [
      ['(param i32) (result f64)', '(f64.const nan)'],
      ['(param externref) (result externref)', '(local.get 0)'],
      ['(param i32) (result i32 i32)', '(i32.const 1) (i32.const 2)'],
      ['(result i32)', '(i32.const 1)'],
    ]) {
      const bytes = await encodeTextModule(
        Buffer.from(`(module (memory (export "memory") 1) (func (export "handle") ${type} ${body}))`),
      );
      equal((await ask('PUT', '/plugins/other', bytes)).status, 201);
      equal((await ask('POST', '/plugins/other', 'x')).refusal, 'bad-plugin', type);
    }
  });

  it('is not ready with a profile of another machine, and says why', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-server-'));
    try {
      const profile = path.join(folder, 'profile.json');
      writeFileSync(profile, JSON.stringify(profileExample()));
      const ask = await start({ profile });
      const { status, text } = await ask('GET', '/ready');
      equal(status, 503);
      match(text, /profile\.json/);
      equal((await ask('PUT', '/plugins/good', await goodPlugin())).refusal, 'not-ready');
    } finally {
      rmSync(folder, { recursive: true });
    }
    server!.close();
    equal((await (await start())('GET', '/ready')).status, 200);
  });

  it('ends requests that never do, and bodies without end, and goes on', async () => {
    const ask = await start({ requestTimeout: 200 });
    // Only what is slow on purpose is timed: 0 is no limit.
    const limit = (milliseconds: number) => {
      server!.headersTimeout = server!.requestTimeout = milliseconds;
    };
    limit(0);
    equal((await ask('PUT', '/plugins/good', await goodPlugin())).status, 201);
    const { port } = server!.address() as AddressInfo;
    const answered = async (write: (socket: Socket) => void): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (piece) => (text += String(piece))).on('error', () => undefined);
      write(socket);
      await new Promise((resolve) => socket.once('close', resolve));
      return text;
    };
    limit(200);
    // Headers that do not end; a body that does not; one that is sent for as long as the server reads.
    match(await answered((socket) => socket.write('POST /plugins/good HTTP/1.1\r\nhost: a\r\n')), / 408 /);
    const head = 'POST /plugins/good HTTP/1.1\r\nhost: a\r\n';
    match(await answered((socket) => socket.write(`${head}content-length: 10\r\n\r\nabc`)), / 408 |^$/);
    await answered((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const piece = `10000\r\n${'a'.repeat(0x1_0000)}\r\n`;
      const more = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
    limit(0);
    equal((await ask('POST', '/plugins/good', 'HAL')).text, 'IBM');
    const { text } = await ask('GET', '/metrics');
    match(text, /^plugin_server_requests_total\{method="POST",end="(cut-off|too-large)"\} \d+$/m);
  });

  it('bears plugins with thousands of exports, those whose start function traps, and being loaded over and over', async () => {
    const ask = await start();
    const names = Array.from({ length: 5_000 }, (_, i) => `(export "${i}" (func $f))`).join('');
    const many = await encodeTextModule(
      Buffer.from(`(module (memory (export "memory") 1) ${names}
        (func $f (export "handle") (param i32) (result i32) (i32.const 0)))`),
    );
    equal((await ask('PUT', '/plugins/many', many)).status, 201);
    equal((await ask('POST', '/plugins/many', '')).status, 200);
    const trapping = await encodeTextModule(
      Buffer.from(`(module (memory (export "memory") 1) (func $start (unreachable)) (start $start)
        (func (export "handle") (param i32) (result i32) (i32.const 0)))`),
    );
    equal((await ask('PUT', '/plugins/trapping', trapping)).status, 201);
    equal((await ask('POST', '/plugins/trapping', '')).refusal, 'trap');
    for (let i = 0; i < 60; i++) {
      const again = await encodeTextModule(
        Buffer.from(`(module (memory (export "memory") 1) (func (export "${i}"))
          (func (export "handle") (param i32) (result i32) (i32.const 0)))`),
      );
      equal((await ask('PUT', '/plugins/again', again)).status, 201);
    }
    const { text } = await ask('GET', '/metrics');
    // Metrics have as many series as there are ends, whatever plugins are called.
    ok(text.split('\n').filter((line) => line.startsWith('plugin_server_requests_total')).length < 10);
  });
});
