import type { Measurement, RunRecord } from '@wasm-dyno/reports/recorded-run';
import { sequentialPlan, type SequentialPlan } from '../statistics/index.js';
import {
  completeRows,
  recordedReferenceTimes,
  rowsThatCount,
  type RecordedDirectory,
} from './complete-rows.js';
import { estimateRun, type RunEstimates } from './estimate-run.js';
import { plateauOf } from './unit-estimate.js';

/** A run's rows that count, and what they say. */
export interface Evidence {
  readonly rows: readonly Measurement[];
  readonly estimates: RunEstimates;
}

/** The latest of each directory, with the processes that it is of. */
const latest = new WeakMap<RecordedDirectory, Evidence & { readonly processes: string }>();

/**
 * What a run's complete rows say so far, by the looks that it declared and what it knew of its engines' reference loops. Read and estimated
 * anew only where more processes are complete: the last look of a run is what it is concluded from.
 */
export function evidenceSoFar(directory: RecordedDirectory): Evidence {
  const { record } = directory;
  const processes = rowsThatCount(record, record.processes)
    .map(({ process }) => process)
    .join();
  const known = latest.get(directory);
  if (known?.processes === processes) return known;
  const rows = completeRows(directory);
  const evidence = { processes, rows, estimates: estimatesOfRun(record, rows) };
  latest.set(directory, evidence);
  return evidence;
}

/** The same of rows that were read already; those of processes that were cut short do not count. */
export function estimatesOfRun(record: RunRecord, rows: readonly Measurement[]): RunEstimates {
  const plan = declaredPlan(record);
  return estimateRun(rowsThatCount(record, rows), {
    ...(plan === undefined ? {} : { plan }),
    knownReferenceTimes: recordedReferenceTimes(record),
    plateau: plateauOf(record.machine.l2Bytes),
    census: new Map((record.modules ?? []).map(({ name, entities }) => [name, entities])),
  });
}

function declaredPlan({ plan: { looks } }: RunRecord): SequentialPlan | undefined {
  return looks.length === 0 ? undefined : sequentialPlan(looks.map(({ processes }) => processes));
}
