import type { PairedArms } from '../schedule/arm-plan.js';
import { memsetArmName } from '../schedule/arm-plan.js';
import type { PlacedPair } from '../schedule/round-order.js';
import { callsFor, type BlockRunner } from './block.js';

/** What warming up a process found out. */
export interface WarmUp {
  /** Nanoseconds of a call, by arm. */
  readonly nanosecondsPerCall: ReadonlyMap<string, number>;
  /** Phases (and `memset`) whose times still moved when warming up had to end. */
  readonly notWarm: ReadonlySet<string>;
}

/** Halves of the last passes, four each, must agree so far. */
const MOST_DRIFT = 0.03;
const PASSES_COMPARED = 8;
/** A memset loop in WebAssembly is warm after its first blocks; it only keeps the phases company. */
const MEMSET_BLOCK_SHARE = 0.25;

/**
 * Runs all arms in turn until none gets faster any more. Arms of one phase run the same engine code, which is what has to
 * get warm: so a phase's arms are judged together.
 */
export async function warmUp(
  blocks: BlockRunner,
  placed: readonly PlacedPair<PairedArms>[],
  options: {
    readonly blockNanoseconds: number;
    readonly leastMilliseconds: number;
    readonly mostMilliseconds: number;
    /** A clock in milliseconds. */
    readonly now?: () => number;
  },
): Promise<WarmUp> {
  const now = options.now ?? (() => performance.now());
  const series = new Map<string, number[]>();
  const runOnce = async (arm: string, blockNanoseconds: number): Promise<void> => {
    const times = series.get(arm) ?? [];
    const calls = times.length === 0 ? 1 : callsFor(blockNanoseconds, times.at(-1)!);
    const { nanoseconds } = await blocks.run(arm, calls);
    times.push(Math.max(nanoseconds, 1) / calls);
    series.set(arm, times);
  };
  const groups = groupArms(placed);
  const begin = now();
  for (;;) {
    for (const { pair, order } of placed) {
      const arms: [string, number][] = [
        [pair.name, options.blockNanoseconds],
        [memsetArmName(pair, pair.baselines[0]!), options.blockNanoseconds * MEMSET_BLOCK_SHARE],
      ];
      for (const [arm, block] of order === 'ab' ? arms : arms.reverse()) await runOnce(arm, block);
    }
    const elapsed = now() - begin;
    const moving = [...groups].filter(([, arms]) => drifts(arms.map((arm) => series.get(arm)!)));
    const passes = series.get(placed[0]!.pair.name)!.length;
    const settled = moving.length === 0 && passes >= PASSES_COMPARED && elapsed >= options.leastMilliseconds;
    if (settled || elapsed >= options.mostMilliseconds) {
      return {
        nanosecondsPerCall: new Map(
          [...series].map(([arm, times]) => [arm, median(times.slice(-PASSES_COMPARED / 2))]),
        ),
        notWarm: new Set(passes < PASSES_COMPARED ? groups.keys() : moving.map(([group]) => group)),
      };
    }
  }
}

function groupArms(placed: readonly PlacedPair<PairedArms>[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const add = (group: string, arm: string): void => {
    groups.set(group, [...(groups.get(group) ?? []), arm]);
  };
  for (const { pair } of placed) {
    add(pair.phase, pair.name);
    add('memset', memsetArmName(pair, pair.baselines[0]!));
  }
  return groups;
}

/** Whether the arms together are slower or faster in the second half of the last passes than in the first. */
function drifts(arms: readonly (readonly number[])[]): boolean {
  const half = PASSES_COMPARED / 2;
  const changes = arms.map(
    (times) => median(times.slice(-half)) / median(times.slice(-PASSES_COMPARED, -half)),
  );
  return Math.abs(median(changes) - 1) > MOST_DRIFT;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
