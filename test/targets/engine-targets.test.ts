import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import wabt from 'wabt';

import { formatCheckLine } from '../../harness/dist/targets/check/check-target.js';
import { TargetClient } from '../../harness/dist/targets/client.js';
import type { FunctionCharge } from '../../harness/dist/targets/protocol.js';
import { ENGINE_TARGETS } from '../../harness/dist/targets/engine-targets.js';
import { checkPatiently, faults } from './check-patiently.js';
import { targetOrSkip } from './rust-target.js';

const SQLITE = fileURLToPath(new URL('../../node_modules/sql.js/dist/sql-wasm.wasm', import.meta.url));

describe('engine targets', function () {
  this.timeout(600_000);

  for (const { name } of ENGINE_TARGETS) {
    it(`${name} passes the target check`, async function () {
      const { command, arguments: rest } = targetOrSkip(this, name).command();
      const report = await checkPatiently([command, ...rest]);
      assert.deepEqual(faults(report), [], report.lines.map(formatCheckLine).join('\n'));
    });
  }

  async function withTarget<T>(
    context: Mocha.Context,
    name: string,
    use: (client: TargetClient) => Promise<T>,
  ) {
    const client = TargetClient.start({ name, ...targetOrSkip(context, name).command() });
    try {
      return await use(client);
    } finally {
      await client.stop();
    }
  }

  it('tells the versions that the lock file pins', async function () {
    const lock = readFileSync(new URL('../../harness/targets/Cargo.lock', import.meta.url), 'utf8');
    for (const name of ['wasmi', 'wasmtime']) {
      await withTarget(this, name, async (client) => {
        const { version } = await client.request('describe', {});
        assert.ok(lock.includes(`name = "${name}"\nversion = "${version}"\n`), `${name} ${version}`);
      });
    }
  });

  it('tells the version of wazero that go.mod pins', async function () {
    const pinned = readFileSync(new URL('../../harness/targets/wazero/go.mod', import.meta.url), 'utf8');
    await withTarget(this, 'wazero', async (client) => {
      const { version } = await client.request('describe', {});
      assert.ok(pinned.includes(`github.com/tetratelabs/wazero v${version}\n`), version);
    });
  });

  it('times how wazero compiles all of a module, each time anew, and tells what was allocated for it', async function () {
    await withTarget(this, 'wazero', async (client) => {
      const { bodyBytes } = await client.request('load', { module: 'sqlite', path: SQLITE });
      await client.request('arm', { arm: 'all', kind: 'phase', phase: 'compile', module: 'sqlite' });
      const sizes = [bodyBytes];
      const memset = { kernel: 'native-memset', regime: 'memory', sizes } as const;
      await client.request('arm', { arm: 'fill', kind: 'memset', ...memset });
      const [first, second] = [
        await client.request('block', { arm: 'all', calls: 1 }),
        await client.request('block', { arm: 'all', calls: 1 }),
      ];
      // Of what others on the machine stretch, the quickest of some.
      let fill = Infinity;
      for (let i = 0; i < 20; i++)
        fill = Math.min(fill, (await client.request('block', { arm: 'fill', calls: 1 })).nanoseconds);
      assert.equal(second.bytes, bodyBytes);
      for (const { nanoseconds } of [first, second]) assert.ok(nanoseconds > 20 * fill);
      assert.ok((second.collections ?? 0) > 0 || (second.allocatedBytes ?? 0) > bodyBytes);
    });
  });

  for (const name of ['wazero', 'wazero-interpreter']) {
    it(`${name} has stand-ins for imports of every kind, and writes values as others do`, async function () {
      const text = `(module
        (import "env" "function" (func $f (param i32) (result i64 f32 f64 externref)))
        (import "env" "memory" (memory 2 4)) (import "env" "table" (table 3 funcref))
        (import "env" "global" (global $g (mut f64))) (import "other" "memory size" (global $n i32))
        (func (export "all") (result i64 f32 f64 externref f64 i32 i32 i32)
          (call $f (i32.const 1)) (global.get $g) (global.get $n) (memory.size) (table.size))
        (func (export "f32") (param f32) (result f32) (local.get 0))
        (func (export "f64") (param f64) (result f64) (local.get 0)))`;
      const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-target-'));
      try {
        const path = join(folder, 'imports.wasm');
        const { parseWat } = await wabt();
        writeFileSync(path, parseWat('imports.wat', text).toBinary({}).buffer);
        await withTarget(this, name, async (client) => {
          await client.request('load', { module: 'imports', path });
          const call = async (exported: string, ...values: string[]) =>
            (await client.request('invoke', { module: 'imports', export: exported, arguments: values }))
              .results;
          assert.deepEqual(await call('all'), ['0', '0', '0', 'null', '0', '0', '2', '3']);
          assert.deepEqual(await call('f32', '0.1'), [String(Math.fround(0.1))]);
          for (const value of ['1e+21', '1e-7', '-123456.75', 'NaN', 'Infinity', '-Infinity', '5e-324'])
            assert.deepEqual(await call('f64', value), [value]);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('reads back what Wasmi charges per function: 9 fuel per body byte lazily, 7 when validated before, 0 eagerly', async function () {
    await withTarget(this, 'wasmi', async (client) => {
      const { functions } = await client.request('load', { module: 'sqlite', path: SQLITE });
      for (const [mode, fuelPerByte] of [
        ['lazy', 9n],
        ['lazy-translation', 7n],
        ['eager', 0n],
      ] as const) {
        const { charges } = await client.request('charge', { module: 'sqlite', mode });
        assert.deepEqual(
          charges.map(({ index, bodyBytes }: FunctionCharge) => ({ index, bodyBytes })),
          functions,
        );
        for (const { bodyBytes, fuel } of charges)
          assert.equal(BigInt(fuel), BigInt(bodyBytes) * fuelPerByte);
      }
    });
  });

  for (const phase of ['validate', 'translate'] as const)
    it(`tells a call of Wasmi's by stretches that end where they were to (${phase}), a function twice where it was asked for twice`, async function () {
      await withTarget(this, 'wasmi', async (client) => {
        const { stopsCurves } = await client.request('describe', {});
        assert.equal(stopsCurves, true);
        const { functions } = await client.request('load', { module: 'sqlite', path: SQLITE });
        const all = functions.slice(0, 200).map(({ index }) => index);
        const listed = [all[0]!, ...all];
        const arm = { arm: 'all', kind: 'phase', phase, module: 'sqlite', functions: listed } as const;
        await client.request('arm', arm);
        const told = async (stops: readonly number[]) =>
          (await client.request('curve', { arm: 'all', calls: 1, stops })).nanoseconds;
        assert.equal((await told([1, 7, 201])).length, 3);
        // Blocks in between do not spend what a call needs.
        await client.request('block', { arm: 'all', calls: 3 });
        const times = await told(Array.from(listed, (_, i) => i + 1));
        assert.equal(times.length, 201);
        assert.ok(times.every((time) => Number.isInteger(time) && time >= 0));
        for (const stops of [[202], [0], [5, 5]])
          await assert.rejects(told(stops), /ascending counts from 1 to 201/);
      });
    });

  it('times how long Wasmi parses each of several modules', async function () {
    await withTarget(this, 'wasmi', async (client) => {
      for (const module of ['a', 'b']) await client.request('load', { module, path: SQLITE });
      const parts = [{ module: 'b' }];
      await client.request('arm', { arm: 'both', kind: 'phase', phase: 'parse', module: 'a', parts });
      const { nanoseconds } = await client.request('curve', { arm: 'both', calls: 1, stops: [1, 2] });
      assert.equal(nanoseconds.length, 2);
    });
  });

  it('times the translation of single Wasmi functions close to their share of the module', async function () {
    await withTarget(this, 'wasmi', async (client) => {
      const { functions } = await client.request('load', { module: 'sqlite', path: SQLITE });
      const all = functions.map(({ index }) => index);
      await client.request('arm', { arm: 'whole', kind: 'phase', phase: 'translate', module: 'sqlite' });
      await client.request('arm', {
        arm: 'each',
        kind: 'phase',
        phase: 'translate',
        module: 'sqlite',
        functions: all,
      });
      const quickest = { each: Infinity, whole: Infinity };
      const isClose = () => quickest.each / quickest.whole > 0.5 && quickest.each / quickest.whole < 2;
      // In turn, the quickest of each, until they are close: others on the machine only ever add.
      for (let i = 0; i < 200 && !(i >= 5 && isClose()); i++)
        for (const arm of ['each', 'whole'] as const)
          quickest[arm] = Math.min(
            quickest[arm],
            (await client.request('block', { arm, calls: 1 })).nanoseconds,
          );
      assert.ok(isClose(), JSON.stringify(quickest));
    });
  });
});
