import {
  armTimes,
  processTimes,
  sharesByProcess,
  type ArmTime,
  type BlockShares,
  type ProcessTime,
} from './arm-times.js';
import { bestReferenceTimes, flagContended } from './noise/index.js';
import type { RecordedRun } from './recorded-run/index.js';

/** A run with what its blocks say arm by arm and process by process. */
export interface ReportedRun extends RecordedRun {
  readonly arms: readonly ArmTime[];
  readonly processTimes: readonly ProcessTime[];
  /** What disturbed each process execution, by its number. */
  readonly disturbed: ReadonlyMap<number, BlockShares>;
}

export function reportedRun(recorded: RecordedRun): ReportedRun {
  const { measurements, run } = recorded;
  const known = run.engines.flatMap(({ name, referenceNanoseconds }) =>
    referenceNanoseconds === null ? [] : [[name, referenceNanoseconds] as const],
  );
  const rows = flagContended(measurements, bestReferenceTimes(measurements, new Map(known)));
  return {
    ...recorded,
    arms: armTimes(rows),
    processTimes: processTimes(rows),
    disturbed: sharesByProcess(rows),
  };
}
