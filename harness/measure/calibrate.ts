import { estimateRun } from '../estimate/index.js';
import { knownReferenceTimes } from '../run-directory/reference-times.js';
import { ENGINE_VERSION } from '../../engine/version.js';
import type { ProfileMachine } from '../../engine/fuel/hardware-profile.js';
import { machineDifferences } from '../../engine/fuel/machine-identity.js';
import { lastLevelCacheBytes, machineFingerprint } from '../machine/fingerprint.js';
import { machineFitness } from '../machine/fitness.js';
import { takeCalibrationLock } from '../run-directory/lock.js';
import { readRunRecord, RunDirectory } from '../run-directory/run-directory.js';
import {
  RUN_SCHEMA_VERSION,
  type RecordedEngine,
  type RunEnd,
  type RunRecord,
  type SkippedModule,
} from '../run-directory/run-record.js';
import { proveWritable } from '../run-directory/space.js';
import { planColdGroups, planCurveArms } from '../schedule/arm-plan.js';
import { EFFORTS, type Effort, type EffortName } from '../schedule/effort.js';
import {
  extendPlan,
  planProcesses,
  type PlannedEngine,
  type PlannedProcess,
} from '../schedule/process-plan.js';
import { TargetFailure, type TargetClient, type TargetCommand } from '../targets/client.js';
import { knownTargets, resolveTarget } from '../targets/registry.js';
import {
  recordedOptions,
  type CalibrationListener,
  type CalibrationSettings,
} from './calibration-settings.js';
import { completeRows, recordedReferenceTimes } from './complete-rows.js';
import { corpusFiles, type CorpusFiles } from './corpus-files.js';
import { conclude, type Conclusion } from './conclude.js';
import { chargedRatios, PrecisionGoal } from './precision.js';
import { preflight, type Preflight } from './preflight.js';
import { runProcess, type EnginePlan, type RunContext } from './run-process.js';
import { decide, DurationModel } from './time-budget.js';

export interface CalibrateOptions {
  /** Aborting ends the run in order: it can be resumed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: CalibrationListener;
  /** Write a profile although the data are insufficient. */
  readonly force?: boolean;
  /** Receives what targets write to their standard error; default: passed through. */
  readonly onStandardError?: (text: string) => void;
}

export interface CalibrationResult {
  readonly directory: string;
  readonly record: RunRecord;
  /** Undefined when the run was interrupted. */
  readonly conclusion: Conclusion | undefined;
}

/** The run cannot be resumed here and now: something it hangs on has changed. */
export class ResumeRefused extends Error {
  override readonly name = 'ResumeRefused';
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
  const settings = { ...recorded, effort: effort as EffortName, seed: record.seed, directory };
  return measure(settings, options, record);
}

