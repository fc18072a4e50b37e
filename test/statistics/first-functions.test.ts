import assert from 'node:assert/strict';
import { estimateRun, firstFunctions } from 'wasm-dyno';
import type { WarmUpCall } from '@wasm-dyno/reports/recorded-run';
import { inventedRows, inventedSweep } from '../reports/run-example.js';

/** Stretches of a fresh process that takes `times` the warm price for the first ten functions, and then the warm price. */
function curve(process: number, warm: (bytes: number) => number, times: number): WarmUpCall[] {
  const stops = [1, 2, 10, 30, 100, 250];
  return stops.map((stop, i) => {
    const call = stops[i - 1] ?? 0;
    const functions = stop - call;
    const nanoseconds = functions * warm(400) * (stop <= 10 ? times : 1);
    const names = {
      engine: 'embedded',
      process,
      phase: 'translate' as const,
      arm: 'curve/translate/first-250',
    };
    return { ...names, call, functions, bytes: 400 * functions, nanoseconds };
  });
}

describe('the first functions of a process', () => {
  const { prices } = estimateRun([...inventedRows({ seed: 1, drift: 0.02 }), ...inventedSweep(2)]);
  const price = prices.find(({ phase }) => phase === 'translate')!;
  const perFunction = price.constants.find(({ per }) => per === 'function')!.nanoseconds.estimate;
  const warm = (bytes: number) => perFunction + bytes * price.nanosecondsPerByte.estimate;

  it('cost so many times the warm price: of 1, 10, 100 and all, by the median process', () => {
    const curves = [curve(1, warm, 20), curve(2, warm, 30), curve(3, warm, 300)];
    const found = firstFunctions(curves.flat(), price);
    assert.deepEqual(
      found.map(({ functions, processes }) => [functions, processes]),
      [
        [1, 3],
        [10, 3],
        [100, 3],
        [250, 3],
      ],
    );
    const expected = [30, 30, (10 * 30 + 90) / 100, (10 * 30 + 240) / 250];
    for (const [i, { timesWarm, functions, nanoseconds }] of found.entries()) {
      assert.ok(Math.abs(timesWarm / expected[i]! - 1) < 1e-9, `${functions}: ${timesWarm}`);
      assert.equal(nanoseconds, Math.round(functions * warm(400) * expected[i]!));
    }
  });

  it('are unknown of curves that handle the same functions again and again, and of other phases', () => {
    const again = curve(1, warm, 20).map((row) => ({ ...row, arm: 'curve/translate/4000' }));
    assert.deepEqual(firstFunctions(again, price), []);
    const others = curve(1, warm, 20).map((row) => ({ ...row, phase: 'validate' as const }));
    assert.deepEqual(firstFunctions(others, price), []);
  });
});
