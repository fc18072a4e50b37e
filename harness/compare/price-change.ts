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
  /** The interval of this price by itself that `same` is told by, with what no interval sees. */
  readonly alone: { readonly low: number; readonly high: number; readonly confidenceLevel: number };
  readonly method: ChangeMethod;
  readonly verdict: ChangeVerdict;
}

/** What a change is judged by. */
export interface ChangeRule {
  /** Of the interval, after allowing for how many prices are compared. */
  readonly confidenceLevel: number;
  /**
   * Of the interval that must lie within `sameWithin`: two one-sided tests of 5% each make one of 90% (Schuirmann 1987). That several prices
   * all are the same is told by each of them at that level, without allowance (Berger & Hsu 1996).
   */
  readonly sameLevel: number;
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
  const at = (level: number): Bounds => {
    const { estimate, low, high, confidenceLevel } = bySample
      ? shiftInterval(logarithms(from.processPrices), logarithms(to.processPrices), level)
      : differenceOfIntervals(from, to, level);
    return {
      ...{ change: Math.expm1(estimate), low: Math.expm1(low), high: Math.expm1(high), confidenceLevel },
      carries: confidenceLevel >= level - 1e-9,
    };
  };
  const joint = at(rule.confidenceLevel);
  const alone = withUnseen(at(rule.sameLevel), rule);
  return {
    ...{ change: joint.change, low: joint.low, high: joint.high, confidenceLevel: joint.confidenceLevel },
    alone: { low: alone.low, high: alone.high, confidenceLevel: alone.confidenceLevel },
    method: bySample ? 'processes' : 'intervals',
    verdict: verdictOf(joint, alone, rule),
  };
}

/** An interval of a change, and whether the data carry the level that was asked for. */
interface Bounds {
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly carries: boolean;
}

/** What no interval sees is an error too: where nothing is to be overlooked, it joins the interval, as one of 95% on either side. */
function withUnseen(bounds: Bounds, { sameLevel, unseen }: ChangeRule): Bounds {
  const centre = Math.log1p(bounds.change);
  const part =
    (Math.log1p(unseen) * normalQuantile((1 + sameLevel) / 2)) / normalQuantile((1 + UNSEEN_LEVEL) / 2);
  const below = Math.hypot(centre - Math.log1p(bounds.low), part);
  const above = Math.hypot(Math.log1p(bounds.high) - centre, part);
  return { ...bounds, low: Math.expm1(centre - below), high: Math.expm1(centre + above) };
}

const UNSEEN_LEVEL = 0.95;

function verdictOf(joint: Bounds, alone: Bounds, rule: ChangeRule): ChangeVerdict {
  if (joint.carries && joint.low > rule.unseen) return 'slower';
  if (joint.carries && 1 / (1 + joint.high) - 1 > rule.unseen) return 'faster';
  const isWithin = alone.low > -rule.sameWithin && alone.high < rule.sameWithin;
  return alone.carries && isWithin ? 'same' : 'unsure';
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
