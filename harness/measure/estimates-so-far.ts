import { estimateRun, plateauOf, type RunEstimates } from '../estimate/index.js';
import { sequentialPlan, type SequentialPlan } from '../statistics/index.js';
import { completeRows, recordedReferenceTimes, type RecordedDirectory } from './complete-rows.js';

/** What a run's complete rows say so far, by the looks that it declared and what it knew of its engines' reference loops. */
export function estimatesSoFar(directory: RecordedDirectory, plan = declaredPlan(directory)): RunEstimates {
  return estimateRun(completeRows(directory), {
    ...(plan === undefined ? {} : { plan }),
    knownReferenceTimes: recordedReferenceTimes(directory.record),
    plateau: plateauOf(directory.record.machine.l2Bytes),
    census: new Map((directory.record.modules ?? []).map(({ name, entities }) => [name, entities])),
  });
}

function declaredPlan({ record }: RecordedDirectory): SequentialPlan | undefined {
  const { looks } = record.plan;
  return looks.length === 0 ? undefined : sequentialPlan(looks.map(({ processes }) => processes));
}
