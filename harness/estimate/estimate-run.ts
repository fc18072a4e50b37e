import type { FitRecords, ModuleClosureRow, RecordedDisturbance } from '@wasm-dyno/reports/recorded-run';
import { bestReferenceTimes, flagContended, type ReferenceTimes } from '@wasm-dyno/reports/noise';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import type { SequentialPlan } from '../statistics/index.js';
import { phaseSeries, type PhaseSeries } from './arm-series.js';
import { baselineEstimates } from './baseline-estimate.js';
import { comparedRatios } from './comparison-estimate.js';
import { sortBlocks } from './block-pair.js';
import { disturbances } from './disturbances.js';
import { DEFAULT_THRESHOLDS, type VerdictThresholds } from './estimate-warning.js';
import { passedModules } from './module-times.js';
import {
  priceEstimate,
  type EstimatedPrice,
  type ModuleCensus,
  type PriceEstimate,
} from './price-estimate.js';
import { ratioEstimates, type RatioEstimate } from './ratio-estimate.js';
import { slopeEstimate } from './slope-estimate.js';
import { plateauOf, unitEstimates, type Plateau, type UnitEstimate } from './unit-estimate.js';

export interface EstimateOptions {
  /** 0.95 unless told. */
  readonly confidenceLevel?: number;
  /** The plan declared before measuring, when the number of processes was left open. */
  readonly plan?: SequentialPlan;
  readonly thresholds?: Partial<VerdictThresholds>;
  /** The reference loops' times at their best on this machine, from earlier runs. */
  readonly knownReferenceTimes?: ReferenceTimes;
  /** The sizes at which the hot memset's time per byte is one number; of a machine that does not tell its caches unless told. */
  readonly plateau?: Plateau;
  /** What the modules declare, which parsing is priced by; without, it is priced by modules and bytes. */
  readonly census?: ModuleCensus;
}

/** Everything that a run's rows say. `ratios` is the summary, `modules` the closure table; the rest goes to `fits.json`. */
export interface RunEstimates extends Omit<FitRecords, 'prices' | 'units'> {
  /** What others disturbed, by engine: for the run's record. */
  readonly disturbances: readonly RecordedDisturbance[];
  readonly ratios: readonly RatioEstimate[];
  readonly units: readonly UnitEstimate[];
  readonly prices: readonly EstimatedPrice[];
  readonly modules: readonly ModuleClosureRow[];
}

/** From rows to estimates. The order of the rows does not matter. */
export function estimateRun(
  measurements: Iterable<Measurement>,
  options: EstimateOptions = {},
): RunEstimates {
  const { confidenceLevel = 0.95, plan } = options;
  const thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds };
  const recorded = [...measurements];
  const rows = flagContended(recorded, bestReferenceTimes(recorded, options.knownReferenceTimes));
  const { pairs, comparisons, sweep, passes, unusable } = sortBlocks(rows);
  const series = phaseSeries(pairs);
  const swept = new Set(sweep.map(memsetKey));
  // A memset that was not swept is fitted from the pairs' own blocks.
  const paired = [...pairs.map(({ memset }) => memset), ...comparisons.map(({ other }) => other)].filter(
    (memset) => memset.temperature === 'warm' && !swept.has(memsetKey(memset)),
  );
  const ratios = series.flatMap((one) => {
    const judged = ratioEstimates(one, { confidenceLevel, plan }, thresholds);
    return [
      ...judged.map(({ estimate }) => estimate),
      ...comparedRatios(one, judged, comparisons, { confidenceLevel }, thresholds),
    ];
  });
  const units = unitEstimates([...sweep, ...paired], options.plateau ?? plateauOf(null), confidenceLevel);
  const priced = primarySeries(series).flatMap((one) => {
    const unit = units.find(
      ({ record: { engine, kernel } }) => engine === one.engine && kernel === one.kernel,
    );
    if (unit === undefined) return [];
    const ratio = ratios.find((row) => row.sizeClass === 'all' && isOf(one, row));
    const { census = new Map() as ModuleCensus } = options;
    const found = { unit, ratio, census, passes: passedModules(passes, one) };
    return priceEstimate(one, found, { confidenceLevel, plan }, thresholds) ?? [];
  });
  return {
    ratios: ratios.map((row) => withCorpusSpread(row, priced)),
    units,
    prices: priced.map(({ price }) => price),
    modules: priced.flatMap(({ modules }) => modules),
    slopes: series.flatMap((one) => slopeEstimate(one, { confidenceLevel, plan }, thresholds) ?? []),
    disturbances: disturbances(pairs),
    baselines: baselineEstimates([...sweep, ...paired], confidenceLevel),
    warnings:
      unusable > 0 ? [`Blocks without time, bytes or partner: ${unusable}. They count for nothing.`] : [],
  };
}

/** How far other modules move the ratio over the corpus: as far as they move the price, where modules were timed each by itself. */
function withCorpusSpread(row: RatioEstimate, priced: readonly PriceEstimate[]): RatioEstimate {
  if (row.sizeClass !== 'all' || row.corpusLow !== undefined || row.regime !== 'hot') return row;
  const price = priced.find((one) => isPhaseOf(one.price, row) && one.price.kernel === row.kernel)?.price;
  if (price === undefined) return row;
  const { corpusInterval, leaveOneModuleOut, multiplier } = price;
  const scaled = (value: number | undefined) =>
    value === undefined ? undefined : (row.ratio * value) / multiplier.estimate;
  return {
    ...row,
    corpusLow: scaled(corpusInterval?.low),
    corpusHigh: scaled(corpusInterval?.high),
    leaveOneOutLow: scaled(leaveOneModuleOut?.low),
    leaveOneOutHigh: scaled(leaveOneModuleOut?.high),
  };
}

/** Of each phase the series against the hot memset of most pairs. */
function primarySeries(series: readonly PhaseSeries[]): PhaseSeries[] {
  const hot = series.filter(({ regime }) => regime === 'hot');
  return hot.filter((one) => hot.find((other) => isPhaseOf(one, other)) === one);
}

type PhaseName = Pick<PhaseSeries, 'engine' | 'temperature' | 'phase'>;
type SeriesName = PhaseName & Pick<PhaseSeries, 'kernel' | 'regime'>;

function isPhaseOf(a: PhaseName, b: PhaseName): boolean {
  return a.engine === b.engine && a.temperature === b.temperature && a.phase === b.phase;
}

function isOf(a: SeriesName, b: SeriesName): boolean {
  return isPhaseOf(a, b) && a.kernel === b.kernel && a.regime === b.regime;
}

function memsetKey({ engine, kernel, regime }: Measurement): string {
  return JSON.stringify([engine, kernel, regime]);
}
