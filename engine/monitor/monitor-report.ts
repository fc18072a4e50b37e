import type { CompilePhase } from '../fuel/index.js';
import type { DriftEvidence } from './drift-evidence.js';
import type { LogHistogram } from './log-histogram.js';
import type { MonitoredPhase, RatioBounds } from './monitored-phase.js';

/** Observed time / charged time: median by fuel, with a 95% interval between order statistics. */
export interface RatioEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/**
 * How a phase stands: `warming-up` before there are samples; `slower` and `faster` are drift: compiling takes more, or less, than the
 * profile's prices by more than the margin, and not by chance.
 */
export type PhaseState = 'warming-up' | 'steady' | 'slower' | 'faster';

/** What a monitor saw of one phase since the last reset. */
export interface PhaseReport {
  readonly phase: CompilePhase;
  readonly state: PhaseState;
  /** Functions compiled; modules for `parse`. */
  readonly functions: number;
  readonly bytes: number;
  readonly fuelCharged: number;
  /** Wall time, all pauses included. */
  readonly nanoseconds: number;
  readonly medianNanoseconds: number | undefined;
  readonly p99Nanoseconds: number | undefined;
  readonly ratio: RatioEstimate | undefined;
  /** What the ratio may be: the profile's own interval, and the margin. */
  readonly bounds: RatioBounds;
  /** How far the evidence of drift has come: from 1 it is told. */
  readonly evidence: { readonly slower: number; readonly faster: number };
  /** What the charge is to be multiplied by: only with drift, from what was seen since it began. */
  readonly proposal: RatioEstimate | undefined;
}

const NORMAL_QUANTILE = 1.96;

/** Beside where they lie without drift; 1 unless told. */
export function ratioEstimate(ratios: LogHistogram, typical = 1): RatioEstimate | undefined {
  if (ratios.quantile(0.5) === undefined) return undefined;
  const half = NORMAL_QUANTILE / 2 / Math.sqrt(ratios.effectiveCount);
  const at = (part: number) => ratios.quantile(part)! / typical;
  return { estimate: at(0.5), low: at(0.5 - half), high: at(0.5 + half), samples: ratios.count };
}

export function phaseReport(phase: CompilePhase, seen: MonitoredPhase): PhaseReport {
  const drift = driftOf(seen);
  return {
    phase,
    state: drift?.state ?? (seen.isWarmingUp ? 'warming-up' : 'steady'),
    functions: seen.functions,
    bytes: seen.bytes,
    fuelCharged: seen.fuelCharged,
    nanoseconds: seen.nanoseconds,
    medianNanoseconds: seen.times.quantile(0.5),
    p99Nanoseconds: seen.times.quantile(0.99),
    ratio: ratioEstimate(seen.ratios),
    bounds: seen.bounds,
    evidence: { slower: progress(seen.slower), faster: progress(seen.faster) },
    proposal: drift && ratioEstimate(drift.evidence.since, seen.bounds.typical),
  };
}

function driftOf({ faster, slower }: MonitoredPhase) {
  const known = [
    { state: 'slower' as const, evidence: slower },
    { state: 'faster' as const, evidence: faster },
  ].filter(({ evidence }) => evidence.isDrift);
  // Merged services may disagree: the one that tells more.
  return known.sort((a, b) => b.evidence.logWealth - a.evidence.logWealth)[0];
}

function progress({ isDrift, logWealth, threshold }: DriftEvidence): number {
  return isDrift ? 1 : Math.min(1, logWealth / threshold);
}
