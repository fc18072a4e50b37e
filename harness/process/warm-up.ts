import type { PairedArms } from '../schedule/arm-plan.js';
import { memsetArmName } from '../schedule/arm-plan.js';
import type { PlacedPair } from '../schedule/round-order.js';
import { isContended, quickerReference, type ReferenceReadings } from '@wasm-dyno/reports/noise';
import { median } from '../statistics/index.js';
import { callsFor, type ObservedBlock } from './block.js';
import type { QuietCore } from './quiet-core.js';

/** What warming up a process found out. */
export interface WarmUp {
  /** Nanoseconds of a call, by arm. */
  readonly nanosecondsPerCall: ReadonlyMap<string, number>;
  /** Phases (and `memset`) whose times still moved when warming up had to end. */
  readonly notWarm: ReadonlySet<string>;
}

/** So far must the halves of an arm's last passes on a core of its own agree for warming up to end early ... */
const STEADY_DRIFT = 0.015;
/** ... and so far when it ends because its time is over. */
const MOST_DRIFT = 0.03;
/** Passes in a half. */
const LEAST_COMPARED = 4;
const MOST_COMPARED = 10;
/** A memset loop in WebAssembly is warm after its first blocks; it only keeps the phases company. */
const MEMSET_BLOCK_SHARE = 0.25;

const MEMSET_GROUP = 'memset';
/** Waiting comes on top of the time, up to such a part of it. */
const MOST_WAITED = 1 / 3;

/** Whatever runs blocks: see BlockRunner. */
export interface RunsBlocks {
  run(arm: string, calls: number): Promise<Pick<ObservedBlock, 'nanoseconds'> & ReferenceReadings>;
}

interface Pass {
  readonly nanosecondsPerCall: number;
  readonly referenceNanoseconds: number | undefined;
}

/**
 * Runs all arms in turn until none gets faster any more. Arms of one phase run the same engine code, which is what has to
 * get warm: so a phase's arms are judged together, by passes in which nobody else had part of the core. (A neighbour who comes
 * or goes changes times too, and no warming up would end that.) A phase without enough of those cannot be told to be warm. After
 * the least time, only phases that still move go on.
 */
export async function warmUp(
  blocks: RunsBlocks,
  placed: readonly PlacedPair<PairedArms>[],
  options: {
    readonly blockNanoseconds: number;
    readonly leastMilliseconds: number;
    readonly mostMilliseconds: number;
    /** Waits for neighbours to leave the core, for up to a third of the time on top of it. */
    readonly quiet?: QuietCore;
    /** A clock in milliseconds. */
    readonly now?: () => number;
  },
): Promise<WarmUp> {
  const now = options.now ?? (() => performance.now());
  const series = new Map<string, Pass[]>();
  let bestReference = Infinity;
  const runOnce = async (arm: string, blockNanoseconds: number): Promise<void> => {
    const passes = series.get(arm) ?? [];
    const last = passes.at(-1);
    const calls = last === undefined ? 1 : callsFor(blockNanoseconds, last.nanosecondsPerCall);
    await options.quiet?.wait(options.mostMilliseconds * MOST_WAITED);
    const { nanoseconds, ...readings } = await blocks.run(arm, calls);
    const referenceNanoseconds = quickerReference(readings);
    options.quiet?.saw(referenceNanoseconds);
    bestReference = Math.min(bestReference, referenceNanoseconds ?? Infinity);
    passes.push({ nanosecondsPerCall: Math.max(nanoseconds, 1) / calls, referenceNanoseconds });
    series.set(arm, passes);
  };
  const unshared = (arm: string): number[] =>
    series
      .get(arm)!
      .filter(({ referenceNanoseconds }) => !isContended(referenceNanoseconds, bestReference))
      .map(({ nanosecondsPerCall }) => nanosecondsPerCall);
  const groups = groupArms(placed);
  const begin = now();
  let due = placed;
  for (;;) {
    for (const { pair, order } of due) {
      const arms: [string, number][] = [
        [pair.name, options.blockNanoseconds],
        [memsetArmName(pair, pair.baselines[0]!), options.blockNanoseconds * MEMSET_BLOCK_SHARE],
      ];
      for (const [arm, block] of order === 'ab' ? arms : arms.reverse()) await runOnce(arm, block);
    }
    const elapsed = now() - begin - (options.quiet?.waitedMilliseconds ?? 0);
    if (elapsed < options.leastMilliseconds) continue;
    const movingBeyond = (drift: number): Set<string> =>
      new Set(
        [...groups].filter(([, arms]) => !areSteady(arms.map(unshared), drift)).map(([group]) => group),
      );
    const moving = movingBeyond(STEADY_DRIFT);
    if (moving.size === 0 || elapsed >= options.mostMilliseconds) {
      return {
        nanosecondsPerCall: new Map(
          [...series].map(([arm, passes]) => [
            arm,
            median(passes.slice(-LEAST_COMPARED).map(({ nanosecondsPerCall }) => nanosecondsPerCall)),
          ]),
        ),
        notWarm: movingBeyond(MOST_DRIFT),
      };
    }
    due = placed.filter(({ pair }) => moving.has(pair.phase) || moving.has(MEMSET_GROUP));
  }
}

function groupArms(placed: readonly PlacedPair<PairedArms>[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const add = (group: string, arm: string): void => {
    groups.set(group, [...(groups.get(group) ?? []), arm]);
  };
  for (const { pair } of placed) {
    add(pair.phase, pair.name);
    add(MEMSET_GROUP, memsetArmName(pair, pair.baselines[0]!));
  }
  return groups;
}

/** Whether the arms together are as fast in the second half of their last passes as in the first, but for `mostDrift`. */
function areSteady(arms: readonly (readonly number[])[], mostDrift: number): boolean {
  const changes = arms
    .filter((times) => times.length >= 2 * LEAST_COMPARED)
    .map((times) => {
      const half = Math.min(MOST_COMPARED, times.length >> 1);
      return median(times.slice(-half)) / median(times.slice(-2 * half, -half));
    });
  return changes.length * 2 > arms.length && Math.abs(median(changes) - 1) <= mostDrift;
}
