import { ENGINE_VERSION, type ProfileMachine } from '@wasm-dyno/engine';
import { plateauOf } from '../estimate/index.js';
import { lastLevelCacheBytes, machineFingerprint } from '../machine/fingerprint.js';
import { helperThreads, processLimits } from '../machine/process-limits.js';
import { machineFitness, type Fitness } from '../machine/fitness.js';
import { takeCalibrationLock } from '../run-directory/lock.js';
import { knownReferenceTimes } from '../run-directory/reference-times.js';
import { readRunRecord } from '@wasm-dyno/reports/recorded-run';
import { refuseUsedDirectory, RunDirectory } from '../run-directory/run-directory.js';
import {
  RUN_SCHEMA_VERSION,
  type RecordedEngine,
  type RecordedLimits,
  type RunEnd,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { proveWritable } from '../run-directory/space.js';
import { EFFORTS, type Effort, type EffortName } from '../schedule/effort.js';
import type { TargetClient } from '../targets/client.js';
import { refuseUnnamedPrograms } from '../targets/named-programs.js';
import { resolveTarget } from '../targets/registry.js';
import { Agenda } from './agenda.js';
import {
  recordedOptions,
  type CalibrationListener,
  type CalibrationSettings,
} from './calibration-settings.js';
import { recordedReferenceTimes } from './complete-rows.js';
import { conclude, type Conclusion } from './conclude.js';
import { corpusFiles, type CorpusFiles } from './corpus-files.js';
import { lookAtEngines, type LookedAt } from './look-at-engines.js';
import {
  refuseAddedEngines,
  refuseOtherCorpus,
  refuseOtherEngines,
  refuseOtherMachine,
  ResumeRefused,
} from './resume-refusal.js';
import { noteInterruption, withWayOn } from './run-failure.js';
import { runPlan } from './run-plan.js';
import { takeRunCensus } from './run-census.js';
import type { RunContext } from '../process/run-process.js';
import { TargetChildren } from './target-children.js';

export { ResumeRefused } from './resume-refusal.js';

export interface CalibrateOptions {
  /** Aborting ends the run in order: it can be resumed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: CalibrationListener;
  /** Write a profile although the data are insufficient. */
  readonly force?: boolean;
  /** When resuming: the engines as the user names them again, which programs of the user's own need. */
  readonly engines?: readonly string[];
  /** Receives what targets write to their standard error; default: passed through. */
  readonly onStandardError?: (text: string) => void;
}

export interface CalibrationResult {
  readonly directory: string;
  readonly record: RunRecord;
  /** Undefined when the run was interrupted. */
  readonly conclusion: Conclusion | undefined;
}

/** More than a run of the greatest effort writes, for one engine. */
const PLANNED_BYTES: Readonly<Record<EffortName, number>> = {
  smoke: 1 << 20,
  quick: 8 << 20,
  standard: 48 << 20,
  thorough: 128 << 20,
};

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
  const settings = { ...recorded, effort: effort as EffortName, seed: record.seed, directory };
  return measure(settings, { ...options, force: options.force === true || recorded.force === true }, record);
}

async function measure(
  settings: CalibrationSettings,
  options: CalibrateOptions,
  resumed: RunRecord | undefined,
): Promise<CalibrationResult> {
  const begin = performance.now();
  const unlock = takeCalibrationLock(settings.directory);
  const children = new TargetChildren(options.signal);
  let prepared: Prepared | undefined;
  let removeEmptyFolders = (): void => undefined;
  try {
    if (resumed === undefined) refuseUsedDirectory(settings.directory);
    removeEmptyFolders = proveWritable(
      settings.directory,
      PLANNED_BYTES[settings.effort] * settings.engines.length,
    );
    prepared = await prepare(settings, options, resumed, children);
    const directory = openDirectory(prepared, settings, resumed);
    try {
      directory.update({
        fitness: [...directory.record.fitness, prepared.fitness],
        limits: [...(directory.record.limits ?? []), recordedLimits()],
      });
      const run = runContext(prepared, settings, directory, options.signal);
      const agenda = new Agenda(run, settings.precision, begin);
      const planned = await runPlan(run, agenda, prepared.tell);
      const counts = settings.census === true && planned.reason !== 'interrupted';
      const ended = (counts ? await takeRunCensus(run, prepared) : undefined) ?? planned;
      return finish(directory, ended, prepared, options);
    } catch (error) {
      noteInterruption(directory, error);
      throw withWayOn(error, directory.path);
    } finally {
      directory.close();
    }
  } finally {
    children.end();
    prepared?.corpus.remove();
    removeEmptyFolders();
    unlock();
  }
}

function recordedLimits(): RecordedLimits {
  const limits = processLimits();
  return { ...limits, helperThreads: helperThreads(limits) ?? null };
}

/** All that must be known before the first measurement. */
interface Prepared {
  readonly machine: ProfileMachine;
  readonly fitness: Fitness;
  readonly corpus: CorpusFiles;
  readonly looked: LookedAt;
  readonly session: RunContext['session'];
  readonly tell: CalibrationListener;
}