async function measure(
  settings: CalibrationSettings,
  options: CalibrateOptions,
  resumed: RunRecord | undefined,
): Promise<CalibrationResult> {
  const tell: CalibrationListener = options.onEvent ?? (() => undefined);
  const commands = settings.engines.map(resolveTarget);
  const effort = EFFORTS[settings.effort];
  const begin = performance.now();
  const unlock = takeCalibrationLock(settings.directory);
  let corpus: CorpusFiles | undefined;
  try {
    proveWritable(settings.directory, PLANNED_BYTES[effort.name] * commands.length);
    const machine = await machineFingerprint();
    if (resumed !== undefined) refuseOtherMachine(resumed, machine);
    const fitness = await machineFitness(effort.name === 'smoke' ? 100 : 1000);
    tell({ kind: 'fitness', fitness });
    corpus = await corpusFiles(settings.corpora, settings.modules);
    if (resumed !== undefined && resumed.corpusDigest !== corpus.digest) {
      throw new ResumeRefused(`the corpus of ${settings.directory} has changed since: start a new run`);
    }
    const children = new Children(options.signal);
    const session = {
      onStart: (client: TargetClient) => children.started(client),
      ...(options.onStandardError === undefined ? {} : { onStandardError: options.onStandardError }),
    };
    const looked = await lookAtEngines(commands, corpus, effort, machine, session, tell);
    if (resumed !== undefined) refuseOtherEngines(resumed, looked.preflights);
    const record: RunRecord = resumed ?? {
      kind: 'wasm-dyno-run',
      schemaVersion: RUN_SCHEMA_VERSION,
      tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
      createdAt: new Date().toISOString(),
      updatedAt: new Date().toISOString(),
      state: 'running',
      seed: settings.seed,
      options: recordedOptions(settings),
      machine,
      fitness: [],
      engines: withKnownReferenceTimes(looked.engines, machine.id),
      corpora: corpus.corpora,
      corpusDigest: corpus.digest,
      skippedModules: [...corpus.skipped, ...looked.skipped],
      plan: {
        processes: 0,
        warmProcesses: effort.processes,
        rounds: effort.rounds,
        blockNanoseconds: effort.blockNanoseconds,
        budgetSeconds: effort.budgetSeconds * commands.length,
        estimatedSeconds: 0,
        looks: [],
      },
      processes: [],
      secondOpinions: [],
      ended: null,
      warnings: [],
    };
    if (resumed === undefined) {
      for (const { module, reason, offset } of record.skippedModules) {
        const place = offset === null ? '' : ` (at offset ${offset})`;
        tell({
          kind: 'notice',
          message: `skipped ${module}: ${reason}${reason.includes('offset') ? '' : place}`,
        });
      }
    }
    const directory =
      resumed === undefined
        ? RunDirectory.create(settings.directory, record)
        : RunDirectory.reopen(settings.directory);
    try {
      directory.update({ fitness: [...record.fitness, fitness] });
      const run: RunContext = {
        effort,
        seed: settings.seed,
        engines: looked.plans,
        files: new Map(corpus.files.map((file) => [file.name, file])),
        lastLevelCacheBytes: lastLevelCacheBytes(machine),
        memoryBytes: machine.memoryBytes,
        directory,
        bestReferenceNanoseconds: recordedReferenceTimes(directory.record),
        blockFactors: new Map(),
        session,
        signal: options.signal,
      };
      const ended = await runPlan(run, settings, begin, options.signal, tell);
      if (ended.reason === 'interrupted') {
        directory.update({ state: 'interrupted', ended });
        return { directory: directory.path, record: directory.record, conclusion: undefined };
      }
      directory.update({ ended });
      const conclusion = conclude(directory, looked.preflights, options.force ?? false);
      directory.update({ state: 'finished' });
      return { directory: directory.path, record: directory.record, conclusion };
    } catch (error) {
      noteInterruption(directory, error);
      throw withWayOn(error, directory.path);
    } finally {
      directory.close();
      children.end();
    }
  } finally {
    corpus?.remove();
    unlock();
  }
}

/** The target processes that are alive, so that the user's wish to end reaches them. */
class Children {
  private current: TargetClient | undefined;
  private readonly onAbort = (): void => this.current?.kill();

  constructor(private readonly signal: AbortSignal | undefined) {
    signal?.addEventListener('abort', this.onAbort);
  }

  started(client: TargetClient): void {
    this.current = client;
    if (this.signal?.aborted === true) client.kill();
  }

  end(): void {
    this.signal?.removeEventListener('abort', this.onAbort);
    this.current?.kill();
  }
}

interface LookedAt {
  readonly engines: RecordedEngine[];
  readonly preflights: ReadonlyMap<string, Preflight>;
  readonly plans: ReadonlyMap<string, EnginePlan>;
  readonly skipped: readonly SkippedModule[];
}

