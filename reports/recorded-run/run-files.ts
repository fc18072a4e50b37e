import { CENSUS_FUNCTION_TABLE, CENSUS_RECORD, CENSUS_TABLE, MODEL_PREDICTION_TABLE } from './census.js';
import { EXECUTION_COUNT_TABLE, EXECUTION_RECORD, EXECUTION_TABLE } from './execution.js';
import { FIT_RECORDS } from './fit-record.js';
import { JsonFile } from './json-file.js';
import { MEASUREMENT_TABLE } from './measurement.js';
import { METERING_PROGRAM_TABLE, METERING_RECORD } from './metering.js';
import { MODULE_CLOSURE_TABLE } from './module-closure.js';
import { PROFILE_RECORD } from './profile-record.js';
import { RUN_RECORD } from './run-record.js';
import { SUMMARY_TABLE } from './summary-row.js';
import { VERIFICATION_RECORD } from './verification.js';
import { WARM_UP_TABLE } from './warm-up.js';

// The JSON files of a run directory: each reads and writes itself.
export const RUN_FILE = new JsonFile('run.json', RUN_RECORD);
export const PROFILE_FILE = new JsonFile('profile.json', PROFILE_RECORD);
export const FITS_FILE = new JsonFile('fits.json', FIT_RECORDS);
export const VERIFICATION_FILE = new JsonFile('verification.json', VERIFICATION_RECORD);
export const EXECUTION_FILE = new JsonFile('execution-costs.json', EXECUTION_RECORD);
export const CENSUS_FILE = new JsonFile('census.json', CENSUS_RECORD);
export const METERING_FILE = new JsonFile('metering.json', METERING_RECORD);

/** The names of the files of a run directory. All from the profile on may be missing. */
export const RUN_FILES = {
  run: RUN_FILE.name,
  measurements: MEASUREMENT_TABLE.name,
  summary: SUMMARY_TABLE.name,
  profile: PROFILE_FILE.name,
  fits: FITS_FILE.name,
  modules: MODULE_CLOSURE_TABLE.name,
  warmUp: WARM_UP_TABLE.name,
  verification: VERIFICATION_FILE.name,
  census: CENSUS_FILE.name,
  censusTimes: CENSUS_TABLE.name,
  censusFunctions: CENSUS_FUNCTION_TABLE.name,
  modelPredictions: MODEL_PREDICTION_TABLE.name,
  metering: METERING_FILE.name,
  meteringPrograms: METERING_PROGRAM_TABLE.name,
  execution: EXECUTION_FILE.name,
  executionRows: EXECUTION_TABLE.name,
  executionCounts: EXECUTION_COUNT_TABLE.name,
} as const;

/** The file of an engine's profile in a run directory: of the first engine that was measured `profile.json`. */
export function profileFile(engine: string, isFirst: boolean): string {
  return isFirst ? RUN_FILES.profile : RUN_FILES.profile.replace(/\.json$/, `-${engine}.json`);
}
