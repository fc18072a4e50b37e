import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FitRecords } from './fit-record.js';
import { readJsonFile, readTextFile } from './json-file.js';
import type { Measurement } from './measurement.js';
import { MEASUREMENT_TABLE } from './measurement-table.js';
import { RecordedRunError } from './recorded-run-error.js';
import type { ProfileDescription, RunDescription } from './run-description.js';
import type { MeteringRecord } from './metering.js';
import {
  FITS_SCHEMA,
  METERING_SCHEMA,
  PROFILE_DESCRIPTION_SCHEMA,
  RUN_SCHEMA,
  VERIFICATION_SCHEMA,
} from './schemas.js';
import type { SummaryRow } from './summary-row.js';
import { SUMMARY_TABLE } from './summary-table.js';
import type { VerificationRecord } from './verification.js';
import { WARM_UP_TABLE, type WarmUpCall } from './warm-up.js';

/** The files of a run directory. All from the profile on may be missing. */
export const RUN_FILES = {
  run: 'run.json',
  measurements: 'measurements.csv',
  summary: 'summary.csv',
  profile: 'profile.json',
  fits: 'fits.json',
  warmUp: 'warm-up.csv',
  verification: 'verification.json',
  metering: 'metering.json',
} as const;

/** A run as its directory tells it. */
export interface RecordedRun {
  readonly directory: string;
  readonly run: RunDescription;
  readonly summary: readonly SummaryRow[];
  /** Undefined when none was written: insufficient data, or the run goes on. */
  readonly profile: ProfileDescription | undefined;
  readonly fits: FitRecords | undefined;
  readonly warmUp: readonly WarmUpCall[];
  readonly verification: VerificationRecord | undefined;
  /** Undefined until `wasm-dyno metering` has been run on the directory. */
  readonly metering: MeteringRecord | undefined;
}

/** @throws RecordedRunError when the directory holds no run, or a file of it does not say what it should. */
export function readRecordedRun(directory: string): RecordedRun {
  const path = (file: keyof typeof RUN_FILES) => join(directory, RUN_FILES[file]);
  const run = readJsonFile<RunDescription>(path('run'), RUN_SCHEMA);
  if (run === undefined) {
    const reason = existsSync(directory) ? `has no ${RUN_FILES.run}` : 'does not exist';
    throw new RecordedRunError(`${directory} ${reason}; name a directory that wasm-dyno calibrate wrote`);
  }
  const summary = readTextFile(path('summary'));
  if (summary === undefined) {
    throw new RecordedRunError(`${directory} has no ${RUN_FILES.summary}; finish the run with --resume`);
  }
  const warmUp = readTextFile(path('warmUp'));
  return {
    directory,
    run,
    summary: SUMMARY_TABLE.parse(summary).rows,
    profile: readJsonFile<ProfileDescription>(path('profile'), PROFILE_DESCRIPTION_SCHEMA),
    fits: readJsonFile<FitRecords>(path('fits'), FITS_SCHEMA),
    warmUp: warmUp === undefined ? [] : WARM_UP_TABLE.parse(warmUp).rows,
    verification: readJsonFile<VerificationRecord>(path('verification'), VERIFICATION_SCHEMA),
    metering: readMetering(path('metering')),
  };
}

/** What `wasm-dyno metering` wrote; undefined when it is not there. @throws RecordedRunError */
export function readMetering(path: string): MeteringRecord | undefined {
  return readJsonFile<MeteringRecord>(path, METERING_SCHEMA);
}

/** The rows of `measurements.csv`. `torn`: the last one was cut off while it was written and is left out. */
export function readMeasurements(directory: string): { rows: Measurement[]; torn: boolean } {
  const text = readTextFile(join(directory, RUN_FILES.measurements));
  if (text === undefined) throw new RecordedRunError(`${directory} has no ${RUN_FILES.measurements}`);
  return MEASUREMENT_TABLE.parse(text);
}
