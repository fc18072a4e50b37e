import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { memsetArmName, type PairedArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import type { Random } from '@wasm-dyno/corpora/random';
import { randomOrder, type PlacedPair } from '../schedule/round-order.js';
import { isContended, quickerReference, type Flag } from '@wasm-dyno/reports/noise';
import { callsFor, type ObservedBlock } from './block.js';
import { runComparisonRounds } from './comparison-rounds.js';
import { modulePass, passedPairs } from './module-passes.js';
import { OWN_SWEEP_ROUNDS, OWN_SWEEP_SETTLING_BLOCKS, ownSweepBlockNanoseconds } from './own-sweep.js';
import { Pace } from './pace.js';
import { QuietCore } from './quiet-core.js';
import { memsetRow, phaseRow, type RowContext } from './rows.js';
import type { Session } from './session.js';
import { sweep } from './sweep-execution.js';
import { warmUp } from './warm-up.js';

export interface WarmExecution {
  readonly pairs: readonly PairedArms[];
  readonly effort: Effort;
  readonly rounds: number;
  /** Rounds after all others that compare the primary memset with the other kernels and regimes. */
  readonly comparisonRounds: number;
  readonly random: Random;
  readonly context: RowContext;
  /** Blocks of these arms are made longer by the factor: their series was too uneven. */
  readonly blockFactors: ReadonlyMap<string, number>;
  /** Sizes at which the primary baseline is swept, for a fit of this process's own. */
  readonly sweepSizes: readonly number[];
  /** The reference loop at its best, nanoseconds, where earlier processes have seen it. */
  readonly bestReferenceNanoseconds: number | undefined;
  /** Receives the rows of each round as it ends. */
  readonly append: (rows: readonly Measurement[]) => void;
}

export interface WarmOutcome {
  /** Phase arms whose block series was uneven. */
  readonly uneven: readonly string[];
  /** Rounds measured: fewer than planned where waiting took their time. */
  readonly rounds: number;
  readonly waitedSeconds: number;
}

/** Mean and median of a block series must agree so far, or the blocks are too short. */
const MOST_UNEVENNESS = 0.02;
const LEAST_BLOCKS_JUDGED = 5;

/**
 * The sampling unit: a fresh process in which all arms are made and warmed up, and then measured in rounds, each phase
 * block beside its memset block. Modules are loaded already. The time is that of the planned rounds, whether it is spent on measuring
 * or on waiting for neighbours to leave the core.
 */
export async function runWarmExecution(session: Session, execution: WarmExecution): Promise<WarmOutcome> {
  const { pairs, effort, context } = execution;
  const placed = randomOrder(pairs, execution.random);
  await prepareArms(session, placed);
  const quietCore = (): QuietCore =>
    new QuietCore({
      look: () => session.blocks.lookAtReference(memsetArmName(pairs[0]!, pairs[0]!.baselines[0]!)),
      bestNanoseconds: execution.bestReferenceNanoseconds,
    });
  const warm = await warmUp(session.blocks, placed, {
    blockNanoseconds: effort.blockNanoseconds,
    leastMilliseconds: effort.leastWarmUpMilliseconds,
    mostMilliseconds: effort.mostWarmUpMilliseconds,
    quiet: quietCore(),
  });
  const calls = planCalls(execution, warm.nanosecondsPerCall);
  const flagsOf = (group: string): Flag[] => (warm.notWarm.has(group) ? ['not-warm'] : []);
  const series = new Map<string, ObservedBlock[]>(pairs.map(({ name }) => [name, []]));

  // What loading and warming up left is not the rounds' garbage.
  await session.collect();
  const quiet = quietCore();
  const pace = new Pace(execution.rounds);

  for (; pace.roundsLeft(quiet.waitedMilliseconds) > 0; pace.endRound()) {
    const { round } = pace;
    const rows: Measurement[] = [];
    const passed = execution.random.shuffled(passedPairs(session, pairs));
    const everySoMany = Math.ceil(pairs.length / (passed.length + 1));
    for (const [number, { pair, order }] of randomOrder(pairs, execution.random).entries()) {
      const due = number > 0 && number % everySoMany === 0 ? passed.pop() : undefined;
      if (due !== undefined) rows.push(...(await modulePass(session, due, context, round)));
      const primary = pair.baselines[0]!;
      const phaseFirst = order === 'ab';
      const runMemset = () =>
        session.blocks.run(memsetArmName(pair, primary), calls.get(memsetArmName(pair, primary))!);
      await quiet.wait(pace.waitingAllowance());
      pace.beginPair();
      const before = phaseFirst ? undefined : await runMemset();
      const phaseBlock = await session.blocks.run(pair.name, calls.get(pair.name)!);
      const memsetBlock = before ?? (await runMemset());
      pace.endPair();
      quiet.saw((phaseFirst ? memsetBlock : phaseBlock).referenceAfterNanoseconds);
      series.get(pair.name)!.push(phaseBlock);
      const place = { round, order };
      rows.push(
        phaseRow(context, pair, phaseBlock, { ...place, partner: primary, flags: flagsOf(pair.phase) }),
        memsetRow(context, pair, primary, memsetBlock, { ...place, flags: flagsOf('memset') }),
      );
    }
    execution.append(rows);
  }
  if (execution.sweepSizes.length > 0) {
    await sweep(session, {
      baselines: [pairs[0]!.baselines[0]!],
      sizes: execution.sweepSizes,
      rounds: OWN_SWEEP_ROUNDS,
      settlingBlocks: OWN_SWEEP_SETTLING_BLOCKS,
      blockNanoseconds: ownSweepBlockNanoseconds(effort),
      random: execution.random,
      context,
      append: execution.append,
    });
  }
  await runComparisonRounds(session, {
    pairs,
    firstRound: pace.round,
    rounds: execution.comparisonRounds,
    blockNanoseconds: effort.blockNanoseconds / 2,
    random: execution.random,
    context,
    append: execution.append,
  });
  return {
    uneven: unevenArms(
      new Map(pairs.filter((pair) => !handlesFunctions(pair)).map(({ name }) => [name, series.get(name)!])),
    ),
    rounds: pace.round,
    waitedSeconds: Math.round(quiet.waitedMilliseconds) / 1000,
  };
}

async function prepareArms(session: Session, placed: readonly PlacedPair<PairedArms>[]): Promise<void> {
  for (const { pair, order } of placed) {
    if (order === 'ab') await session.preparePhase(pair);
    await session.prepareMemset(pair, pair.baselines[0]!);
    if (order === 'ba') await session.preparePhase(pair);
  }
}

/**
 * Functions are gone through once in a block, unless they are so few that it would last less than this share of a block: an engine
 * compiles a function once, and bodies that come again at once are known to the processor's branch prediction.
 */
const LEAST_BLOCK_SHARE = 0.25;

function handlesFunctions({ parts }: PairedArms): boolean {
  return parts[0]!.functions !== undefined;
}

/** Calls per block: equal wall time on both sides of a pair, at least one call. */
function planCalls(
  execution: WarmExecution,
  nanosecondsPerCall: ReadonlyMap<string, number>,
): Map<string, number> {
  const calls = new Map<string, number>();
  for (const pair of execution.pairs) {
    const factor = handlesFunctions(pair) ? LEAST_BLOCK_SHARE : (execution.blockFactors.get(pair.name) ?? 1);
    const block = execution.effort.blockNanoseconds * factor;
    const phase = nanosecondsPerCall.get(pair.name)!;
    calls.set(pair.name, callsFor(block, phase));
    const memset = memsetArmName(pair, pair.baselines[0]!);
    calls.set(memset, callsFor(Math.max(block, phase), nanosecondsPerCall.get(memset)!));
  }
  return calls;
}

/**
 * Arms whose blocks are too short for what their calls differ by. Blocks on a shared core do not count: longer ones would be
 * shared the more often.
 */
function unevenArms(series: ReadonlyMap<string, readonly ObservedBlock[]>): string[] {
  const references = [...series.values()].flat().map(quickerReference);
  const best = references.reduce((least: number, time) => Math.min(least, time ?? Infinity), Infinity);
  return [...series]
    .map(([arm, blocks]): [string, number[]] => [
      arm,
      blocks
        .filter((block) => !isContended(quickerReference(block), best))
        .map(({ nanoseconds }) => nanoseconds),
    ])
    .filter(([, times]) => times.length >= LEAST_BLOCKS_JUDGED && unevenness(times) > MOST_UNEVENNESS)
    .map(([arm]) => arm);
}

/** How far the mean of a series lies from its median. */
function unevenness(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 1;
  const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
  return Math.abs(mean / median - 1);
}
