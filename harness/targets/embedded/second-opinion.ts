import Benchmark from 'benchmark';

import type { OpinionResult } from '../protocol.js';
import type { TimedArm } from './memset-arm.js';

/** What Benchmark.js makes of an arm: its own loops, clock and statistics, called once per call of the arm. */
export function secondOpinion(arm: TimedArm, milliseconds: number): OpinionResult {
  const seconds = milliseconds / 1000;
  const bench = new Benchmark({
    fn: () => {
      arm.run(1);
    },
    async: false,
    maxTime: seconds,
    minSamples: 5,
    minTime: Math.max(0.005, seconds / 40),
  });
  bench.run({ async: false });
  const failure = (bench as unknown as { error?: unknown }).error;
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(String(failure));
  return {
    instrument: `Benchmark.js ${(Benchmark as unknown as { version: string }).version}`,
    nanosecondsPerCall: bench.stats.mean * 1e9,
    relativeMargin: bench.stats.rme / 100,
    samples: bench.stats.sample.length,
  };
}
