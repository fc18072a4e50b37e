import { readRunRecord, type RunEnd, type RunRecord } from '@wasm-dyno/reports/recorded-run';
import type { RunDirectory } from '../run-directory/run-directory.js';
import { EFFORTS, type EffortName } from '../schedule/effort.js';
import { refuseUnnamedPrograms } from '../targets/named-programs.js';
import { Agenda } from './agenda.js';
import type { CalibrateOptions, CalibrationSettings } from './calibration-settings.js';
import { conclude, type Conclusion } from './conclude.js';
import { Duties } from './duties.js';
import { noteStart, openDirectory } from './open-run.js';
import { prepareRun, runContext, type Prepared } from './prepare-run.js';
import { refuseAddedEngines, ResumeRefused } from './resume-refusal.js';
import { takeRunCensus } from './run-census.js';
import { noteInterruption, withWayOn } from './run-failure.js';
import { runPlan } from './run-plan.js';
import { watchedProfiles } from './watched-profiles.js';

export type { CalibrateOptions } from './calibration-settings.js';
export { ResumeRefused } from './resume-refusal.js';

export interface CalibrationResult {
  readonly directory: string;
  readonly record: RunRecord;
  /** Undefined when the run was interrupted. */
  readonly conclusion: Conclusion | undefined;
}

/**
 * Measures from the machine check to the profile, into a new run directory.
 * @throws UnknownTarget, CalibrationRunning, Error when there is nothing to measure or nowhere to write
 */
export function calibrate(
  settings: CalibrationSettings,
  options: CalibrateOptions = {},
): Promise<CalibrationResult> {
  return measure(settings, options, undefined);
}

/**
 * Goes on with a run that was interrupted or killed: same seed, same plan, complete processes are kept.
 * @throws ResumeRefused when the machine, an engine or the corpus is not the same
 */
export async function resumeCalibration(
  directory: string,
  options: CalibrateOptions = {},
): Promise<CalibrationResult> {
  const record = readRunRecord(directory);
  const { effort, ...recorded } = record.options;
  if (!Object.hasOwn(EFFORTS, effort))
    throw new ResumeRefused(`${directory} was made with the unknown effort "${effort}"`);
  refuseAddedEngines(recorded.engines, options.engines ?? [], directory);
  refuseUnnamedPrograms(recorded.engines, options.engines ?? [], directory);
  const { execution = recorded.execution } = options;
  const settings = { ...recorded, execution, effort: effort as EffortName, seed: record.seed, directory };
  return measure(settings, { ...options, force: options.force === true || recorded.force === true }, record);
}

/** The story of a run. */
async function measure(
  settings: CalibrationSettings,
  options: CalibrateOptions,
  resumed: RunRecord | undefined,
): Promise<CalibrationResult> {
  const begin = performance.now();
  const duties = new Duties();
  try {
    const prepared = await prepareRun(settings, options, resumed, duties);
    return await inDirectory(openDirectory(prepared, settings, resumed), async (directory) => {
      noteStart(directory, prepared);
      const run = runContext(prepared, settings, directory, options.signal);
      const measured = await runPlan(run, new Agenda(run, settings.precision, begin), prepared.tell);
      const isCounted = settings.census === true && measured.reason !== 'interrupted';
      const brokenOff = isCounted ? await takeRunCensus(run, prepared) : undefined;
      return await finish(directory, brokenOff ?? measured, prepared, options);
    });
  } finally {
    duties.end();
  }
}

/** Closes the directory after the steps; whatever breaks them off is recorded, and told with the way to go on. */
async function inDirectory<Result>(
  directory: RunDirectory,
  steps: (directory: RunDirectory) => Promise<Result>,
): Promise<Result> {
  try {
    return await steps(directory);
  } catch (error) {
    noteInterruption(directory, error);
    throw withWayOn(error, directory.path);
  } finally {
    directory.close();
  }
}

/** Concludes a run that came to its end; one that was interrupted stays open. */
async function finish(
  directory: RunDirectory,
  ended: RunEnd,
  { corpus, looked, tell }: Prepared,
  options: CalibrateOptions,
): Promise<CalibrationResult> {
  if (ended.reason === 'interrupted') {
    directory.update({ state: 'interrupted', ended });
    return { directory: directory.path, record: directory.record, conclusion: undefined };
  }
  directory.update({ ended });
  const concluded = conclude(directory, looked.preflights, options.force ?? false);
  const profiles = await watchedProfiles(concluded.profiles, {
    files: corpus.files,
    seed: directory.record.seed,
    signal: options.signal,
    tell,
  });
  const conclusion = { ...concluded, profiles };
  directory.update({ state: 'finished' });
  return { directory: directory.path, record: directory.record, conclusion };
}
