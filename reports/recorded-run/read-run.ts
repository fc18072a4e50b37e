import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FitRecords } from './fit-record.js';
import { readTextFile } from './json-file.js';
import { MEASUREMENT_TABLE, type Measurement } from './measurement.js';
import { MODULE_CLOSURE_TABLE, type ModuleClosureRow } from './module-closure.js';
import type { MeteringRecord } from './metering.js';
import type { ProfileRecord } from './profile-record.js';
import { RecordedRunError } from './recorded-run-error.js';
import { MODEL_PREDICTION_TABLE, type ModelPredictionRow } from './census.js';
import type { ExecutionRecord } from './execution.js';
import {
  EXECUTION_FILE,
  FITS_FILE,
  METERING_FILE,
  PROFILE_FILE,
  profileFile,
  RUN_FILE,
  RUN_FILES,
  VERIFICATION_FILE,
} from './run-files.js';
import type { RunRecord } from './run-record.js';
import { SUMMARY_TABLE, type SummaryRow } from './summary-row.js';
import type { VerificationRecord } from './verification.js';
import { WARM_UP_TABLE, type WarmUpCall } from './warm-up.js';

/** A run as its directory tells it. */
export interface RecordedRun {
  readonly directory: string;
  readonly run: RunRecord;
  readonly summary: readonly SummaryRow[];
  /** Undefined when none was written: insufficient data, or the run goes on. */
  readonly profile: ProfileRecord | undefined;
  /** Those of all engines. */
  readonly profiles: readonly ProfileRecord[];
  readonly fits: FitRecords | undefined;
  readonly warmUp: readonly WarmUpCall[];
  /** How far the prices fit each module; empty in runs of earlier versions. */
  readonly modules: readonly ModuleClosureRow[];
  readonly verification: VerificationRecord | undefined;
  /** Undefined until `wasm-dyno metering` has been run on the directory. */
  readonly metering: MeteringRecord | undefined;
  /** Undefined where executing was not measured. */
  readonly execution: ExecutionRecord | undefined;
  /** What models foretell of single functions; empty without a census. */
  readonly modelPredictions: readonly ModelPredictionRow[];
  /** Sentences on files that could be used in part only. */
  readonly notices: readonly string[];
}

/** @throws RecordedRunError when the directory holds no run's record, or a damaged one */
export function readRunRecord(directory: string): RunRecord {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new RecordedRunError(`${directory} is a file; name a directory that wasm-dyno calibrate wrote`);
  const run = RUN_FILE.read(join(directory, RUN_FILES.run));
  if (run !== undefined) return run;
  const reason = existsSync(directory) ? `has no ${RUN_FILES.run}` : 'does not exist';
  throw new RecordedRunError(`${directory} ${reason}; name a directory that wasm-dyno calibrate wrote`);
}

/** @throws RecordedRunError when the directory holds no run, or a file of it does not say what it should. */
export function readRecordedRun(directory: string): RecordedRun {
  const path = (file: keyof typeof RUN_FILES) => join(directory, RUN_FILES[file]);
  const run = readRunRecord(directory);
  const fits = FITS_FILE.read(path('fits'));
  const profile = PROFILE_FILE.read(path('profile'));
  const others = run.engines.flatMap(
    ({ name }) => PROFILE_FILE.read(join(directory, profileFile(name, false))) ?? [],
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
    modules: MODULE_CLOSURE_TABLE.parse(readTextFile(path('modules')) ?? '').rows,
    verification: VERIFICATION_FILE.read(path('verification')),
    metering: readMetering(path('metering')),
    execution: EXECUTION_FILE.read(path('execution')),
    modelPredictions: MODEL_PREDICTION_TABLE.parse(readTextFile(path('modelPredictions')) ?? '').rows,
    notices,
  };
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
  return METERING_FILE.read(path);
}

/** The rows of `measurements.csv`. `torn`: the last one was cut off while it was written and is left out. */
export function readMeasurements(directory: string): { rows: Measurement[]; torn: boolean } {
  const text = readTextFile(join(directory, RUN_FILES.measurements));
  const name = RUN_FILES.measurements;
  const mend = 'restore the file, or begin a new run with another --out';
  if (text === undefined) throw new RecordedRunError(`${directory} has no ${name}; ${mend}`);
  if (!text.includes('\n')) throw new RecordedRunError(`${directory}: ${name} is empty; ${mend}`);
  return MEASUREMENT_TABLE.parse(text);
}
