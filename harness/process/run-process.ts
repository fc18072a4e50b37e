import type { Flag, ReferenceTimes } from '@wasm-dyno/reports/noise';
import { MOST_STEAL_SHARE, MOST_THROTTLED_SHARE } from '../guards/flags.js';
import { childTicks, MOST_OTHERS_BUSY_CORES, othersBusyCores, ownTicks } from '../guards/others-load.js';
import { readCpuTimes, stolenShare } from '../machine/linux-files.js';
import { throttledNanoseconds } from '../machine/process-limits.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { Plateau } from '../estimate/index.js';
import type { SecondOpinion } from '@wasm-dyno/reports/recorded-run';
import { baselinesOf, primaryBaseline, standingForCorpus, type PairedArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import type { PlannedProcess } from '../schedule/process-plan.js';
import { Random } from '@wasm-dyno/corpora/random';
import { randomOrder } from '../schedule/round-order.js';
import { sweepSizes } from '../schedule/sweep-sizes.js';
import { TargetError } from '../targets/client.js';
import { runColdExecution } from './cold-execution.js';
import { runCurve } from './curve-execution.js';
import { secondOpinionOn } from './opinion-execution.js';
import { ownSweepSizes } from './own-sweep.js';
import type { Preflight } from './preflight.js';
import type { RowContext } from './rows.js';
import { modulesOf, Session, type ModuleFile, type SessionOptions } from './session.js';
import { sweep } from './sweep-execution.js';
import { runWarmExecution } from './warm-execution.js';
import { warmUp } from './warm-up.js';

/** What the processes of one engine are made of. */
export interface EnginePlan {
  readonly preflight: Preflight;
  readonly coldGroups: readonly (readonly PairedArms[])[];
  readonly curvePairs: readonly PairedArms[];
}

/** What all processes of a run share. */
export interface RunContext {
  readonly effort: Effort;
  readonly seed: number;
  readonly engines: ReadonlyMap<string, EnginePlan>;
  readonly files: ReadonlyMap<string, ModuleFile>;
  readonly lastLevelCacheBytes: number;
  /** Where the hot memset's time per byte is one number: filled in every warm process, for the unit of fuel. */
  readonly plateau: Plateau;
  readonly memoryBytes: number;
  readonly directory: RunDirectory;
  /** The engines' reference loops at their best, as far as earlier runs on the machine tell. */
  readonly bestReferenceNanoseconds: ReferenceTimes;
  /** Longer blocks for arms whose series was uneven; grows as processes find out. */
  readonly blockFactors: Map<string, number>;
  readonly session: Pick<SessionOptions, 'onStandardError' | 'onStart'>;
  /** Aborted when the user wants out: what fails then has not failed. */
  readonly signal: AbortSignal | undefined;
}

export interface ProcessOutcome {
  readonly lies: readonly Flag[];
  readonly notices: readonly string[];
}

/** Uneven arms get blocks up to so many times as long. */
const MOST_BLOCK_FACTOR = 4;

/**
 * Runs one planned process execution, from start to end, into the run directory.
 * @throws TargetFailure, after the execution has been recorded as failed
 */
export async function runProcess(
  run: RunContext,
  planned: PlannedProcess,
  rounds: number,
): Promise<ProcessOutcome> {
  const engine = run.engines.get(planned.engine)!;
  const number = run.directory.beginProcess(planned);
  const begin = performance.now();
  const cpuBefore = readCpuTimes();
  const ownBefore = ownTicks();
  const throttledBefore = throttledNanoseconds();
  const context: RowContext = {
    engine: planned.engine,
    process: number,
    temperature: planned.kind === 'cold' ? 'cold' : 'warm',
  };
  let session: Session | undefined;
  try {
    session = await Session.start(engine.preflight.command, {
      environmentBytes: planned.environmentBytes,
      lastLevelCacheBytes: run.lastLevelCacheBytes,
      ...run.session,
    });
    const executed = await execute(run, engine, planned, rounds, session, context);
    const cpuAfter = readCpuTimes();
    const throttled = throttledShare(throttledBefore, (performance.now() - begin) * 1e6);
    const stealShare = stolenShare(cpuBefore, cpuAfter) ?? null;
    const targetTicks = childTicks(session.client.pid);
    const ours = targetTicks === undefined ? undefined : targetTicks + ownTicks() - ownBefore;
    const othersBusy = othersBusyCores(cpuBefore, cpuAfter, ours);
    const flags: Flag[] = [];
    if (stealShare !== null && stealShare > MOST_STEAL_SHARE) flags.push('steal');
    if (throttled !== null && throttled > MOST_THROTTLED_SHARE) flags.push('throttled');
    if (othersBusy !== null && othersBusy > MOST_OTHERS_BUSY_CORES) flags.push('busy');
    const lies = [...session.blocks.lies];
    await session.client.stop();
    run.directory.endProcess(
      number,
      {
        state: 'complete',
        seconds: secondsSince(begin),
        rounds: executed.rounds ?? null,
        waitedSeconds: executed.waitedSeconds ?? null,
        ...(executed.tiers === undefined ? {} : { tiers: executed.tiers }),
        stealShare,
        throttledShare: throttled,
        othersBusyCores: othersBusy,
      },
      flags,
    );
    return { lies, notices: executed.notices ?? [] };
  } catch (error) {
    session?.client.kill();
    const failure = (error as Error).message;
    run.directory.endProcess(number, { state: 'failed', seconds: secondsSince(begin), failure }, [
      'interrupted',
    ]);
    throw error;
  }
}

/** @returns null where there is no quota, or it is not told */
function throttledShare(before: number | undefined, elapsedNanoseconds: number): number | null {
  const after = before === undefined ? undefined : throttledNanoseconds();
  return before === undefined || after === undefined ? null : (after - before) / elapsedNanoseconds;
}

/** What a process execution has to tell besides its rows. */
interface Executed {
  /** For the user. */
  readonly notices?: readonly string[];
  readonly rounds?: number;
  readonly waitedSeconds?: number;
  /** By phase, what ran it. */
  readonly tiers?: Readonly<Record<string, string>>;
}

async function execute(
  run: RunContext,
  engine: EnginePlan,
  planned: PlannedProcess,
  rounds: number,
  session: Session,
  context: RowContext,
): Promise<Executed> {
  const { effort, directory } = run;
  const { pairs, description } = engine.preflight;
  const random = new Random(run.seed, 'process', planned.slot);
  const append = directory.append.bind(directory);
  switch (planned.kind) {
    case 'warm': {
      await loadFor(session, pairs, run.files);
      const { uneven, ...executed } = await runWarmExecution(session, {
        pairs,
        effort,
        rounds,
        comparisonRounds: planned.repetition < effort.comparisonProcesses ? effort.comparisonRounds : 0,
        random,
        context,
        blockFactors: run.blockFactors,
        bestReferenceNanoseconds: run.bestReferenceNanoseconds.get(planned.engine),
        sweepSizes: ownSweepSizes(run),
        append,
      });
      for (const arm of uneven) {
        run.blockFactors.set(arm, Math.min(MOST_BLOCK_FACTOR, 2 * (run.blockFactors.get(arm) ?? 1)));
      }
      return { ...executed, tiers: await session.tiers(pairs) };
    }
    case 'cold': {
      const group = engine.coldGroups.find(([first]) => first!.name === planned.pair)!;
      append(await runColdExecution(session, group, run.files, context, effort.blockNanoseconds));
      return {};
    }
    case 'curve': {
      const pair = engine.curvePairs.find(({ name }) => name === planned.pair)!;
      await loadFor(session, [pair], run.files);
      await session.preparePhase(pair);
      await session.collect();
      directory.appendWarmUp(await runCurve(session, pair, engine.preflight, effort, context));
      return { tiers: await session.tiers([pair]) };
    }
    case 'sweep': {
      const primary = primaryBaseline(description);
      const everyRegime = baselinesOf(description, effort.compareAllKernels);
      const hot = description.memset.filter(({ regimes }) => regimes.includes('hot'));
      const others = hot
        .map(({ kernel }) => ({ kernel, regime: 'hot' as const }))
        .filter(
          ({ kernel }) => kernel !== primary.kernel && !everyRegime.some((known) => known.kernel === kernel),
        );
      await sweep(session, {
        baselines: [...everyRegime, ...others],
        sizes: sweepSizes(
          effort.sweepFactor,
          effort.sweepCaches,
          run.lastLevelCacheBytes,
          run.memoryBytes,
          effort.mostSweepBytes,
        ),
        rounds: effort.sweepRounds,
        settlingBlocks: 0,
        blockNanoseconds: effort.blockNanoseconds / 2,
        random,
        context,
        append,
      });
      return {};
    }
    case 'opinion':
      return { notices: await secondOpinions(run, standingForCorpus(pairs), session, context, random) };
  }
}

/** Asks for each arm after warming it up; an instrument that fails on one is told and left out. */
async function secondOpinions(
  run: RunContext,
  pairs: readonly PairedArms[],
  session: Session,
  context: RowContext,
  random: Random,
): Promise<string[]> {
  const { effort, directory } = run;
  await loadFor(session, pairs, run.files);
  const placed = randomOrder(pairs, random);
  for (const { pair } of placed) {
    await session.preparePhase(pair);
    await session.prepareMemset(pair, pair.baselines[0]!);
  }
  await warmUp(session.blocks, placed, {
    blockNanoseconds: effort.blockNanoseconds,
    leastMilliseconds: effort.leastWarmUpMilliseconds,
    mostMilliseconds: effort.mostWarmUpMilliseconds,
  });
  const opinions: SecondOpinion[] = [];
  const notices: string[] = [];
  for (const { pair } of placed) {
    try {
      opinions.push(await secondOpinionOn(session, pair, { ...context, random }));
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      notices.push(`no second opinion on ${pair.name}: ${error.answer.message}`);
    }
  }
  directory.update({ secondOpinions: [...directory.record.secondOpinions, ...opinions] });
  return notices;
}

async function loadFor(
  session: Session,
  pairs: readonly PairedArms[],
  files: ReadonlyMap<string, ModuleFile>,
): Promise<void> {
  for (const module of modulesOf(pairs, files)) await session.load(module);
}

function secondsSince(begin: number): number {
  return Math.round(performance.now() - begin) / 1000;
}
