import { INSUFFICIENT_HALF_WIDTH } from '@wasm-dyno/engine';
import { NOISY_HALF_WIDTH, type Verdict, type Basis } from '@wasm-dyno/reports/recorded-run';
import { counted, percent } from '@wasm-dyno/reports/wording';

/** Why a number is less than `ok`. */
export type EstimateWarningKind =
  | 'too-few-processes'
  | 'too-few-rounds'
  | 'wide-interval'
  | 'disturbed-blocks'
  | 'disturbances-matter'
  | 'not-warm'
  | 'cpu-quota'
  | 'untrustworthy-target'
  | 'left-out-processes'
  | 'unusable-blocks';

export interface EstimateWarning {
  readonly kind: EstimateWarningKind;
  /** The verdict that this alone leads to; `ok` for what is only worth telling. */
  readonly verdict: Verdict;
  /** The sentence that the user reads. */
  readonly message: string;
}

/** What the verdicts hang on. All are parts of one. */
export interface VerdictThresholds {
  /** Relative half-width of the interval above which a number is `noisy`. */
  readonly noisyHalfWidth: number;
  /** And above which it is `insufficient-data`. */
  readonly insufficientHalfWidth: number;
  /** Part of the pairs that may be disturbed where they count in the ratio. */
  readonly disturbedShare: number;
  /** A difference that leaving disturbed pairs out makes is told from here on. */
  readonly disturbedEffect: number;
  /** Rounds per process, below which medians over rounds say little. */
  readonly rounds: number;
}

export const DEFAULT_THRESHOLDS: VerdictThresholds = {
  noisyHalfWidth: NOISY_HALF_WIDTH,
  insufficientHalfWidth: INSUFFICIENT_HALF_WIDTH,
  disturbedShare: 0.2,
  disturbedEffect: 0.03,
  rounds: 3,
};

/** What no interval sees: alignment, memory layout, order of creation. Stated beside every interval, as a part of the ratio. */
export const SYSTEMATIC_FLOOR = 0.03;

/** What is known about one number when its verdict is due. */
export interface Evidence {
  readonly cold: boolean;
  readonly relativeHalfWidth: number;
  readonly processes: number;
  readonly neededProcesses: number;
  readonly leftOutProcesses: number;
  readonly roundsPerProcess: number;
  readonly basis: Basis;
  readonly disturbedShare: number;
  /** |ratio of all pairs / ratio - 1| */
  readonly disturbedEffect: number;
  /** Part of the pairs that carry the flag `not-warm`. */
  readonly notWarmShare: number;
  /** Part of the pairs that carry the flag `throttled`. */
  readonly throttledShare: number;
  /** Part of the pairs that carry a flag beginning with `lie-`. */
  readonly lieShare: number;
}

/** Everything that speaks against a number, worst first. */
export function estimateWarnings(evidence: Evidence, thresholds: VerdictThresholds): EstimateWarning[] {
  const warnings: EstimateWarning[] = [];
  const warn = (kind: EstimateWarningKind, verdict: Verdict, message: string) => {
    warnings.push({ kind, verdict, message });
  };
  if (evidence.processes < evidence.neededProcesses) {
    warn(
      'too-few-processes',
      'insufficient-data',
      `${counted(evidence.processes, 'process execution')} cannot carry the interval; at least ${evidence.neededProcesses} are needed.`,
    );
  }
  if (evidence.lieShare > 0) {
    warn(
      'untrustworthy-target',
      'insufficient-data',
      `The target's own times contradict the clock outside in ${percent(evidence.lieShare)} of the pairs.`,
    );
  }
  const width = evidence.relativeHalfWidth;
  if (!(width <= thresholds.noisyHalfWidth)) {
    const insufficient = !(width <= thresholds.insufficientHalfWidth);
    warn(
      'wide-interval',
      insufficient ? 'insufficient-data' : 'noisy',
      `The interval is +-${percent(width)} wide; below ${percent(thresholds.noisyHalfWidth)} would be ok.`,
    );
  }
  if (!evidence.cold && evidence.roundsPerProcess < thresholds.rounds) {
    warn(
      'too-few-rounds',
      'noisy',
      `A process saw ${counted(evidence.roundsPerProcess, 'round')} in the median; at least ${thresholds.rounds} are wanted.`,
    );
  }
  if (evidence.notWarmShare > 0.5) {
    warn(
      'not-warm',
      'noisy',
      'The code was still getting faster or slower when it was measured, or too little was undisturbed to tell.',
    );
  }
  if (evidence.throttledShare > thresholds.disturbedShare) {
    warn(
      'cpu-quota',
      'noisy',
      `The control group's CPU quota stopped the measurement in ${percent(evidence.throttledShare)} of the pairs; allow more cores (docker --cpus, cpu.max).`,
    );
  }
  if (evidence.basis !== 'undisturbed' && evidence.disturbedShare > thresholds.disturbedShare) {
    const choice = evidence.basis === 'quietest' ? ' The sixth that were disturbed least count.' : '';
    warn(
      'disturbed-blocks',
      'noisy',
      `${percent(evidence.disturbedShare)} of the pairs were disturbed, too many to do without them; up to ${percent(thresholds.disturbedShare)} would be ok.${choice}`,
    );
  }
  if (evidence.basis === 'undisturbed' && evidence.disturbedEffect > thresholds.disturbedEffect) {
    warn(
      'disturbances-matter',
      'ok',
      `The ${percent(evidence.disturbedShare)} of the pairs that were disturbed are left out; with them the ratio would be ${percent(evidence.disturbedEffect)} different.`,
    );
  }
  if (evidence.leftOutProcesses > 0) {
    warn(
      'left-out-processes',
      'ok',
      `${counted(evidence.leftOutProcesses, 'process execution')} did not measure everything and ${evidence.leftOutProcesses === 1 ? 'is' : 'are'} left out.`,
    );
  }
  return warnings;
}
