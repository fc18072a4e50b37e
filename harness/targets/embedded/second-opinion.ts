import Benchmark from 'benchmark';

import type { OpinionResult } from '../protocol.js';
import type { TimedArm } from './memset-arm.js';

/** One of its calls lasts at least so long, so that the arm's own clock reading, and its calling the arm, weigh nothing. */
const LEAST_CALL_NANOSECONDS = 200_000;
const MOST_BATCH = 1 << 20;
const LEAST_SAMPLES = 3;

/** Calls in one of its calls, found out once for each arm. */
const batches = new WeakMap<TimedArm, number>();

/** What Benchmark.js makes of an arm: its own loops, clock and statistics, over calls of the arm in batches. */
export function secondOpinion(arm: TimedArm, milliseconds: number): OpinionResult {
  const seconds = milliseconds / 1000;
  const batch = batches.get(arm) ?? batchOf(arm);
  batches.set(arm, batch);
  const bench = new Benchmark({
    fn: () => {
      arm.run(batch);
    },
    async: false,
    maxTime: seconds,
    minSamples: LEAST_SAMPLES,
    minTime: seconds / (2 * LEAST_SAMPLES),
  });
  bench.run({ async: false });
  const failure = (bench as unknown as { error?: unknown }).error;
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(String(failure));
  return {
    instrument: `Benchmark.js ${(Benchmark as unknown as { version: string }).version}`,
    nanosecondsPerCall: (bench.stats.mean * 1e9) / batch,
    relativeMargin: bench.stats.rme / 100,
    samples: bench.stats.sample.length,
  };
}

function batchOf(arm: TimedArm): number {
  let batch = 1;
  while (batch < MOST_BATCH && arm.run(batch).nanoseconds < LEAST_CALL_NANOSECONDS) batch *= 2;
  return batch;
}
