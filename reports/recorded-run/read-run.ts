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
  /** Those of all engines. */
  readonly profiles: readonly ProfileDescription[];
  readonly fits: FitRecords | undefined;
  readonly warmUp: readonly WarmUpCall[];
  readonly verification: VerificationRecord | undefined;
  /** Undefined until `wasm-dyno metering` has been run on the directory. */
  readonly metering: MeteringRecord | undefined;
  /** Sentences on files that could be used in part only. */
  readonly notices: readonly string[];
}

/** The file of an engine's profile in a run directory: of the first engine that was measured `profile.json`. */
export function profileFile(engine: string, isFirst: boolean): string {
  return isFirst ? RUN_FILES.profile : RUN_FILES.profile.replace(/\.json$/, `-${engine}.json`);
}

/** @throws RecordedRunError when the directory holds no run, or a file of it does not say what it should. */
export function readRecordedRun(directory: string): RecordedRun {
  const path = (file: keyof typeof RUN_FILES) => join(directory, RUN_FILES[file]);
  const run = readJsonFile<RunDescription>(path('run'), RUN_SCHEMA);
  if (run === undefined) {
    const reason = existsSync(directory) ? `has no ${RUN_FILES.run}` : 'does not exist';
    throw new RecordedRunError(`${directory} ${reason}; name a directory that wasm-dyno calibrate wrote`);
  }
  const fits = readJsonFile<FitRecords>(path('fits'), FITS_SCHEMA);
  const profile = readProfile(path('profile'));
  const others = run.engines.flatMap(
    ({ name }) => readProfile(join(directory, profileFile(name, false))) ?? [],
  );
  const { rows: warmUp, notices } = readWarmUp(path('warmUp'));
  return {
    directory,
    run,
    summary: readSummary(directory, fits?.summaryRows),
    profile,
    profiles: profile === undefined ? others : [profile, ...others],
    fits,
    warmUp,
    verification: readJsonFile<VerificationRecord>(path('verification'), VERIFICATION_SCHEMA),
    metering: readMetering(path('metering')),
    notices,
  };
}

function readProfile(path: string): ProfileDescription | undefined {
  return readJsonFile<ProfileDescription>(path, PROFILE_DESCRIPTION_SCHEMA);
}

/** It is written whole: whatever is missing at its end was lost afterwards. */
function readSummary(directory: string, writtenRows: number | undefined): SummaryRow[] {
  const mend = `write it anew with wasm-dyno calibrate --resume ${directory}`;
  const text = readTextFile(join(directory, RUN_FILES.summary));
  if (text === undefined) {
    throw new RecordedRunError(`${directory} has no ${RUN_FILES.summary}; finish the run with --resume`);
  }
  if (text.trim() === '') throw new RecordedRunError(`${directory}: ${RUN_FILES.summary} is empty; ${mend}`);
  const { rows, torn } = SUMMARY_TABLE.parse(text);
  if (torn) {
    throw new RecordedRunError(
      `${directory}: ${RUN_FILES.summary} breaks off in line ${text.split('\n').length}; ${mend}`,
    );
  }
  if (writtenRows !== undefined && rows.length !== writtenRows) {
    const found = `${RUN_FILES.summary} has ${rows.length} rows of ${writtenRows}`;
    throw new RecordedRunError(`${directory}: ${found}; ${mend}`);
  }
  return rows;
}

/** It is appended to: a run that was killed leaves a torn row, and the rows before it are good. */
function readWarmUp(path: string): { rows: WarmUpCall[]; notices: string[] } {
  const text = readTextFile(path);
  if (text === undefined) return { rows: [], notices: [] };
  const { rows, torn } = WARM_UP_TABLE.parse(text);
  const name = RUN_FILES.warmUp;
  if (text.trim() === '') return { rows, notices: [`${name} is empty: the warm-up curve is not shown.`] };
  return { rows, notices: torn ? [`${name} breaks off after ${rows.length} rows; these are shown.`] : [] };
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