/** Looks at the disk, the machine, the corpus and the engines; a resumed run must find them as they were. */
async function prepare(
  settings: CalibrationSettings,
  options: CalibrateOptions,
  resumed: RunRecord | undefined,
  children: TargetChildren,
): Promise<Prepared> {
  const tell: CalibrationListener = options.onEvent ?? (() => undefined);
  const commands = settings.engines.map(resolveTarget);
  const effort = EFFORTS[settings.effort];
  const machine = await machineFingerprint();
  if (resumed !== undefined) refuseOtherMachine(resumed, machine);
  const fitness = await machineFitness(effort.name === 'smoke' ? 100 : 1000);
  tell({ kind: 'fitness', fitness });
  const corpus = await corpusFiles(settings.corpora, settings.modules);
  try {
    if (resumed !== undefined) refuseOtherCorpus(resumed, corpus.digest, settings.directory);
    const session = {
      onStart: (client: TargetClient) => children.started(client),
      ...(options.onStandardError === undefined ? {} : { onStandardError: options.onStandardError }),
    };
    const looked = await lookAtEngines(commands, corpus, effort, machine, session, tell);
    if (resumed !== undefined) refuseOtherEngines(resumed, looked.preflights);
    return { machine, fitness, corpus, looked, session, tell };
  } catch (error) {
    corpus.remove();
    throw error;
  }
}

/** The run's directory: a new one with its record, or the one to go on with. */
function openDirectory(
  prepared: Prepared,
  settings: CalibrationSettings,
  resumed: RunRecord | undefined,
): RunDirectory {
  const record = resumed ?? newRecord(prepared, settings);
  if (resumed === undefined) tellSkipped(record, prepared.tell);
  return resumed === undefined
    ? RunDirectory.create(settings.directory, record)
    : RunDirectory.reopen(settings.directory);
}

function newRecord({ machine, corpus, looked }: Prepared, settings: CalibrationSettings): RunRecord {
  const effort = EFFORTS[settings.effort];
  const now = new Date().toISOString();
  return {
    kind: 'wasm-dyno-run',
    schemaVersion: RUN_SCHEMA_VERSION,
    tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
    createdAt: now,
    updatedAt: now,
    state: 'running',
    seed: settings.seed,
    options: recordedOptions(settings),
    machine,
    fitness: [],
    engines: withKnownReferenceTimes(looked.engines, machine.id),
    corpora: corpus.corpora,
    corpusDigest: corpus.digest,
    modules: corpus.modules,
    skippedModules: [...corpus.skipped, ...looked.skipped],
    plan: {
      processes: 0,
      warmProcesses: effort.processes,
      rounds: effort.rounds,
      blockNanoseconds: effort.blockNanoseconds,
      budgetSeconds: effort.budgetSeconds * settings.engines.length,
      estimatedSeconds: 0,
      looks: [],
    },
    processes: [],
    secondOpinions: [],
    ended: null,
    warnings: [],
  };
}

function withKnownReferenceTimes(engines: readonly RecordedEngine[], machineId: string): RecordedEngine[] {
  const known = knownReferenceTimes(machineId, engines);
  return engines.map((engine) => ({ ...engine, referenceNanoseconds: known.get(engine.name) ?? null }));
}

function tellSkipped({ skippedModules }: RunRecord, tell: CalibrationListener): void {
  for (const { module, reason, offset } of skippedModules) {
    const place = offset === null || reason.includes('offset') ? '' : ` (at offset ${offset})`;
    tell({ kind: 'notice', message: `skipped ${module}: ${reason}${place}` });
  }
}

/** What is left of an effort's time beside a census. */
function measuringEffort({ census = false, effort: name }: CalibrationSettings): Effort {
  const effort = EFFORTS[name];
  return census ? { ...effort, budgetSeconds: effort.budgetSeconds - effort.census.seconds } : effort;
}

/** What the run's processes share. */
function runContext(
  { machine, corpus, looked, session }: Prepared,
  settings: CalibrationSettings,
  directory: RunDirectory,
  signal: AbortSignal | undefined,
): RunContext {
  return {
    effort: measuringEffort(settings),
    seed: settings.seed,
    engines: looked.plans,
    files: new Map(corpus.files.map((file) => [file.name, file])),
    lastLevelCacheBytes: lastLevelCacheBytes(machine),
    plateau: plateauOf(machine.l2Bytes),
    memoryBytes: machine.memoryBytes,
    directory,
    bestReferenceNanoseconds: recordedReferenceTimes(directory.record),
    blockFactors: new Map(),
    session,
    signal,
  };
}

/** Concludes a run that came to its end; one that was interrupted stays open. */
function finish(
  directory: RunDirectory,
  ended: RunEnd,
  { looked }: Prepared,
  options: CalibrateOptions,
): CalibrationResult {
  if (ended.reason === 'interrupted') {
    directory.update({ state: 'interrupted', ended });
    return { directory: directory.path, record: directory.record, conclusion: undefined };
  }
  directory.update({ ended });
  const conclusion = conclude(directory, looked.preflights, options.force ?? false);
  directory.update({ state: 'finished' });
  return { directory: directory.path, record: directory.record, conclusion };
}
