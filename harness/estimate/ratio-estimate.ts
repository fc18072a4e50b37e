import {
  SIZE_CLASS_NAMES,
  type SizeClassName,
  worstVerdict,
  type SummaryRow,
} from '@wasm-dyno/reports/recorded-run';
import { median, relativeHalfWidth, smallestSampleSize } from '../statistics/index.js';
import type { ArmSeries, PhaseSeries } from './arm-series.js';
import type { BlockPair } from './block-pair.js';
import { corpusInterval, leaveOneModuleOut } from './corpus-spread.js';
import {
  estimateWarnings,
  type EstimateWarning,
  type Evidence,
  type VerdictThresholds,
} from './estimate-warning.js';
import { leastDisturbed } from './least-disturbed.js';
import { observationsOf, type IntervalOptions } from './observations.js';

/** A row of the summary with the sentences behind its verdict. */
export interface RatioEstimate extends SummaryRow {
  readonly warnings: readonly EstimateWarning[];
  /** What each process execution says, whose median is the ratio. */
  readonly processRatios: readonly number[];
}

/** A ratio and what its verdict rests on. */
export interface JudgedRatio {
  readonly estimate: RatioEstimate;
  readonly evidence: Evidence;
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
): JudgedRatio[] {
  return SIZE_CLASS_NAMES.flatMap((sizeClass) => {
    const estimate = ratioOfClass(series, sizeClass, options, thresholds);
    return estimate === undefined ? [] : [estimate];
  });
}

/** The arms that a class's number is made of. Whole modules stand for `all`; without them every arm does. */
export function armsOfClass(arms: readonly ArmSeries[], sizeClass: SizeClassName): readonly ArmSeries[] {
  const own = arms.filter((arm) => arm.sizeClass === sizeClass);
  return sizeClass === 'all' && own.length === 0 ? arms : own;
}

function ratioOfClass(
  series: PhaseSeries,
  sizeClass: SizeClassName,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): JudgedRatio | undefined {
  const arms = armsOfClass(series.arms, sizeClass);
  if (arms.length === 0) return undefined;
  const names = new Set(arms.map(({ arm }) => arm));
  const pairs = series.pairs.filter(({ phase }) => names.has(phase.arm));
  const whole = observationsOf(arms, series.temperature, options);
  if (whole === undefined) return undefined;
  const disturbedShare = share(pairs, ({ isDisturbed }) => isDisturbed);
  const choice = leastDisturbed(pairs, arms, series.temperature, options, thresholds);
  const { basis } = choice;
  const { values, interval, leftOutProcesses, roundsPerProcess } =
    observationsOf(choice.arms, series.temperature, options) ?? whole;
  const ratioOfAllPairs = whole.interval.estimate;
  const evidence: Evidence = {
    cold: series.temperature === 'cold',
    relativeHalfWidth: relativeHalfWidth(interval),
    processes: values.length,
    neededProcesses: smallestSampleSize(options.confidenceLevel),
    // A process that was disturbed as a whole is not one that measured too little.
    leftOutProcesses: basis === 'all' ? leftOutProcesses : whole.leftOutProcesses,
    roundsPerProcess,
    basis,
    disturbedShare,
    disturbedEffect: Math.abs(ratioOfAllPairs / interval.estimate - 1),
    notWarmShare: share(pairs, ({ flags }) => flags.has('not-warm')),
    throttledShare: share(pairs, ({ flags }) => flags.has('throttled')),
    lieShare: share(pairs, ({ flags }) => [...flags].some((flag) => flag.startsWith('lie-'))),
  };
  const warnings = estimateWarnings(evidence, thresholds);
  const estimate: RatioEstimate = {
    engine: series.engine,
    temperature: series.temperature,
    phase: series.phase,
    sizeClass,
    kernel: series.kernel,
    regime: series.regime,
    ratio: interval.estimate,
    low: interval.low,
    high: interval.high,
    ...corpusColumns(choice.arms, sizeClass, interval.estimate),
    confidenceLevel: interval.confidenceLevel,
    processes: values.length,
    pairs: pairs.length,
    phaseNanosecondsPerByte: median(values.map((value) => value.phaseNanosecondsPerByte)),
    memsetNanosecondsPerByte: median(values.map((value) => value.memsetNanosecondsPerByte)),
    collectionNanosecondsPerByte: median(values.map((value) => value.collectionNanosecondsPerByte)),
    basis,
    disturbedShare,
    ratioOfAllPairs,
    verdict: worstVerdict(warnings.map(({ verdict }) => verdict)),
    reasons: warnings.map(({ kind }) => kind),
    warnings,
    processRatios: values.map((value) => value.ratio),
  };
  return { estimate, evidence };
}

/** How far other modules would move the ratio over the whole corpus; empty where modules were not timed each by itself. */
function corpusColumns(
  arms: readonly ArmSeries[],
  sizeClass: SizeClassName,
  ratio: number,
): Pick<SummaryRow, 'corpusLow' | 'corpusHigh' | 'leaveOneOutLow' | 'leaveOneOutHigh'> {
  const modules = arms
    .filter((arm) => sizeClass === 'all' && arm.sizeClass === 'all' && arm.stratumBytes > 0)
    .map(({ module, stratumBytes, processes }) => ({
      module,
      time: stratumBytes * median(processes.map((one) => one.phaseNanosecondsPerByte)),
      charge: stratumBytes * median(processes.map((one) => one.memsetNanosecondsPerByte)),
    }));
  const corpus = corpusInterval(modules, ratio);
  const without = leaveOneModuleOut(modules, ratio);
  return {
    corpusLow: corpus?.low,
    corpusHigh: corpus?.high,
    leaveOneOutLow: without?.low,
    leaveOneOutHigh: without?.high,
  };
}

function share(pairs: readonly BlockPair[], predicate: (pair: BlockPair) => boolean): number {
  return pairs.filter(predicate).length / pairs.length;
}
