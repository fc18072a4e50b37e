import type { Basis, Temperature } from '@wasm-dyno/reports/recorded-run';
import { quickerReference } from '@wasm-dyno/reports/noise';
import { medianRanks } from '../statistics/index.js';
import { phaseSeries, type ArmSeries } from './arm-series.js';
import { groupBy } from './group-by.js';
import type { BlockPair } from './block-pair.js';
import type { VerdictThresholds } from './estimate-warning.js';
import type { IntervalOptions } from './observations.js';
import { replicatesOf } from './replicate.js';

/** The undisturbed pairs, where enough of them are left; else all if few are disturbed; else those of each arm beside which the core was quietest. */
export function leastDisturbed(
  pairs: readonly BlockPair[],
  all: readonly ArmSeries[],
  temperature: Temperature,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): { readonly basis: Basis; readonly arms: readonly ArmSeries[] } {
  const undisturbed = undisturbedArms(pairs, all, temperature, options, thresholds.rounds);
  if (undisturbed !== undefined) return { basis: 'undisturbed', arms: undisturbed };
  const disturbed = pairs.filter(({ isDisturbed }) => isDisturbed).length;
  const quietest =
    disturbed > thresholds.disturbedShare * pairs.length
      ? quietestArms(pairs, all, temperature, options, thresholds.rounds)
      : undefined;
  return quietest === undefined ? { basis: 'all', arms: all } : { basis: 'quietest', arms: quietest };
}

/**
 * The arms as the undisturbed pairs alone tell them: of each process those arms that kept enough rounds. Undefined when too few
 * processes are left to carry an interval. What counts as disturbed was declared beforehand, and looks at none of the times that are
 * compared.
 */
function undisturbedArms(
  pairs: readonly BlockPair[],
  arms: readonly ArmSeries[],
  temperature: Temperature,
  options: IntervalOptions,
  fewestRounds: number,
): readonly ArmSeries[] | undefined {
  const undisturbed = pairs.filter(({ isDisturbed }) => !isDisturbed);
  return armsOfPairs(undisturbed, arms, temperature, options, fewestRounds);
}

/** Of each process's pairs of an arm, such a part are its quietest. A third still had pairs among them that were half disturbed: docs/measuring.md. */
const QUIETEST_PART = 1 / 6;

/**
 * The same of those pairs beside which the reference loop ran fastest, a sixth of each arm's in each process: where all are disturbed,
 * some are less than others. The reference loop alone decides. Undefined where the target has none, and for first calls, of which there is one.
 */
function quietestArms(
  pairs: readonly BlockPair[],
  arms: readonly ArmSeries[],
  temperature: Temperature,
  options: IntervalOptions,
  fewestRounds: number,
): readonly ArmSeries[] | undefined {
  if (temperature === 'cold') return undefined;
  const quietest: BlockPair[] = [];
  for (const own of groupBy(pairs, ({ phase }) => JSON.stringify([phase.process, phase.arm])).values()) {
    const timed: [number, BlockPair][] = own.map((pair) => [slowestReference(pair), pair]);
    if (timed.some(([time]) => Number.isNaN(time))) return undefined;
    timed.sort(([a, { phase: one }], [b, { phase: other }]) => a - b || one.round - other.round);
    const kept = Math.max(fewestRounds, Math.ceil(QUIETEST_PART * own.length));
    quietest.push(...timed.slice(0, kept).map(([, pair]) => pair));
  }
  return armsOfPairs(quietest, arms, temperature, options, fewestRounds);
}

/** The reference loop beside the slower-running block of the two, nanoseconds; NaN where one has none. */
function slowestReference({ phase, memset }: BlockPair): number {
  return Math.max(quickerReference(phase) ?? NaN, quickerReference(memset) ?? NaN);
}

function armsOfPairs(
  pairs: readonly BlockPair[],
  arms: readonly ArmSeries[],
  temperature: Temperature,
  { confidenceLevel }: IntervalOptions,
  fewestRounds: number,
): readonly ArmSeries[] | undefined {
  const [series] = phaseSeries(pairs);
  if (series?.arms.length !== arms.length) return undefined;
  const fewest = temperature === 'cold' ? 1 : fewestRounds;
  const kept = series.arms.map((arm) => ({
    ...arm,
    processes: arm.processes.filter(({ rounds }) => rounds >= fewest),
  }));
  const { length } = replicatesOf(kept, temperature).replicates;
  return medianRanks(length, confidenceLevel) === undefined ? undefined : kept;
}