async function lookAtEngines(
  commands: readonly TargetCommand[],
  corpus: CorpusFiles,
  effort: Effort,
  machine: ProfileMachine,
  session: RunContext['session'],
  tell: CalibrationListener,
): Promise<LookedAt> {
  const engines: RecordedEngine[] = [];
  const preflights = new Map<string, Preflight>();
  const plans = new Map<string, EnginePlan>();
  let firstFailure: TargetFailure | undefined;
  for (const command of commands) {
    const about = knownTargets().find(({ name }) => name === command.name)?.about;
    const recorded = {
      name: command.name,
      ...(about === undefined ? {} : { about }),
      command: [command.command, ...command.arguments],
    };
    try {
      const looked = await preflight(command, corpus.files, effort, {
        environmentBytes: 1,
        lastLevelCacheBytes: lastLevelCacheBytes(machine),
        ...session,
      });
      for (const { arm, reason } of looked.refused) {
        tell({ kind: 'notice', message: `${command.name} does not measure ${arm}: ${reason}` });
      }
      const { description, modules } = looked;
      const refused = new Set(looked.refused.map(({ arm }) => arm));
      preflights.set(command.name, looked);
      plans.set(command.name, {
        preflight: looked,
        coldGroups: planColdGroups(description, modules, effort)
          .map((group) => group.filter(({ name }) => !refused.has(name)))
          .filter((group) => group.length > 0),
        curvePairs: planCurveArms(description, modules, effort),
      });
      engines.push({ ...recorded, description, failure: null, referenceNanoseconds: null });
    } catch (error) {
      if (!(error instanceof TargetFailure)) throw error;
      firstFailure ??= error;
      engines.push({ ...recorded, description: null, failure: error.message, referenceNanoseconds: null });
      tell({ kind: 'notice', message: `${error.message}; going on without it` });
    }
  }
  if (plans.size === 0 && firstFailure !== undefined) throw firstFailure;
  return { engines, preflights, plans, skipped: [...preflights.values()].flatMap(({ skipped }) => skipped) };
}

/** A crash may be chance; a second one, silence or nonsense is not. */
const CRASHES_TOLERATED = 1;

