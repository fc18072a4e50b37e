import { armTimes, processTimes, type ArmTime, type ProcessTime } from './arm-times.js';
import { readMeasurements, RecordedRunError, type RecordedRun } from './recorded-run/index.js';

/** A run with what its blocks say arm by arm and process by process. */
export interface ReportedRun extends RecordedRun {
  readonly arms: readonly ArmTime[];
  readonly processTimes: readonly ProcessTime[];
}

/** Reads the blocks of the run's directory; without them a report has its estimates still, and says what is missing. */
export function reportedRun(recorded: RecordedRun): ReportedRun {
  try {
    const { rows } = readMeasurements(recorded.directory);
    return { ...recorded, arms: armTimes(rows), processTimes: processTimes(rows) };
  } catch (error) {
    if (!(error instanceof RecordedRunError)) throw error;
    const notice = `Pictures of single blocks are left out: ${error.message}.`;
    return { ...recorded, arms: [], processTimes: [], notices: [...recorded.notices, notice] };
  }
}
