import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';
import type { PhaseSeries } from './arm-series.js';
import { groupBy } from './group-by.js';
import type { PricedArm } from './price-fit.js';

/** A module that was timed by itself or among others, with what it is charged for. */
export interface TimedModule {
  readonly module: string;
  readonly arm: Pick<PricedArm, 'bytes' | 'counts'>;
  /** Functions of it that were timed, and their bytes. */
  readonly functions: number;
  readonly bytes: number;
  /** Bytes that it weighs in the corpus. */
  readonly corpusBytes: number;
  /** Nanoseconds per byte, by process. */
  readonly byProcess: ReadonlyMap<number, number>;
}

/** What passes over all real modules took for each of them in one phase: of each process the median over its passes. */
export function passedModules(
  passes: readonly Measurement[],
  { engine, phase, temperature }: Pick<PhaseSeries, 'engine' | 'phase' | 'temperature'>,
): TimedModule[] {
  const own = passes.filter(
    (row) => row.engine === engine && row.phase === phase && row.temperature === temperature,
  );
  return [...groupBy(own, ({ module }) => module)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, rows]) => {
      const { bytes, functions, stratumBytes } = rows[0]!;
      const byProcess = new Map(
        [...groupBy(rows, ({ process }) => process)].map(([process, some]) => [
          process,
          median(some.map((row) => row.nanoseconds / row.bytes)),
        ]),
      );
      const arm = { bytes: bytes / functions, counts: { function: 1 } };
      return { module, arm, functions, bytes, corpusBytes: stratumBytes, byProcess };
    });
}
