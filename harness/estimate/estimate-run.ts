import type { FitRecords, RecordedDisturbance } from '@wasm-dyno/reports/recorded-run';
import { bestReferenceTimes, flagContended, type ReferenceTimes } from '../guards/contention.js';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import type { SequentialPlan } from '../statistics/index.js';
import { phaseSeries } from './arm-series.js';
import { baselineEstimates } from './baseline-estimate.js';
import { comparedRatios } from './comparison-estimate.js';
import { sortBlocks } from './block-pair.js';
import { disturbances } from './disturbances.js';
import { DEFAULT_THRESHOLDS, type VerdictThresholds } from './estimate-warning.js';
import { ratioEstimates, type RatioEstimate } from './ratio-estimate.js';
import { slopeEstimate } from './slope-estimate.js';

export interface EstimateOptions {
  /** 0.95 unless told. */
  readonly confidenceLevel?: number;
  /** The plan declared before measuring, when the number of processes was left open. */
  readonly plan?: SequentialPlan;
  readonly thresholds?: Partial<VerdictThresholds>;
  /** The reference loops' times at their best on this machine, from earlier runs. */
  readonly knownReferenceTimes?: ReferenceTimes;
}

/** Everything that a run's rows say. `ratios` is the summary; `baselines`, `slopes` and `warnings` go to `fits.json`. */
export interface RunEstimates extends FitRecords {
  /** What others disturbed, by engine: for the run's record. */
  readonly disturbances: readonly RecordedDisturbance[];
  readonly ratios: readonly RatioEstimate[];
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
  const { pairs, comparisons, sweep, unusable } = sortBlocks(rows);
  const series = phaseSeries(pairs);
  const swept = new Set(sweep.map(memsetKey));
  // A memset that was not swept is fitted from the pairs' own blocks.
  const paired = [...pairs.map(({ memset }) => memset), ...comparisons.map(({ other }) => other)].filter(
    (memset) => memset.temperature === 'warm' && !swept.has(memsetKey(memset)),
  );
  return {
    ratios: series.flatMap((one) => {
      const judged = ratioEstimates(one, { confidenceLevel, plan }, thresholds);
      return [
        ...judged.map(({ estimate }) => estimate),
        ...comparedRatios(one, judged, comparisons, { confidenceLevel }, thresholds),
      ];
    }),
    slopes: series.flatMap((one) => slopeEstimate(one, { confidenceLevel, plan }, thresholds) ?? []),
    disturbances: disturbances(pairs),
    baselines: baselineEstimates([...sweep, ...paired], confidenceLevel),
    warnings:
      unusable > 0 ? [`${unusable} blocks have no time, no bytes or no partner, and count for nothing.`] : [],
  };
}

function memsetKey({ engine, kernel, regime }: Measurement): string {
  return JSON.stringify([engine, kernel, regime]);
}
