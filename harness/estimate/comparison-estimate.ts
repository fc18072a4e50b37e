import type { MemsetRegime } from '@wasm-dyno/reports/recorded-run';
import { worstVerdict } from '@wasm-dyno/reports/recorded-run';
import { medianInterval, trimmedMean } from '../statistics/index.js';
import { sizesKey, type ArmSeries, type PhaseSeries } from './arm-series.js';
import { groupBy } from './group-by.js';
import type { MemsetComparison } from './block-pair.js';
import { estimateWarnings, type VerdictThresholds } from './estimate-warning.js';
import type { IntervalOptions } from './observations.js';
import { armsOfClass, type JudgedRatio, type RatioEstimate } from './ratio-estimate.js';

/**
 * The same phase against other memsets: ratio = primary ratio x (primary memset / other memset). The phase's time is the primary rows' own,
 * the same in every row of a class; the memsets are compared among themselves, in rounds of their own. The relative errors of the two
 * factors are independent, so their squares add.
 */
export function comparedRatios(
  series: PhaseSeries,
  judged: readonly JudgedRatio[],
  comparisons: readonly MemsetComparison[],
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): RatioEstimate[] {
  const ours = comparisons.filter(
    ({ primary }) => primary.engine === series.engine && primary.temperature === series.temperature,
  );
  const byMemset = groupBy(ours, ({ other }) => JSON.stringify([other.regime, other.kernel]));
  return [...byMemset.values()].flatMap((compared) =>
    judged.flatMap((one) => {
      const arms = armsOfClass(series.arms, one.estimate.sizeClass);
      const factors = memsetFactors(arms, compared);
      if (factors.length === 0) return [];
      const { confidenceLevel } = options;
      const factor = medianInterval(factors, { confidenceLevel });
      const { kernel, regime } = compared[0]!.other;
      return [{ ...scaled(one, factor, thresholds), kernel, regime: regime as MemsetRegime }];
    }),
  );
}

function scaled(
  { estimate, evidence }: JudgedRatio,
  factor: ReturnType<typeof medianInterval>,
  thresholds: VerdictThresholds,
): RatioEstimate {
  const ratio = estimate.ratio * factor.estimate;
  const below = Math.hypot(Math.log(estimate.ratio / estimate.low), Math.log(factor.estimate / factor.low));
  const above = Math.hypot(Math.log(estimate.high / estimate.ratio), Math.log(factor.high / factor.estimate));
  const [low, high] = [ratio * Math.exp(-below), ratio * Math.exp(above)];
  const processes = Math.min(estimate.processes, factor.sampleSize);
  const warnings = estimateWarnings(
    { ...evidence, processes, relativeHalfWidth: (high - low) / 2 / ratio },
    thresholds,
  );
  return {
    ...estimate,
    ratio,
    low,
    high,
    confidenceLevel: Math.min(estimate.confidenceLevel, factor.confidenceLevel),
    processes,
    memsetNanosecondsPerByte: estimate.memsetNanosecondsPerByte / factor.estimate,
    ratioOfAllPairs: estimate.ratioOfAllPairs * factor.estimate,
    verdict: worstVerdict(warnings.map(({ verdict }) => verdict)),
    reasons: warnings.map(({ kind }) => kind),
    warnings,
  };
}

/** Primary memset time / other memset time over the arms together, each weighing the corpus bytes it stands for, by process. */
function memsetFactors(arms: readonly ArmSeries[], compared: readonly MemsetComparison[]): number[] {
  const factors: number[] = [];
  // What weighs nothing is not compared.
  const weighing = arms.filter(({ stratumBytes }) => stratumBytes > 0);
  const counting = weighing.length > 0 ? weighing : arms;
  for (const ofProcess of groupBy(compared, ({ primary }) => primary.process).values()) {
    const bySizes = groupBy(ofProcess, ({ primary }) => sizesKey(primary));
    let primary = 0;
    let other = 0;
    const isComplete = counting.every((arm) => {
      const rounds = bySizes.get(arm.sizesKey);
      if (rounds === undefined) return false;
      const undisturbed = rounds.filter(({ isDisturbed }) => !isDisturbed);
      const counted = undisturbed.length > 0 ? undisturbed : rounds;
      const typical = (of: 'primary' | 'other'): number =>
        trimmedMean(counted.map((row) => row[of].nanoseconds / row[of].bytes));
      primary += arm.stratumBytes * typical('primary');
      other += arm.stratumBytes * typical('other');
      return true;
    });
    if (isComplete) factors.push(primary / other);
  }
  return factors.filter((factor) => Number.isFinite(factor));
}