async function runPlan(
  run: RunContext,
  settings: CalibrationSettings,
  begin: number,
  signal: AbortSignal | undefined,
  tell: CalibrationListener,
): Promise<RunEnd> {
  const { effort, directory } = run;
  const preflights = new Map([...run.engines].map(([name, { preflight }]) => [name, preflight]));
  const model = new DurationModel(effort, preflights);
  const budgetSeconds = effort.budgetSeconds * run.engines.size;
  const aborted = (): boolean => signal?.aborted === true;
  const secondsLeft = (): number => budgetSeconds - (performance.now() - begin) / 1000;
  const planned = (processes: number): PlannedProcess[] =>
    planProcesses([...run.engines].map(plannedEngine), { ...effort, processes }, run.seed);
  let plan = planned(effort.processes);
  const goal = PrecisionGoal.of(settings.precision, directory, preflights, (processes) => {
    const longer = extendPlan(plan, processes, run.seed);
    return model.total(longer.filter(isDue)) <= secondsLeft();
  });
  function isDue({ slot }: PlannedProcess): boolean {
    return !directory.record.processes.some((known) => known.slot === slot && known.state === 'complete');
  }
  if (goal !== undefined) plan = extendPlan(planned(goal.looks[0]!.processes), goal.nextLook, run.seed);
  else plan = extendPlan(plan, directory.record.plan.warmProcesses, run.seed);
  const due = plan.filter(isDue);
  const estimatedSeconds = Math.min(secondsLeft(), model.total(due));
  directory.update({
    plan: {
      ...directory.record.plan,
      processes: plan.length,
      budgetSeconds,
      estimatedSeconds,
      looks: goal?.looks ?? [],
    },
  });
  const pairs = [...preflights.values()].reduce((sum, { pairs: own }) => sum + own.length, 0);
  tell({ kind: 'plan', processes: due.length, pairs, estimatedSeconds, budgetSeconds });

  const failures = new Map<string, number>();
  const given = new Set<string>();
  let leftOut = 0;
  for (let queue = due; queue.length > 0;) {
    if (aborted()) return interrupted(settings.directory);
    const next = queue[0]!;
    const rest = queue.slice(1);
    if (given.has(next.engine)) {
      queue = rest;
      continue;
    }
    const decision = decide(model, effort, queue, secondsLeft(), warmDone(directory, next.engine));
    if (!decision.run) {
      leftOut++;
      queue = rest;
      continue;
    }
    tell({
      kind: 'progress',
      done: plan.length - queue.length,
      total: plan.length,
      secondsLeft: Math.min(secondsLeft(), model.total(queue, decision.rounds)),
      process: next,
    });
    const started = performance.now();
    try {
      const { lies, notices } = await runProcess(run, next, decision.rounds);
      for (const message of notices) tell({ kind: 'notice', message });
      model.observe(
        next,
        (performance.now() - started) / 1000,
        next.kind === 'warm' ? decision.rounds : undefined,
      );
      if (lies.length > 0)
        giveUp(next.engine, `target "${next.engine}" lies about its blocks (${lies.join(', ')})`);
    } catch (error) {
      if (aborted()) return interrupted(settings.directory);
      if (!(error instanceof TargetFailure)) throw error;
      const count = (failures.get(next.engine) ?? 0) + 1;
      failures.set(next.engine, count);
      if (error.kind !== 'crash' || count > CRASHES_TOLERATED) giveUp(next.engine, error.message);
      else tell({ kind: 'notice', message: error.message });
    }
    queue = rest;
    if (goal === undefined && queue.length === 0) {
      const more = replacements();
      queue = more.slice(plan.length);
      plan = more;
    }
    const warmLeft = queue.some(({ kind, engine }) => kind === 'warm' && !given.has(engine));
    if (goal !== undefined && !warmLeft) {
      const verdict = goal.look();
      if (verdict === 'reached') return { reason: 'precision-reached', sentence: goal.sentence() };
      if (verdict === 'go-on') {
        tell({ kind: 'notice', message: goal.forecast() });
        const longer = extendPlan(plan, goal.nextLook, run.seed);
        queue = [...queue, ...longer.slice(plan.length)];
        plan = longer;
      }
    }
  }
  if (given.size === run.engines.size) {
    return { reason: 'targets-failed', sentence: 'No target lasted to the end of the plan.' };
  }
  const spent = leftOut > 0 ? ` ${leftOut} of ${plan.length} planned processes were left out.` : '';
  if (goal !== undefined) return { reason: 'budget-spent', sentence: `${goal.sentence()}${spent}` };
  if (leftOut > 0) {
    return {
      reason: 'budget-spent',
      sentence: `The budget of ${Math.round(budgetSeconds)} s ended the run:${spent}`,
    };
  }
  return { reason: 'plan-complete', sentence: `All ${plan.length} planned processes were measured.` };

  /**
   * The plan with as many more warm processes as were disturbed, as far as time goes: decided by the guards alone, never by
   * what was measured.
   */
  function replacements(): PlannedProcess[] {
    const now = directory.record.plan.warmProcesses;
    const most = effort.processes + effort.mostReplacements;
    if (now >= most) return plan;
    const missing = effort.processes - undisturbedWarmProcesses(directory, preflights);
    for (let wanted = Math.min(most, now + missing); wanted > now; wanted--) {
      const longer = extendPlan(plan, wanted, run.seed);
      const added = longer.slice(plan.length).filter(({ engine }) => !given.has(engine));
      if (model.total(added) > secondsLeft()) continue;
      const message = `${missing} of ${now} warm processes were disturbed; measuring ${wanted - now} more`;
      tell({ kind: 'notice', message });
      directory.update({
        plan: { ...directory.record.plan, processes: longer.length, warmProcesses: wanted },
      });
      return longer;
    }
    return plan;
  }

  function giveUp(engine: string, reason: string): void {
    given.add(engine);
    const engines = directory.record.engines.map((known) =>
      known.name === engine ? { ...known, failure: reason } : known,
    );
    directory.update({ engines, warnings: [...directory.record.warnings, `${reason}; it was given up.`] });
    tell({ kind: 'notice', message: `${reason}; giving it up and going on with the others` });
  }
}

