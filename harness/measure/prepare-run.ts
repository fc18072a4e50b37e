import type { ProfileMachine } from '@wasm-dyno/engine';
import type { RunRecord } from '@wasm-dyno/reports/recorded-run';
import { plateauOf } from '../estimate/index.js';
import { lastLevelCacheBytes, machineFingerprint } from '../machine/fingerprint.js';
import { machineFitness, type Fitness } from '../machine/fitness.js';
import type { RunContext } from '../process/run-process.js';
import { takeCalibrationLock } from '../run-directory/lock.js';
import { refuseUsedDirectory, type RunDirectory } from '../run-directory/run-directory.js';
import { proveWritable } from '../run-directory/space.js';
import { EFFORTS, type Effort, type EffortName } from '../schedule/effort.js';
import type { TargetClient } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';
import type { CalibrateOptions, CalibrationListener, CalibrationSettings } from './calibration-settings.js';
import { recordedReferenceTimes } from '../estimate/complete-rows.js';
import { corpusFiles, type CorpusFiles } from './corpus-files.js';
import type { Duties } from './duties.js';
import { lookAtEngines, type LookedAt } from './look-at-engines.js';
import { refuseOtherCorpus, refuseOtherEngines, refuseOtherMachine } from './resume-refusal.js';
import { TargetChildren } from './target-children.js';

/** More than a run of the greatest effort writes, for one engine. */
const PLANNED_BYTES: Readonly<Record<EffortName, number>> = {
  smoke: 1 << 20,
  quick: 8 << 20,
  standard: 48 << 20,
  thorough: 128 << 20,
};

/** All that must be known before the first measurement. */
export interface Prepared {
  readonly machine: ProfileMachine;
  readonly fitness: Fitness;
  readonly corpus: CorpusFiles;
  readonly looked: LookedAt;
  readonly session: RunContext['session'];
  readonly tell: CalibrationListener;
}

/**
 * Takes the machine and the run's folder for this run alone; looks at the disk, the machine, the corpus and the engines. A resumed run must find
 * them as they were. What was taken is among `duties`, whatever happens.
 */
export async function prepareRun(
  settings: CalibrationSettings,
  options: CalibrateOptions,
  resumed: RunRecord | undefined,
  duties: Duties,
): Promise<Prepared> {
  takePlace(settings, resumed, duties);
  const tell: CalibrationListener = options.onEvent ?? (() => undefined);
  const commands = settings.engines.map(resolveTarget);
  const effort = EFFORTS[settings.effort];
  const machine = await machineFingerprint();
  if (resumed !== undefined) refuseOtherMachine(resumed, machine);
  const corpus = await corpusFiles(settings.corpora, settings.modules);
  duties.add(() => corpus.remove());
  if (resumed !== undefined) refuseOtherCorpus(resumed, corpus.digest, settings.directory);
  // Nothing is told of the machine to somebody whose files are not there.
  const fitness = await machineFitness(effort.name === 'smoke' ? 100 : 1000);
  tell({ kind: 'fitness', fitness });
  const session = targetSession(options, duties);
  const looked = await lookAtEngines(commands, corpus, effort, machine, session, tell);
  if (resumed !== undefined) refuseOtherEngines(resumed, looked.preflights);
  return { machine, fitness, corpus, looked, session, tell };
}

/** One calibration at a time, into a folder that holds no other run and has room. */
function takePlace(
  { directory, effort, engines }: CalibrationSettings,
  resumed: RunRecord | undefined,
  duties: Duties,
): void {
  duties.add(takeCalibrationLock(directory));
  if (resumed === undefined) refuseUsedDirectory(directory);
  duties.add(proveWritable(directory, PLANNED_BYTES[effort] * engines.length));
}

/** What the targets' processes share: they end when the user or the run does. */
function targetSession({ signal, onStandardError }: CalibrateOptions, duties: Duties): RunContext['session'] {
  const children = new TargetChildren(signal);
  duties.add(() => children.end());
  return {
    onStart: (client: TargetClient) => children.started(client),
    ...(onStandardError === undefined ? {} : { onStandardError }),
  };
}

/** What the run's processes share. */
export function runContext(
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

/** What is left of an effort's time beside a census. */
function measuringEffort({ census = false, effort: name }: CalibrationSettings): Effort {
  const effort = EFFORTS[name];
  return census ? { ...effort, budgetSeconds: effort.budgetSeconds - effort.census.seconds } : effort;
}
