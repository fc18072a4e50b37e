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

/** What a run's complete rows say so far, by the looks that it declared and what it knew of its engines' reference loops. */
export function estimatesSoFar(directory: RecordedDirectory, plan?: SequentialPlan): RunEstimates {
  return estimatesOfRun(directory.record, completeRows(directory), plan);
}

/** The same of rows that were read already; those of processes that were cut short do not count. */
export function estimatesOfRun(
  record: RunRecord,
  rows: readonly Measurement[],
  plan = declaredPlan(record),
): RunEstimates {
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
