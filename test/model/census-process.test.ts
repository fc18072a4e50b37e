import { deepEqual, equal, ok } from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora/random';
import { CensusProcess, type ProcessSample } from '../../harness/dist/census/census-process.js';
import type { CountedModule } from '../../harness/dist/census/counted-modules.js';
import type { TargetClient } from '../../harness/dist/targets/client.js';

const CLOCK = 90;
const NANOSECONDS_PER_BYTE = 4;
const CONSTANT = 300;

/** Bodies of every class of sizes, more than the fewest that the clock is told by. */
const SIZES = Array.from({ length: 60 }, (_, i) => 10 + 9 * i + (i % 7 === 0 ? 3_000 : 0));

const feature = (bytes: number) => ({
  bytes,
  operators: bytes >> 1,
  locals: 0,
  variables: 0,
  globals: 0,
  constants: 0,
  memory: 0,
  control: 0,
  calls: 0,
  others: bytes >> 1,
  listValues: 0,
});

const module = (name: string): CountedModule => ({
  name,
  path: `${name}.wasm`,
  family: name,
  toolchain: 'simulated',
  bodies: SIZES.map((bytes, i) => ({
    index: i,
    functions: 1,
    features: feature(bytes),
    counted: { validate: bytes, translate: bytes },
  })),
});

const timeOf = (index: number) => CONSTANT + NANOSECONDS_PER_BYTE * SIZES[index]!;

/**
 * A target whose functions take a known time, reading the clock too. `slowness` says by how much a pair of passes is disturbed; a collection
 * falls into every fifth curve.
 */
function simulated(slowness: (pair: number) => number): TargetClient {
  const orders = new Map<string, readonly number[]>();
  let curves = 0;
  const answers: Record<string, (params: never) => unknown> = {
    load: () => ({}),
    describe: () => ({ memset: [] }),
    arm: ({ arm, functions }: { arm: string; functions?: readonly number[] }) => {
      if (functions !== undefined) orders.set(arm, functions);
      return {};
    },
    block: ({ calls }: { calls: number }) => ({ calls, bytes: 32_768 * calls, nanoseconds: 190 * calls }),
    curve: ({ arm, stops }: { arm: string; stops: readonly number[] }) => {
      const order = orders.get(arm)!;
      const factor = slowness(curves >> 1);
      const collected = curves++ % 5 === 0 ? 40_000 : 0;
      let done = 0;
      const nanoseconds = stops.map((stop) => {
        let time = CLOCK;
        for (; done < stop; done++) time += factor * timeOf(order[done]!);
        return time;
      });
      nanoseconds[nanoseconds.length - 1]! += collected;
      return { nanoseconds, ...(collected > 0 ? { collectionNanoseconds: collected } : {}) };
    },
  };
  return {
    request: (method: string, params: never) => Promise.resolve(answers[method]!(params)),
  } as unknown as TargetClient;
}

function census(slowness: (pair: number) => number, passes = 7): Promise<ProcessSample> {
  const grain = { kind: 'function', phases: ['validate', 'translate'] } as const;
  const modules = [module('a'), module('b')];
  return new CensusProcess(simulated(slowness), modules, grain, new Random(1, 'simulated')).run(passes);
}

describe('a census of a simulated target', () => {
  it('takes off what reading the clock takes, so that singles add up to the whole', async () => {
    const { clockNanoseconds, closure, times } = await census(() => 1);
    ok(Math.abs(clockNanoseconds - CLOCK) < 1e-6, String(clockNanoseconds));
    ok(closure.length >= 6);
    // The block's own two readings, of a stratum of some thousand nanoseconds, are no more than that.
    for (const { blockNanoseconds, singlesNanoseconds } of closure)
      ok(Math.abs(singlesNanoseconds / blockNanoseconds - 1) < 1e-9);
    deepEqual(
      times.validate!.map((bodies) => bodies.map((time) => Math.round(time))),
      [SIZES, SIZES].map((sizes) => sizes.map((_, i) => timeOf(i))),
    );
  });

  it('is as right where some passes are slow: what disturbs a pass disturbs both ways of going through it', async () => {
    const { clockNanoseconds, closure } = await census((pair) => (pair % 3 === 0 ? 1.4 : 1));
    ok(Math.abs(clockNanoseconds / CLOCK - 1) < 0.01, String(clockNanoseconds));
    for (const { blockNanoseconds, phase, singlesNanoseconds, sizeClass } of closure) {
      const ratio = singlesNanoseconds / blockNanoseconds;
      ok(Math.abs(ratio - 1) < 0.01, `${phase} ${sizeClass} ${ratio}`);
    }
    equal(closure.filter(({ phase }) => phase === 'validate').length, closure.length / 2);
  });
});