function plannedEngine([engine, { preflight: looked, coldGroups, curvePairs }]: [
  string,
  EnginePlan,
]): PlannedEngine {
  return {
    engine,
    coldGroups: coldGroups.map(([first]) => first!.name),
    curvePairs: curvePairs.map(({ name }) => name),
    secondOpinion: looked.description.secondOpinion === true,
  };
}

function withKnownReferenceTimes(engines: readonly RecordedEngine[], machineId: string): RecordedEngine[] {
  const known = knownReferenceTimes(machineId, engines);
  return engines.map((engine) => ({ ...engine, referenceNanoseconds: known.get(engine.name) ?? null }));
}

/** Of the engine that has the fewest: warm processes that count in every charged ratio, undisturbed. */
function undisturbedWarmProcesses(
  directory: RunDirectory,
  preflights: ReadonlyMap<string, Preflight>,
): number {
  const { ratios } = estimateRun(completeRows(directory), {
    knownReferenceTimes: recordedReferenceTimes(directory.record),
  });
  const charged = chargedRatios(ratios, preflights);
  return Math.min(...charged.map(({ basis, processes }) => (basis === 'undisturbed' ? processes : 0)));
}

function warmDone({ record }: RunDirectory, engine: string): number {
  return record.processes.filter(
    (known) => known.engine === engine && known.kind === 'warm' && known.state === 'complete',
  ).length;
}

function interrupted(directory: string): RunEnd {
  return {
    reason: 'interrupted',
    sentence: `Interrupted; go on with: wasm-dyno calibrate --resume ${directory}`,
  };
}

/** Whatever broke the run off (a full disk, say): what is there stays, and can be resumed. */
function noteInterruption(directory: RunDirectory, error: unknown): void {
  try {
    directory.update({
      state: 'interrupted',
      ended: { reason: 'interrupted', sentence: error instanceof Error ? error.message : String(error) },
    });
  } catch {
    // The record that is there says `running`, which can be resumed just as well.
  }
}

/** An error of the system's (a full disk) with what to do about it; others as they are. */
function withWayOn(error: unknown, directory: string): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const systemCode = code ?? cause?.code;
  if (!(error instanceof Error) || typeof systemCode !== 'string' || !SYSTEM_CODES.has(systemCode))
    return error;
  const sentence = `${error.message}; what was measured is kept: mend that, and go on with: wasm-dyno calibrate --resume ${directory}`;
  return new Error(sentence, { cause: error });
}

const SYSTEM_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EFBIG']);

function refuseOtherMachine(record: RunRecord, machine: ProfileMachine): void {
  const [difference] = machineDifferences(record.machine, machine);
  if (difference === undefined) return;
  const { field, profile: then, machine: now } = difference;
  throw new ResumeRefused(
    `the machine has changed since: ${field} was "${then}" and is "${now}"; start a new run`,
  );
}

function refuseOtherEngines(record: RunRecord, preflights: ReadonlyMap<string, Preflight>): void {
  for (const { name, description, failure } of record.engines) {
    const now = preflights.get(name)?.description;
    if (description === null || failure !== null) continue;
    if (now === undefined)
      throw new ResumeRefused(`engine "${name}" does not work any more: start a new run`);
    const [then, today] = [description, now].map(({ version, flags }) => [version, ...flags].join(' '));
    if (then !== today)
      throw new ResumeRefused(`engine "${name}" was "${then}" and is "${today}": start a new run`);
  }
}
