import { FUNCTION_SIZE_CLASSES, type FunctionSizeClass } from '../measurement.js';
import { worstVerdict } from '../../reports/recorded-run/estimate.js';
import type { SummaryRow } from '../../reports/recorded-run/summary-row.js';
import {
  median,
  medianInterval,
  medianRanks,
  relativeHalfWidth,
  smallestSampleSize,
  type MedianInterval,
  type SequentialPlan,
} from '../statistics/index.js';
import { phaseSeries, type ArmSeries, type PhaseSeries } from './arm-series.js';
import type { BlockPair } from './block-pair.js';
import { estimateWarnings, type EstimateWarning, type VerdictThresholds } from './estimate-warning.js';
import { combined, replicatesOf } from './replicate.js';

export interface IntervalOptions {
  readonly confidenceLevel: number;
  /** The plan declared before measuring, when the number of processes was left open. */
  readonly plan?: SequentialPlan;
}

/** A row of the summary with the sentences behind its verdict. */
export interface RatioEstimate extends SummaryRow {
  readonly warnings: readonly EstimateWarning[];
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

/**
 * The ratios of one phase against one memset: a row for each function size class that was measured, and one for `all`.
 * `all` is the corpus's total phase time / total memset time, arms weighing the bytes they stand for, so that charges by it
 * add up to the total cost. Where the unit is the module there is only `all`.
 */
export function ratioEstimates(
  series: PhaseSeries,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): RatioEstimate[] {
  return FUNCTION_SIZE_CLASSES.flatMap((sizeClass) => {
    const estimate = ratioOfClass(series, sizeClass, options, thresholds);
    return estimate === undefined ? [] : [estimate];
  });
}

/** The arms that a class's number is made of. Whole modules stand for `all`; without them every arm does. */
function armsOfClass(arms: readonly ArmSeries[], sizeClass: FunctionSizeClass): readonly ArmSeries[] {
  const own = arms.filter((arm) => arm.functionSizeClass === sizeClass);
  return sizeClass === 'all' && own.length === 0 ? arms : own;
}

function ratioOfClass(
  series: PhaseSeries,
  sizeClass: FunctionSizeClass,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): RatioEstimate | undefined {
  const arms = armsOfClass(series.arms, sizeClass);
  const { replicates, leftOutProcesses } = replicatesOf(arms);
  if (arms.length === 0 || replicates.length === 0) return undefined;
  const values = replicates.map((replicate) => combined(arms, replicate));
  const interval = plannedInterval(
    values.map(({ ratio }) => ratio),
    options,
  );
  const names = new Set(arms.map(({ arm }) => arm));
  const pairs = series.pairs.filter(({ phase }) => names.has(phase.arm));
  const flaggedShare = share(pairs, ({ flags }) => flags.size > 0);
  const unflaggedRatio =
    flaggedShare === 0 ? interval.estimate : ratioWithoutFlags(pairs, arms.length, options);
  const warnings = estimateWarnings(
    {
      cold: series.temperature === 'cold',
      relativeHalfWidth: relativeHalfWidth(interval),
      processes: replicates.length,
      neededProcesses: smallestSampleSize(options.confidenceLevel),
      leftOutProcesses,
      roundsPerProcess: median(replicates.flat().map(({ rounds }) => rounds)),
      pairs: pairs.length,
      flaggedShare,
      flaggedEffect:
        unflaggedRatio === undefined ? undefined : Math.abs(unflaggedRatio / interval.estimate - 1),
      notWarmShare: share(pairs, ({ flags }) => flags.has('not-warm')),
      lieShare: share(pairs, ({ flags }) => [...flags].some((flag) => flag.startsWith('lie-'))),
    },
    thresholds,
  );
  return {
    engine: series.engine,
    temperature: series.temperature,
    phase: series.phase,
    functionSizeClass: sizeClass,
    kernel: series.kernel,
    regime: series.regime,
    ratio: interval.estimate,
    low: interval.low,
    high: interval.high,
    confidenceLevel: interval.confidenceLevel,
    processes: replicates.length,
    pairs: pairs.length,
    phaseNanosecondsPerByte: median(values.map((value) => value.phaseNanosecondsPerByte)),
    memsetNanosecondsPerByte: median(values.map((value) => value.memsetNanosecondsPerByte)),
    flaggedShare,
    unflaggedRatio,
    verdict: worstVerdict(warnings.map(({ verdict }) => verdict)),
    reasons: warnings.map(({ kind }) => kind),
    warnings,
  };
}

/** The same estimate from undisturbed pairs; undefined when an arm or the needed number of processes is gone. */
function ratioWithoutFlags(
  pairs: readonly BlockPair[],
  arms: number,
  options: IntervalOptions,
): number | undefined {
  const [series] = phaseSeries(pairs.filter(({ flags }) => flags.size === 0));
  if (series?.arms.length !== arms) return undefined;
  const { replicates } = replicatesOf(series.arms);
  if (medianRanks(replicates.length, options.confidenceLevel) === undefined) return undefined;
  return median(replicates.map((replicate) => combined(series.arms, replicate).ratio));
}

function share(pairs: readonly BlockPair[], predicate: (pair: BlockPair) => boolean): number {
  return pairs.filter(predicate).length / pairs.length;
}
