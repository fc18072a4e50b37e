import { join } from 'node:path';

import { MAXIMUM_PROFILE_BYTES, parseProfile, type HardwareProfile } from '@wasm-dyno/engine';
import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import {
  EXECUTION_COUNT_TABLE,
  EXECUTION_FILE,
  EXECUTION_TABLE,
  rowOrigin,
  type ExecutionRecord,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { lastLevelCacheBytes } from '../machine/fingerprint.js';
import { profileText, profileWithExecution } from '../profile/index.js';
import { writeAtomically } from '../run-directory/atomic-file.js';
import type { EffortName } from '../schedule/effort.js';
import { executionRecord, type ExecutorName } from './execution-record.js';
import {
  countRows,
  measureExecution,
  timedPrograms,
  type ExecutionOptions,
  type ExecutionPlan,
} from './measure-execution.js';

/** What executing was found to cost, and the profile that says so. */
export interface PricedExecution {
  readonly record: ExecutionRecord;
  readonly profile: HardwareProfile;
}

/** A run that has ended, and its profile of the embedded engine. */
export interface CalibratedRun {
  readonly directory: string;
  readonly run: RunRecord;
  readonly profilePath: string;
}

/**
 * Measures what executing takes, adds `execution.csv`, `execution-counts.csv` and `execution-costs.json` to a run's directory, and the
 * costs to its profile of the embedded engine.
 */
export async function priceExecution(
  { directory, profilePath, run }: CalibratedRun,
  {
    chargedExecutor,
    effort,
  }: { readonly chargedExecutor: ExecutorName; readonly effort: EffortName | ExecutionPlan },
  options: ExecutionOptions = {},
): Promise<PricedExecution> {
  const measured = await measureExecution(
    { seed: run.seed, effort, lastLevelCacheBytes: lastLevelCacheBytes(run.machine) },
    options,
  );
  const { processes, programs, rows } = measured;
  const record = executionRecord(timedPrograms(measured), {
    machine: run.machine.id,
    seed: run.seed,
    processes,
  });
  const write = (name: string, text: string) => {
    writeAtomically(join(directory, name), text);
  };
  write(EXECUTION_TABLE.name, EXECUTION_TABLE.text(rows, rowOrigin(run)));
  const counts = countRows(programs);
  write(EXECUTION_COUNT_TABLE.name, EXECUTION_COUNT_TABLE.text(counts, rowOrigin(run)));
  write(EXECUTION_FILE.name, EXECUTION_FILE.text(record));
  const before = parseProfile(readRegularText(profilePath, MAXIMUM_PROFILE_BYTES), profilePath);
  const profile = profileWithExecution(before, record, chargedExecutor);
  writeAtomically(profilePath, profileText(profile));
  return { record, profile };
}
