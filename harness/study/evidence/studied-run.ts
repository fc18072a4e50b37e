import { basename, join, resolve } from 'node:path';

import { bestReferenceTimes, type ReferenceTimes } from '@wasm-dyno/reports/noise';
import {
  PROFILE_FILE,
  readRunRecord,
  RUN_FILES,
  type Measurement,
  type ProfileRecord,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { completeRows, recordedReferenceTimes } from '../../estimate/complete-rows.js';
import { estimatesOfRun } from '../../estimate/estimates-so-far.js';
import type { RunEstimates } from '../../estimate/index.js';

/** A recorded run, and what today's estimator makes of its rows, whatever made the files beside them. */
export interface StudiedRun {
  readonly name: string;
  readonly directory: string;
  readonly record: RunRecord;
  readonly rows: readonly Measurement[];
  readonly bestReferences: ReferenceTimes;
  readonly estimates: RunEstimates;
  /** As it was written, of the run's first engine; undefined where none was. */
  readonly profile: ProfileRecord | undefined;
}

/** @throws RecordedRunError where the directory is none of a run */
export function studiedRun(directory: string): StudiedRun {
  const record = readRunRecord(directory);
  const rows = completeRows({ record, file: (name) => join(directory, RUN_FILES[name]) });
  return {
    ...{ directory, record, rows },
    name: basename(resolve(directory)),
    bestReferences: bestReferenceTimes(rows, recordedReferenceTimes(record)),
    estimates: estimatesOfRun(record, rows),
    profile: PROFILE_FILE.read(join(directory, PROFILE_FILE.name)),
  };
}
