import { deepEqual, equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import type { ResumableRawCall } from '@wasm-dyno/engine';
import { RandomFuel, type FuelStore } from './hosts/random-fuel.js';

/** A call of steps that cost this much each. */
function callOfSteps(store: FuelStore & { consumedFuel: bigint }, costs: readonly bigint[]) {
  let stops = 0;
  const from = (step: number): ResumableRawCall => {
    for (; step < costs.length; step++) {
      const requiredFuel = costs[step]!;
      if (store.fuel < requiredFuel) {
        stops++;
        return { state: 'out-of-fuel', requiredFuel, step: 'a step', resume: () => from(step) };
      }
      store.fuel -= requiredFuel;
      store.consumedFuel += requiredFuel;
    }
    return { state: 'finished', results: [7n] };
  };
  return { start: () => from(0), stops: () => stops };
}

/** Other calls that consume fuel of their own. */
const otherCalls = (store: FuelStore & { consumedFuel: bigint }) => {
  const consume = () => {
    store.fuel -= 5n;
    store.consumedFuel += 5n;
  };
  return {
    scribble: consume,
    below: (_depth: number, step: () => void) => {
      consume();
      step();
      consume();
    },
  };
};

const newStore = () => ({ fuel: 0n, consumedFuel: 0n });

describe('conformance: random fuel', () => {
  it('brings every call to its end with all its fuel consumed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.bigInt({ min: 1n, max: 100n })), (seed, costs) => {
        const store = newStore();
        const randomFuel = new RandomFuel(seed, store, otherCalls(store));
        deepEqual(randomFuel.run(callOfSteps(store, costs).start), [7n]);
        equal(
          store.consumedFuel - randomFuel.otherFuel,
          costs.reduce((sum, cost) => sum + cost, 0n),
        );
      }),
    );
  });

  it('stops often, at points that the seed decides', () => {
    const costs = Array.from({ length: 200 }, () => 3n);
    const stopsOf = (seed: number) => {
      const store = newStore();
      const call = callOfSteps(store, costs);
      new RandomFuel(seed, store, otherCalls(store)).run(call.start);
      return call.stops();
    };
    const seeds = Array.from({ length: 20 }, (_, seed) => stopsOf(seed));
    equal(Math.min(...seeds) > 20, true);
    equal(new Set(seeds).size > 5, true);
    equal(stopsOf(3), seeds[3]);
  });

  it('lets long calls end soon', () => {
    const store = newStore();
    const call = callOfSteps(store, new Array<bigint>(1_000_000).fill(1n));
    new RandomFuel(1, store, otherCalls(store)).run(call.start);
    equal(call.stops() < 5_000, true);
  });

  it('notices a stop that had fuel enough', () => {
    const store = { fuel: 0n, consumedFuel: 0n };
    const start = (): ResumableRawCall => ({
      state: 'out-of-fuel',
      requiredFuel: 0n,
      step: 'a step',
      resume: () => ({ state: 'finished', results: [] }),
    });
    throws(() => new RandomFuel(1, store, otherCalls(store)).run(start), /fuel where 0 is required/);
  });

  it('notices going on without fuel', () => {
    const store = newStore();
    const free = (count: number): ResumableRawCall =>
      count === 0
        ? { state: 'finished', results: [] }
        : { state: 'out-of-fuel', requiredFuel: 1_000n, step: 'a step', resume: () => free(count - 1) };
    throws(() => new RandomFuel(1, store, otherCalls(store)).run(() => free(5)), /without/);
  });
});
