import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { trimmedMean } from '../statistics/index.js';
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

/**
 * What passes over all real modules took for each of them in one phase: of each process the mean over its passes without the outermost tenth
 * to either side, as of blocks, and what collecting the phase's garbage costs there. Passes seldom meet a collection, and charges pay for it.
 */
export function passedModules(
  passes: readonly Measurement[],
  { arms, engine, phase, temperature }: Pick<PhaseSeries, 'arms' | 'engine' | 'phase' | 'temperature'>,
): TimedModule[] {
  const own = passes.filter(
    (row) => row.engine === engine && row.phase === phase && row.temperature === temperature,
  );
  const collecting = collectionsByProcess(arms);
  return [...groupBy(own, ({ module }) => module)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, rows]) => {
      const { bytes, functions, stratumBytes } = rows[0]!;
      const byProcess = new Map(
        [...groupBy(rows, ({ process }) => process)].map(([process, some]) => [
          process,
          trimmedMean(some.map((row) => row.nanoseconds / row.bytes)) + (collecting.get(process) ?? 0),
        ]),
      );
      const arm = { bytes: bytes / functions, counts: { function: 1 } };
      return { module, arm, functions, bytes, corpusBytes: stratumBytes, byProcess };
    });
}

/** Nanoseconds of collecting per byte in each process, by the arms that stand for the corpus. */
function collectionsByProcess(arms: PhaseSeries['arms']): Map<number, number> {
  const ofCorpus = arms.filter(({ sizeClass }) => sizeClass === 'all');
  const processes = ofCorpus.flatMap((arm) =>
    arm.processes.map((one) => ({ ...one, weight: arm.stratumBytes })),
  );
  return new Map(
    [...groupBy(processes, ({ process }) => process)].map(([process, some]) => {
      const bytes = some.reduce((sum, { weight }) => sum + weight, 0);
      const time = some.reduce((sum, one) => sum + one.weight * one.collectionNanosecondsPerByte, 0);
      return [process, bytes > 0 ? time / bytes : 0];
    }),
  );
}
