import {
  chargedModel,
  type ChargePolicy,
  type CompilePhase,
  type HardwareProfile,
  type ProfileFirstFunctions,
  type ProfilePolicyName,
  type ProfilePrice,
  type ProfileTrial,
} from '../fuel/index.js';
import { normalTail } from './normal-tail.js';

/** What a phase may take, as a part of what it is charged. */
export interface RatioBounds {
  readonly low: number;
  readonly high: number;
  /**
   * Where it lies without drift; 1 unless told. Less where a careful policy charges beyond what is typical, more as functions that are met in
   * turn take longer than the warm price of the same ones over and over.
   */
  readonly typical?: number;
  /** The same of functions that are compiled in turn as their module is loaded, where that is known; `typical` lies between this and `lazy`. */
  readonly eager?: number;
  /** The same of functions that are compiled by their first calls. */
  readonly lazy?: number;
  /** How far single modules lie apart without drift: standard deviation of the natural logarithm. */
  readonly spread: number;
}

/** Before so many functions a ladder of a process' first ones tells of its cold start. */
const FEWEST_BEFORE = 1_000;
/** Of a profile that states nothing of its modules: more than any that was made states. */
const UNKNOWN_SPREAD = 0.25;
/** As few modules as may lie alike by chance show no less. */
const LEAST_SPREAD = 0.1;
/** What goes on taking longer than so many times the warm price was still warming up, or disturbed. */
const MOST_MET_ONCE = 2;

/**
 * What a price's own intervals leave open is no drift, nor what a careful policy charges beyond what is typical, nor that services meet functions
 * in turn: caches and branch predictors know little of these then, and they take longer than a warm price, which is of the same ones over and over.
 */
export function ratioBounds(
  phase: CompilePhase,
  margin: number,
  profile?: HardwareProfile,
  policy: ProfilePolicyName = 'warm',
  chargePolicy?: ChargePolicy,
): RatioBounds {
  const price = profile?.policies[policy]?.phases[phase];
  if (price === undefined) return { low: 1 / (1 + margin), high: 1 + margin, spread: UNKNOWN_SPREAD };
  const charged = price.multiplierThousandths / 1000;
  const { corpusInterval, multiplier } = price;
  const low = Math.min(1, multiplier.low / charged, (corpusInterval?.low ?? Infinity) / charged);
  const high = Math.max(1, multiplier.high / charged, (corpusInterval?.high ?? 0) / charged);
  const charging = chargedPolicy(phase, profile, chargePolicy);
  const careful = charging?.factor ?? 1;
  const { watched } = price;
  const seen = watched && {
    eager: watched.eager.timesWarm / careful,
    lazy: watched.lazy.timesWarm / careful,
  };
  const typical = seen === undefined ? timesMetOnce(price) / careful : Math.sqrt(seen.eager * seen.lazy);
  return {
    low: (Math.max(low, 1e-3) * typical) / (1 + margin),
    high: high * typical * (1 + margin),
    ...(typical === 1 ? {} : { typical }),
    ...seen,
    spread: Math.max(
      LEAST_SPREAD,
      spreadOfTrial(charging?.heldOut.module, profile) ?? spreadOfInterval(corpusInterval) ?? UNKNOWN_SPREAD,
    ),
  };
}

/**
 * What functions that are met in turn take, in warm prices, where nobody watched that: of the last stretch of a fresh process' first
 * functions, once those before it have warmed it up, and where it is no shorter than what came before. 1 where the profile has no such
 * stretch.
 */
function timesMetOnce({ firstFunctions = [] }: ProfilePrice): number {
  const [before, all] = firstFunctions.slice(-2);
  if (before === undefined || all === undefined) return 1;
  if (before.functions < FEWEST_BEFORE || all.functions < 2 * before.functions) return 1;
  const warm = ({ nanoseconds, timesWarm }: ProfileFirstFunctions) => nanoseconds / timesWarm;
  const times = (all.nanoseconds - before.nanoseconds) / (warm(all) - warm(before));
  return times > 1 ? Math.min(times, MOST_MET_ONCE) : 1;
}

/** The policy of the models that is charged by; undefined without models. */
function chargedPolicy(phase: CompilePhase, profile?: HardwareProfile, chargePolicy?: ChargePolicy) {
  const modelled = phase === 'parse' ? undefined : profile?.models?.phases[phase];
  if (modelled === undefined || chargePolicy === undefined) return undefined;
  return chargedModel(modelled)!.policies[chargePolicy];
}

/** Of modules that were left out in turn the profile states how far the outermost lie apart: so many standard deviations, were they normal. */
function spreadOfTrial(trial?: ProfileTrial, profile?: HardwareProfile): number | undefined {
  const modules = profile?.models?.modules ?? 0;
  if (trial === undefined || modules < 2 || !(trial.leastOfModules > 0)) return undefined;
  // Blom: Statistical estimates and transformed beta-variables, 1958.
  const outermost = normalTail(0.625 / (modules + 0.25));
  return Math.log(trial.mostOfModules / trial.leastOfModules) / (2 * outermost);
}

/** Otherwise how sure it is of their mean. */
function spreadOfInterval(interval: ProfilePrice['corpusInterval']): number | undefined {
  if (interval === null || !(interval.low > 0)) return undefined;
  const { confidenceLevel, high, low, modules } = interval;
  return (Math.log(high / low) / (2 * normalTail((1 - confidenceLevel) / 2))) * Math.sqrt(modules);
}
