import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { checkTarget, formatCheckLine } from '../../harness/dist/targets/check/check-target.js';
import { TargetClient } from '../../harness/dist/targets/client.js';
import type { FunctionCharge } from '../../harness/dist/targets/protocol.js';
import { ENGINE_TARGETS } from '../../harness/dist/targets/engine-targets.js';
import { targetOrSkip } from './rust-target.js';

const SQLITE = fileURLToPath(new URL('../../node_modules/sql.js/dist/sql-wasm.wasm', import.meta.url));

describe('engine targets', function () {
  this.timeout(120_000);

  for (const { name } of ENGINE_TARGETS) {
    it(`${name} passes the target check`, async function () {
      const { command, arguments: rest } = targetOrSkip(this, name).command();
      const report = await checkTarget([command, ...rest]);
      assert.ok(report.passed, report.lines.map(formatCheckLine).join('\n'));
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
      const quickest = async (arm: string): Promise<number> => {
        const times: number[] = [];
        for (let i = 0; i < 5; i++)
          times.push((await client.request('block', { arm, calls: 1 })).nanoseconds);
        return Math.min(...times);
      };
      const ratio = (await quickest('each')) / (await quickest('whole'));
      assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
    });
  });
});
