import type { CompilePhase } from '../fuel/index.js';
import type { LogHistogram } from './log-histogram.js';
import { LEAST_MODULES, type Drift } from './module-evidence.js';
import type { ModulesMean } from './modules-mean.js';
import type { MonitoredPhase } from './monitored-phase.js';
import type { RatioBounds } from './ratio-bounds.js';

/** Observed time / charged time, with a 95% interval. */
export interface RatioEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/**
 * How a phase stands: `warming-up` before there are samples, `too-few-modules` before there are of enough modules, `not-judged` where it is
 * only counted; `slower` and `faster` are
 * drift: compiling takes more, or less, than the profile's prices by more than the margin, and not by chance.
 */
export type PhaseState = 'warming-up' | 'too-few-modules' | 'not-judged' | 'steady' | Drift;

/** What a monitor saw of one phase since the last reset. */
export interface PhaseReport {
  readonly phase: CompilePhase;
  readonly state: PhaseState;
  /** Functions compiled; modules for `parse`. */
  readonly functions: number;
  readonly bytes: number;
  readonly fuelCharged: number;
  /** How many of them were timed. */
  readonly timed: number;
  /** Wall time of these, all pauses included. */
  readonly nanoseconds: number;
  readonly medianNanoseconds: number | undefined;
  readonly p99Nanoseconds: number | undefined;
  /** Observed / charged: the median by fuel of all that was compiled, and where it lies had each sample been taken by itself. */
  readonly ratio: RatioEstimate | undefined;
  /** Modules that were seen last, as far as they are kept; of merged records those with most samples. */
  readonly modules: number;
  /**
   * Observed / charged over these: the mean of their medians, by which drift is told. Where the bounds tell what is typical of functions that are
   * compiled eagerly and lazily, both are taken down as if they lay in the middle.
   */
  readonly overModules: RatioEstimate | undefined;
  /** What the mean over very many modules may be: the profile's own interval, and the margin. */
  readonly bounds: RatioBounds;
  /** How far the evidence of drift has come: from 1 it is told. */
  readonly evidence: { readonly slower: number; readonly faster: number };
  /**
   * What the charge is to be multiplied by: only with drift, from modules seen since it began; where only all modules of merged records
   * together tell it, from all of them.
   */
  readonly proposal: RatioEstimate | undefined;
}

const NORMAL_QUANTILE = 1.96;

export function ratioEstimate(ratios: LogHistogram): RatioEstimate | undefined {
  if (ratios.quantile(0.5) === undefined) return undefined;
  const half = NORMAL_QUANTILE / 2 / Math.sqrt(ratios.effectiveCount);
  const at = (part: number) => ratios.quantile(part)!;
  return { estimate: at(0.5), low: at(0.5 - half), high: at(0.5 + half), samples: ratios.count };
}

/**
 * Parsing is not: a module is parsed once, with caches and collections as they are then, and takes several times what it does when it is
 * parsed over and over, which is what its price is of.
 */
export function isJudged(phase: CompilePhase): boolean {
  return phase !== 'parse';
}

function standing(phase: CompilePhase, isWarmingUp: boolean, modules: number): PhaseState {
  if (!isJudged(phase)) return 'not-judged';
  if (isWarmingUp) return 'warming-up';
  return modules < LEAST_MODULES ? 'too-few-modules' : 'steady';
}

function ofModules({ error, mean, samples }: ModulesMean, typical = 1): RatioEstimate {
  const at = (errors: number) => Math.exp(mean + errors * error) / typical;
  return { estimate: at(0), low: at(-NORMAL_QUANTILE), high: at(NORMAL_QUANTILE), samples };
}

export function phaseReport(
  phase: CompilePhase,
  seen: MonitoredPhase,
  drift: Drift | undefined,
): PhaseReport {
  const { bounds, evidence } = seen;
  const { mean } = evidence;
  const modules = mean?.modules ?? 0;
  return {
    phase,
    state: drift ?? standing(phase, seen.isWarmingUp, modules),
    functions: seen.functions,
    bytes: seen.bytes,
    fuelCharged: seen.fuelCharged,
    timed: seen.times.count,
    nanoseconds: seen.nanoseconds,
    medianNanoseconds: seen.times.quantile(0.5),
    p99Nanoseconds: seen.times.quantile(0.99),
    ratio: ratioEstimate(seen.ratios),
    modules,
    overModules: mean && ofModules(mean),
    bounds,
    evidence: {
      slower: drift === 'slower' ? 1 : evidence.progress('slower'),
      faster: drift === 'faster' ? 1 : evidence.progress('faster'),
    },
    proposal: drift && mean && ofModules(mean, bounds.typical),
  };
}
