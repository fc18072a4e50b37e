import { equal, ok } from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora';
import type { ExecutionClass } from '@wasm-dyno/engine';

import { executionRecord } from '../../harness/dist/execution/execution-record.js';
import {
  fitExecution,
  heldOutPredictions,
  medianTimes,
  type TimedProgram,
} from '../../harness/dist/execution/fit-execution.js';

const TRUTH: Readonly<Partial<Record<ExecutionClass, number>>> = {
  constant: 0,
  'i32-arithmetic': 1.5,
  'f64-division': 12,
  call: 30,
  'bulk-bytes': 2,
};
const CALL = 400;
const PROCESSES = 8;

/** Programs of random mixtures, with the times that the true prices give them, disturbed by a part of them. */
function programs(noise: number, count = 60): TimedProgram[] {
  const random = new Random(5, 'mixtures');
  return Array.from({ length: count }, (_, i) => {
    const counts = new Map(
      (Object.keys(TRUTH) as ExecutionClass[]).map((name) => [name, random.integer(0, 3000)] as const),
    );
    let time = CALL;
    for (const [name, number] of counts) time += number * TRUTH[name]!;
    return {
      name: `program ${i}`,
      kind: i % 10 === 0 ? 'program' : 'kernel',
      counts,
      fuelPerCall: [...counts.values()].reduce((sum, value) => sum + value, 0),
      nanosecondsPerCall: Array.from(
        { length: PROCESSES },
        () => time * (1 + noise * (random.uniform() - 0.5)),
      ),
    };
  });
}

describe('times by class of operators', () => {
  it('are found exactly in times that they explain', () => {
    const { estimates, fit } = fitExecution(programs(0), 1);
    for (const [name, time] of Object.entries(TRUTH)) {
      const found = estimates.get(name as ExecutionClass)!.estimate;
      ok(Math.abs(found - time) < 1e-6 * (1 + time), `${name}: ${found}`);
    }
    ok(Math.abs(fit.callNanoseconds - CALL) < 1e-3);
  });

  it('come with intervals that hold them, in disturbed times', () => {
    const { estimates } = fitExecution(programs(0.2), 1);
    for (const [name, time] of Object.entries(TRUTH)) {
      const { confidenceLevel, estimate, high, low, processes } = estimates.get(name as ExecutionClass)!;
      ok(low <= estimate && estimate <= high, name);
      ok(high > low, name);
      ok(low >= 0);
      ok(Math.abs(estimate - time) < 0.15 * time + 0.6, `${name}: ${estimate}`);
      equal(processes, PROCESSES);
      ok(confidenceLevel > 0.9);
    }
  });

  it('foretell programs that they were not fitted to, which one fuel an operator does not', () => {
    const timed = programs(0.02);
    const times = medianTimes(timed);
    heldOutPredictions(timed).forEach((foretold, i) => {
      ok(Math.abs(foretold / times[i]! - 1) < 0.05, timed[i]!.name);
    });
    const measured = new Map([['interpreter' as const, timed]]);
    const [executor] = executionRecord(measured, { machine: 'm', seed: 1, processes: PROCESSES }).executors;
    ok(executor!.kernels.byClass < 1.05);
    ok(executor!.kernels.oneEach > 1.3);
    equal(executor!.kernels.byOtherExecutor, null);
    equal(executor!.heldOut.length, timed.length);
  });
});
