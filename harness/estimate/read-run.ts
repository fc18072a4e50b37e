import { readRecordedRun, rowOrigin, type RecordedRun } from '@wasm-dyno/reports/recorded-run';
import { estimateFiles } from './estimate-files.js';
import { estimatesOfRun } from './estimates-so-far.js';

/**
 * Reads a run directory as it is: of a run that was interrupted, was killed or goes on the estimates are made of the rows that it has, as
 * they would be at its end.
 *
 * @throws RecordedRunError when the directory holds no run, or a file of it does not say what it should
 */
export function readRun(directory: string): RecordedRun {
  return readRecordedRun(directory, (record, rows) => {
    const estimates = estimatesOfRun(record, rows);
    return {
      files: estimateFiles(estimates, rowOrigin(record)),
      disturbances: estimates.disturbances,
    };
  });
}
