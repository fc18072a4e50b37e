import { counted } from './counted.js';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CsvRow, CsvRowSchema } from './csv-row.js';
import type { CsvTable } from './csv-table.js';
import type { FitRecords } from './fit-record.js';
import type { Measurement } from './measurement.js';
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
import { readBlocks, type RecordedBlocks } from './read-measurements.js';
import { cutShortProcesses, runProgress, unfinishedText } from './run-progress.js';
import type { RecordedDisturbance, RunRecord } from './run-record.js';
import { SUMMARY_TABLE, type SummaryRow } from './summary-row.js';
import { readTextFile } from './text-file.js';
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
  /** The blocks of `measurements.csv`, without those of process executions that were cut short; empty where the file is missing or damaged. */
  readonly measurements: readonly Measurement[];
  /** Sentences on what could be used in part only: files, and a run that has not come to its end. */
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

/** What the rows of a run that has not come to its end say so far. */
export interface EstimatesSoFar {
  /** The files of estimates that a run leaves at its end, by their names. */
  readonly files: Readonly<Record<string, string>>;
  readonly disturbances: readonly RecordedDisturbance[];
}

/** Estimates from rows; those of process executions that were cut short are among them. */
export type RowEstimator = (run: RunRecord, rows: readonly Measurement[]) => EstimatesSoFar;

/**
 * Reads what a calibration left in its directory.
 *
 * @param estimate makes the estimates of a run that was interrupted, was killed or goes on, as `readRun` of the package wasm-dyno does;
 *   without it such a run cannot be read
 * @throws RecordedRunError when the directory holds no run, or a file of it does not say what it should.
 */
export function readRecordedRun(directory: string, estimate?: RowEstimator): RecordedRun {
  const run = readRunRecord(directory);
  const blocks = readBlocks(directory, run);
  if (run.state === 'finished' || estimate === undefined) {
    const profile = PROFILE_FILE.read(join(directory, RUN_FILES.profile));
    const others = run.engines.flatMap(
      ({ name }) => PROFILE_FILE.read(join(directory, profileFile(name, false))) ?? [],
    );
    const profiles = profile === undefined ? others : [profile, ...others];
    return { ...recordedFiles(directory, run, blocks, fileTexts(directory)), profile, profiles };
  }
  const { disturbances, files } = estimatesOf(directory, run, blocks, estimate);
  const recorded = recordedFiles(directory, { ...run, disturbances }, blocks, files);
  const notices = [unfinishedNotice(directory, run), ...recorded.notices];
  return { ...recorded, profile: undefined, profiles: [], notices };
}

/** Texts of files by their names, undefined where there is none. */
type FileTexts = (name: string) => string | undefined;

function fileTexts(directory: string): FileTexts {
  return (name) => readTextFile(join(directory, name));
}

/** All but the profiles. @param estimates the files of estimates */
function recordedFiles(
  directory: string,
  run: RunRecord,
  blocks: RecordedBlocks,
  estimates: FileTexts,
): Omit<RecordedRun, 'profile' | 'profiles'> {
  const path = (file: keyof typeof RUN_FILES) => join(directory, RUN_FILES[file]);
  const fitsText = estimates(RUN_FILES.fits);
  const fits = fitsText === undefined ? undefined : FITS_FILE.parse(fitsText, path('fits'));
  const modules = rowsOf(MODULE_CLOSURE_TABLE, estimates, 'what each module is charged');
  const predictions = rowsOf(MODEL_PREDICTION_TABLE, estimates, 'what models foretell');
  const warmUp = rowsOf(WARM_UP_TABLE, fileTexts(directory), 'the warm-up curve');
  const cutShort = cutShortProcesses(run);
  const isWhole = ({ process }: { readonly process: number }): boolean => !cutShort.has(process);
  return {
    directory,
    run,
    summary: summaryRows(directory, estimates(RUN_FILES.summary), fits?.summaryRows),
    fits,
    warmUp: warmUp.rows.filter(isWhole),
    modules: modules.rows,
    verification: VERIFICATION_FILE.read(path('verification')),
    metering: readMetering(path('metering')),
    execution: EXECUTION_FILE.read(path('execution')),
    modelPredictions: predictions.rows,
    measurements: blocks.rows.filter(isWhole),
    notices: [...blocks.notices, ...warmUp.notices, ...modules.notices, ...predictions.notices],
  };
}

function unfinishedNotice(directory: string, run: RunRecord): string {
  const { complete } = runProgress(run);
  const told =
    complete === 0
      ? 'Nothing can be told of it yet'
      : 'All that is told is made of those, and there is no profile yet';
  return `The run is ${unfinishedText(run)}. ${told}; go on with wasm-dyno calibrate --resume ${directory}.`;
}

/** What the rows say, as the files of a run that came to its end. */
function estimatesOf(
  directory: string,
  run: RunRecord,
  { rows }: RecordedBlocks,
  estimate: RowEstimator,
): { readonly files: FileTexts; readonly disturbances: readonly RecordedDisturbance[] } {
  if (rows.length === 0)
    return {
      files: (name) => (name === SUMMARY_TABLE.name ? SUMMARY_TABLE.header() : undefined),
      disturbances: [],
    };
  const { disturbances, files } = estimate(run, rows);
  try {
    SUMMARY_TABLE.parse(files[RUN_FILES.summary] ?? '');
    FITS_FILE.parse(files[RUN_FILES.fits] ?? '', RUN_FILES.fits);
  } catch (error) {
    if (!(error instanceof RecordedRunError)) throw error;
    const [reason] = error.message.split(';');
    throw new RecordedRunError(
      `${directory}: the rows of ${RUN_FILES.measurements} make no estimates (${reason!}); restore the file`,
      { cause: error },
    );
  }
  return { files: (name) => files[name], disturbances };
}

/** It is written whole: whatever is missing at its end was lost afterwards. */
function summaryRows(
  directory: string,
  text: string | undefined,
  writtenRows: number | undefined,
): SummaryRow[] {
  const mend = `write it anew with wasm-dyno calibrate --resume ${directory}`;
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
    const found = `${RUN_FILES.summary} has ${counted(rows.length, 'row')} of ${writtenRows}`;
    throw new RecordedRunError(`${directory}: ${found}; ${mend}`);
  }
  return rows;
}

/** The whole rows of a table without which there is a report still, and what is amiss with it. */
function rowsOf<Schema extends CsvRowSchema>(
  table: CsvTable<Schema>,
  texts: FileTexts,
  told: string,
): { rows: CsvRow<Schema>[]; notices: string[] } {
  const text = texts(table.name);
  if (text === undefined) return { rows: [], notices: [] };
  const { rows, torn } = table.parse(text);
  if (text.trim() === '') return { rows, notices: [`${table.name} is empty: ${told} is not shown.`] };
  return {
    rows,
    notices: torn
      ? [
          `${table.name} breaks off after ${counted(rows.length, 'row')}; ${rows.length === 1 ? 'this is' : 'these are'} shown.`,
        ]
      : [],
  };
}

/** What `wasm-dyno metering` wrote; undefined when it is not there. @throws RecordedRunError */
export function readMetering(path: string): MeteringRecord | undefined {
  return METERING_FILE.read(path);
}
