import type { RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import { normalQuantile, shiftInterval } from '../statistics/index.js';

/** What is said of a price: it rose, it fell, it did neither by as much as matters, or the data do not tell. */
export type ChangeVerdict = 'slower' | 'faster' | 'same' | 'unsure';

/**
 * Where a change's interval comes from: the process executions of both sides, or, where only their intervals are at hand, these.
 */
export type ChangeMethod = 'processes' | 'intervals';

/** By how much a price changed, as a part of the first: 0.1 is 10% more. */
export interface PriceChange {
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly method: ChangeMethod;
  readonly verdict: ChangeVerdict;
}

/** What a change is judged by. */
export interface ChangeRule {
  /** Of the interval, after allowing for how many prices are compared. */
  readonly confidenceLevel: number;
  /** What no interval sees of the quotient of both, as a part: a change must exceed it to be told. */
  readonly unseen: number;
  /** No change as large as this is compatible with the data: `same`. */
  readonly sameWithin: number;
}

type Side = RecordedEstimate & { readonly processPrices?: readonly number[] };

/**
 * The change from one price to another, with an interval that holds the errors of both. Prices are multiplied by what slows an engine
 * down, so all is done on their logarithms.
 */
export function priceChange(from: Side, to: Side, rule: ChangeRule): PriceChange {
  const bySample = from.processPrices !== undefined && to.processPrices !== undefined;
  const { estimate, low, high, confidenceLevel } = bySample
    ? shiftInterval(logarithms(from.processPrices), logarithms(to.processPrices), rule.confidenceLevel)
    : differenceOfIntervals(from, to, rule.confidenceLevel);
  const change = { change: Math.expm1(estimate), low: Math.expm1(low), high: Math.expm1(high) };
  const carries = confidenceLevel >= rule.confidenceLevel - 1e-9;
  return {
    ...change,
    confidenceLevel,
    method: bySample ? 'processes' : 'intervals',
    verdict: carries ? verdictOf(change, rule) : 'unsure',
  };
}

function verdictOf({ low, high }: Pick<PriceChange, 'low' | 'high'>, rule: ChangeRule): ChangeVerdict {
  if (low > rule.unseen) return 'slower';
  if (1 / (1 + high) - 1 > rule.unseen) return 'faster';
  return low > -rule.sameWithin && high < rule.sameWithin ? 'same' : 'unsure';
}

/**
 * The interval of a difference from the intervals of both terms, which need not lie evenly about their estimates (the method of variance
 * estimates recovery: Zou & Donner 2008), each widened from its own level to the one asked for as a normal one would be.
 */
function differenceOfIntervals(
  from: RecordedEstimate,
  to: RecordedEstimate,
  confidenceLevel: number,
): RecordedLogarithms {
  const [a, b] = [logarithmsAtLevel(from, confidenceLevel), logarithmsAtLevel(to, confidenceLevel)];
  if (a === undefined || b === undefined) {
    const estimate = Math.log(to.estimate / from.estimate);
    return { estimate, low: -Infinity, high: Infinity, confidenceLevel: 0 };
  }
  const estimate = b.estimate - a.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(b.estimate - b.low, a.high - a.estimate),
    high: estimate + Math.hypot(b.high - b.estimate, a.estimate - a.low),
    confidenceLevel,
  };
}

interface RecordedLogarithms {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
}

/** Undefined where too few processes carry no interval at all. */
function logarithmsAtLevel(
  { estimate, low, high, confidenceLevel }: RecordedEstimate,
  wanted: number,
): RecordedLogarithms | undefined {
  if (!(confidenceLevel > 0)) return undefined;
  const factor =
    normalQuantile((1 + wanted) / 2) / normalQuantile((1 + Math.min(confidenceLevel, 0.999999)) / 2);
  const centre = Math.log(estimate);
  return {
    estimate: centre,
    low: centre - factor * (centre - Math.log(low)),
    high: centre + factor * (Math.log(high) - centre),
    confidenceLevel: wanted,
  };
}

function logarithms(prices: readonly number[]): number[] {
  return prices.map(Math.log);
}
