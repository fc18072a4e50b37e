import assert from 'node:assert/strict';
import { normal, plateauOf, plateauSizes, Random, unitEstimates } from 'wasm-dyno';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { inventedSweep } from '../reports/run-example.js';

const KIB = 1024;
const L2_BYTES = 2048 * KIB;
const PROCESSES = 8;

/** Hot memsets of the plateau's sizes in each process, which take what `nanosecondsOf` tells but for noise. */
function hotRows(
  nanosecondsOf: (bytes: number) => number,
  { noise = 0.01, seed = 7 }: { noise?: number; seed?: number } = {},
): Measurement[] {
  const random = new Random(seed);
  const [like] = inventedSweep(1, 1);
  return Array.from({ length: PROCESSES }, (_, process) =>
    plateauSizes(plateauOf(L2_BYTES)).map((size): Measurement => {
      const nanoseconds = nanosecondsOf(size) * Math.exp(noise * normal(random));
      return { ...like!, process, arm: `sweep ${size}`, bytes: size, calls: 1, nanoseconds };
    }),
  ).flat();
}

function unitOf(nanosecondsOf: (bytes: number) => number) {
  const [unit] = unitEstimates(hotRows(nanosecondsOf), plateauOf(L2_BYTES), 0.95);
  assert.ok(unit !== undefined);
  return unit.record;
}

/** Tells what `bytes` take where those up to `cacheBytes` take `fast` each, and buffers that are larger `slow` for every byte. */
function leavingCache(cacheBytes: number, fast: number, slow: number) {
  return (bytes: number): number => 4 + bytes * (bytes <= cacheBytes ? fast : slow);
}

describe('The unit of fuel', () => {
  it('fills powers of two from 16 KiB to half of the second-level cache, and sizes that the smallest first-level cache holds', () => {
    assert.deepEqual(
      plateauSizes(plateauOf(512 * KIB)).map((size) => size / KIB),
      [16, 20, 24, 28, 32, 64, 128, 256],
    );
    assert.deepEqual(
      plateauSizes({ fromBytes: 16 * KIB, toBytes: 24 * KIB }).map((size) => size / KIB),
      [16, 20, 24],
    );
  });

  it('is the slope over the whole plateau where both caches are as fast', () => {
    const { fromBytes, isInCache, nanosecondsPerByte, toBytes, verdict } = unitOf(
      (bytes) => 4 + 0.006 * bytes,
    );
    assert.deepEqual([fromBytes, toBytes], [16 * KIB, 1024 * KIB]);
    assert.ok(isInCache);
    assert.equal(verdict, 'ok');
    assert.ok(Math.abs(nanosecondsPerByte.estimate / 0.006 - 1) < 0.02);
  });

  for (const cacheKib of [32, 48])
    it(`is the slope within a first-level cache of ${cacheKib} KiB where the second takes several times as long`, () => {
      const { fromBytes, isInCache, largestRelativeResidual, nanosecondsPerByte, toBytes, verdict } = unitOf(
        leavingCache(cacheKib * KIB, 0.0048, 0.018),
      );
      assert.deepEqual([fromBytes, toBytes], [16 * KIB, 32 * KIB]);
      assert.ok(isInCache);
      assert.equal(verdict, 'ok');
      assert.ok(
        Math.abs(nanosecondsPerByte.estimate / 0.0048 - 1) < 0.04,
        String(nanosecondsPerByte.estimate),
      );
      assert.ok(largestRelativeResidual < 0.04);
    });

  it("is none where sizes hardly tell in what filling took: a slope below any machine's is noise", () => {
    for (const perByte of [0, 1e-6, 5e-5])
      assert.deepEqual(
        unitEstimates(
          hotRows((bytes) => 1e6 + perByte * bytes, { noise: 0 }),
          plateauOf(L2_BYTES),
          0.95,
        ),
        [],
      );
  });

  it('stops where the second-level cache ends early, as others share it', () => {
    const { isInCache, nanosecondsPerByte, toBytes } = unitOf(leavingCache(256 * KIB, 0.006, 0.012));
    assert.equal(toBytes, 256 * KIB);
    assert.ok(isInCache);
    assert.ok(Math.abs(nanosecondsPerByte.estimate / 0.006 - 1) < 0.02);
  });

  it('is the same whichever plateau noise lets it take, where the second cache is slower by some percent', () => {
    for (const slower of [1.02, 1.03, 1.06, 1.12]) {
      const units = Array.from({ length: 40 }, (_, seed) => {
        const rows = hotRows(leavingCache(32 * KIB, 0.006, 0.006 * slower), { noise: 0.007, seed });
        const [unit] = unitEstimates(rows, plateauOf(L2_BYTES), 0.95);
        assert.equal(unit!.record.isInCache, true);
        return unit!.record.nanosecondsPerByte.estimate;
      });
      assert.ok(Math.max(...units) / Math.min(...units) < 1.06, String(slower));
    }
  });

  it('is noisy where the smallest sizes are in no cache alike', () => {
    const { isInCache, verdict } = unitOf(leavingCache(20 * KIB, 0.006, 0.03));
    assert.equal(isInCache, false);
    assert.notEqual(verdict, 'ok');
  });
});
