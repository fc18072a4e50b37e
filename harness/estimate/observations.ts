import type { Temperature } from '@wasm-dyno/reports/recorded-run';
import { median, medianInterval, type MedianInterval, type SequentialPlan } from '../statistics/index.js';
import type { ArmSeries } from './arm-series.js';
import { combined, replicatesOf } from './replicate.js';

export interface IntervalOptions {
  readonly confidenceLevel: number;
  /** The plan declared before measuring, when the number of processes was left open. */
  readonly plan?: SequentialPlan;
}

/** What the process executions say of some arms, each by itself and all together. */
export interface Observations {
  readonly values: readonly ReturnType<typeof combined>[];
  /** For the median ratio. */
  readonly interval: MedianInterval;
  /** Process executions that measured some of the arms but not all. */
  readonly leftOutProcesses: number;
  /** The median. */
  readonly roundsPerProcess: number;
}

/** Undefined when no process measured all the arms. */
export function observationsOf(
  arms: readonly ArmSeries[],
  temperature: Temperature,
  options: IntervalOptions,
): Observations | undefined {
  const { replicates, leftOutProcesses } = replicatesOf(arms, temperature);
  if (replicates.length === 0) return undefined;
  const values = replicates.map((replicate) => combined(arms, replicate));
  const ratios = values.map(({ ratio }) => ratio);
  return {
    values,
    interval: plannedInterval(ratios, options),
    leftOutProcesses,
    roundsPerProcess: median(replicates.flat().map(({ rounds }) => rounds)),
  };
}

/** An interval for the median of `sample`, as wide as the sequential plan asks where there is one. */
export function plannedInterval(sample: readonly number[], options: IntervalOptions): MedianInterval {
  const { confidenceLevel, plan } = options;
  if (plan === undefined) return medianInterval(sample, { confidenceLevel });
  const look = plan.looks.find(({ sampleSize }) => sampleSize === sample.length);
  if (look !== undefined) return medianInterval(sample, { ranks: look.ranks });
  // A process more or fewer than planned: as much coverage as the most cautious look.
  return medianInterval(sample, { confidenceLevel: Math.max(...plan.looks.map(({ coverage }) => coverage)) });
}
