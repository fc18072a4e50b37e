import type { Verdict } from '../../reports/recorded-run/estimate.js';
import { percent } from '../../reports/wording.js';

/** Why a number is less than `ok`. */
export type EstimateWarningKind =
  | 'too-few-processes'
  | 'too-few-rounds'
  | 'wide-interval'
  | 'flagged-blocks'
  | 'flags-matter'
  | 'not-warm'
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
  /** Part of the pairs that may be flagged. */
  readonly flaggedShare: number;
  /** How far the ratio may move when flagged pairs are left out. */
  readonly flaggedEffect: number;
  /** Rounds per process, below which medians over rounds say little. */
  readonly rounds: number;
}

export const DEFAULT_THRESHOLDS: VerdictThresholds = {
  noisyHalfWidth: 0.05,
  insufficientHalfWidth: 0.3,
  flaggedShare: 0.2,
  flaggedEffect: 0.03,
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
  readonly pairs: number;
  readonly flaggedShare: number;
  /** |ratio without flagged pairs / ratio - 1|; undefined when too little is left. */
  readonly flaggedEffect: number | undefined;
  /** Part of the pairs that carry the flag `not-warm`. */
  readonly notWarmShare: number;
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
      `${evidence.processes} process executions cannot carry the interval; at least ${evidence.neededProcesses} are needed.`,
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
      `A process saw ${evidence.roundsPerProcess} rounds in the median; at least ${thresholds.rounds} are wanted.`,
    );
  }
  if (evidence.notWarmShare > 0.5) {
    warn('not-warm', 'noisy', 'The code was still getting faster or slower when it was measured.');
  }
  if (evidence.flaggedShare > thresholds.flaggedShare) {
    warn(
      'flagged-blocks',
      'noisy',
      `${percent(evidence.flaggedShare)} of the pairs were disturbed; up to ${percent(thresholds.flaggedShare)} would be ok.`,
    );
  }
  if (evidence.flaggedEffect !== undefined && evidence.flaggedEffect > thresholds.flaggedEffect) {
    warn(
      'flags-matter',
      'noisy',
      `Without the disturbed pairs the ratio would be ${percent(evidence.flaggedEffect)} different.`,
    );
  }
  if (evidence.leftOutProcesses > 0) {
    warn(
      'left-out-processes',
      'ok',
      `${evidence.leftOutProcesses} process executions did not measure everything and are left out.`,
    );
  }
  return warnings;
}
