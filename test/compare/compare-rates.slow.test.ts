import assert from 'node:assert/strict';
import { compareSources, estimateRun, Random, type ChangeVerdict, type PricedSource } from 'wasm-dyno';
import { inventedRows } from '../reports/run-example.js';
import { simulatedSource } from './simulated-source.js';

const TRIES = 100;

function verdicts(
  tries: number,
  source: (of: 'before' | 'after', attempt: number) => PricedSource,
): ChangeVerdict[] {
  return Array.from({ length: tries }, (_, i) => {
    const [verdict] = compareSources([source('before', i), source('after', i)]).verdicts;
    return verdict!;
  });
}

const share = (of: readonly ChangeVerdict[], wanted: ChangeVerdict) =>
  of.filter((verdict) => verdict === wanted).length / of.length;

describe('comparing two simulated runs', function () {
  this.timeout(600_000);
  for (const [material, withProcesses] of [
    ['process executions', true],
    ['intervals alone', false],
  ] as const) {
    it(`of one build says "same" in 19 of 20 tries, by ${material}`, () => {
      const random = new Random(11, material);
      const found = verdicts(TRIES, () => simulatedSource(random, 1, withProcesses));
      assert.ok(share(found, 'same') >= 0.95, `same in ${share(found, 'same')}`);
    });

    it(`tells a 10% slower engine in 19 of 20 tries, by ${material}`, () => {
      const random = new Random(12, material);
      const found = verdicts(TRIES, (of) => simulatedSource(random, of === 'after' ? 1.1 : 1, withProcesses));
      assert.ok(share(found, 'slower') >= 0.95, `slower in ${share(found, 'slower')}`);
    });

    it(`tells a 10% faster engine in 19 of 20 tries, by ${material}`, () => {
      const random = new Random(13, material);
      const found = verdicts(TRIES, (of) =>
        simulatedSource(random, of === 'before' ? 1.1 : 1, withProcesses),
      );
      assert.ok(share(found, 'faster') >= 0.95, `faster in ${share(found, 'faster')}`);
    });
  }

  it('holds from the rows on: 20 tries of each', () => {
    const source = (factor: number, seed: number): PricedSource => {
      const rows = inventedRows({
        seed,
        processes: 20,
        rounds: 5,
        processSpread: 0.02,
        change: (row) => (row.phase === 'memset' ? row : { ...row, nanoseconds: row.nanoseconds * factor }),
      });
      const ratios = estimateRun(rows).ratios.filter(
        ({ sizeClass, regime }) => sizeClass === 'all' && regime === 'hot',
      );
      return {
        path: String(seed),
        form: 'run',
        createdAt: '2026-01-31T12:00:00Z',
        machine: { id: 'ab'.repeat(8), cpuModel: 'invented', logicalCores: 2, nodeVersion: '22.0.0' },
        engines: ['embedded 0.1.0'],
        systematicFloor: 0.03,
        conditions: {},
        circumstances: {},
        prices: ratios.map((ratio) => ({
          ...ratio,
          name: `${ratio.temperature} ${ratio.phase}`,
          unit: 'x memset',
          estimate: ratio.ratio,
          processPrices: ratio.processRatios,
        })),
      };
    };
    const alike = verdicts(20, (of, i) => source(1, 2 * i + (of === 'after' ? 1 : 0)));
    const slower = verdicts(20, (of, i) =>
      source(of === 'after' ? 1.1 : 1, 1000 + 2 * i + (of === 'after' ? 1 : 0)),
    );
    assert.ok(share(alike, 'same') >= 0.95, `same in ${share(alike, 'same')}`);
    assert.ok(share(slower, 'slower') >= 0.95, `slower in ${share(slower, 'slower')}`);
  });
});
