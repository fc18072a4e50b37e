import { recordedEstimate } from './recorded-estimate.js';
import type { SlopeRecord } from '@wasm-dyno/reports/recorded-run';
import { fitLine, medianRanks } from '../statistics/index.js';
import type { PhaseSeries } from './arm-series.js';
import type { VerdictThresholds } from './estimate-warning.js';
import { leastDisturbed } from './least-disturbed.js';
import { plannedInterval, type IntervalOptions } from './observations.js';
import { replicatesOf } from './replicate.js';

/** Fewer sizes than this, or sizes within a smaller factor, do not make a slope. */
const FEWEST_SIZES = 3;
const SMALLEST_SIZE_FACTOR = 8;

/**
 * The price of a byte and of a function, told apart: in each process phase time per function is fitted to its size, and so
 * is the memset time; the slope ratio is taken per process, so the baseline's variance is in its interval. Undefined where
 * the unit is the module or the sizes are too alike.
 */
export function slopeEstimate(
  series: PhaseSeries,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): SlopeRecord | undefined {
  const all = series.arms.filter((arm) => arm.sizeClass !== 'all');
  const pairs = series.pairs.filter(({ phase }) => phase.sizeClass !== 'all');
  const { arms } = leastDisturbed(pairs, all, series.temperature, options, thresholds);
  const sizes = arms.map((arm) => arm.bytesPerFunction);
  if (new Set(sizes).size < FEWEST_SIZES || Math.max(...sizes) < SMALLEST_SIZE_FACTOR * Math.min(...sizes)) {
    return undefined;
  }
  const fits = replicatesOf(arms, series.temperature).replicates.flatMap((replicate) => {
    const points = (nanosecondsPerByte: (index: number) => number) =>
      sizes.map((x, index) => ({ x, y: x * nanosecondsPerByte(index) }));
    const phase = fitLine(points((index) => replicate[index]!.phaseNanosecondsPerByte));
    const memset = fitLine(points((index) => replicate[index]!.memsetNanosecondsPerByte));
    return phase !== undefined && memset !== undefined && memset.slope > 0 ? [{ phase, memset }] : [];
  });
  if (fits.length === 0) return undefined;
  const over = (value: (fit: (typeof fits)[number]) => number) =>
    recordedEstimate(plannedInterval(fits.map(value), options));
  const { engine, temperature, phase, kernel, regime } = series;
  return {
    engine,
    temperature,
    phase,
    kernel,
    regime,
    slopeRatio: over((fit) => fit.phase.slope / fit.memset.slope),
    nanosecondsPerByte: over((fit) => fit.phase.slope),
    nanosecondsPerFunction: over((fit) => fit.phase.intercept),
    verdict: medianRanks(fits.length, options.confidenceLevel) === undefined ? 'insufficient-data' : 'ok',
  };
}
