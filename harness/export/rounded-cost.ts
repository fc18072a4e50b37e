import type { Bounded } from './measured-costs.js';

/** A cost as an engine takes it: a whole number, and how far that is from what was measured. */
export interface RoundedCost {
  readonly value: number;
  readonly exact: Bounded;
  /** value / exact - 1: above zero charges more than measured. */
  readonly roundingError: number;
  /** Whether the engine's range for the number cut it off. */
  readonly clamped: boolean;
}

/** The next whole number above, so that nothing is charged under its estimate; within `[least, most]`. */
export function roundedUp(exact: Bounded, least: number, most: number): RoundedCost {
  return rounded(exact, Math.ceil(exact.estimate * (1 - Number.EPSILON)), least, most);
}

/** The next whole number below, for numbers that stand under the line (bytes per fuel). */
export function roundedDown(exact: Bounded, least: number, most: number): RoundedCost {
  return rounded(exact, Math.floor(exact.estimate * (1 + Number.EPSILON)), least, most);
}

/** The nearest whole number. */
export function roundedToNearest(exact: Bounded, least: number, most: number): RoundedCost {
  return rounded(exact, Math.round(exact.estimate), least, most);
}

export function scaled({ estimate, low, high }: Bounded, factor: number): Bounded {
  return { estimate: estimate * factor, low: low * factor, high: high * factor };
}

/** The quotient's bounds are as wide as those of both together. */
export function quotient(dividend: Bounded, divisor: Bounded): Bounded {
  return {
    estimate: dividend.estimate / divisor.estimate,
    low: dividend.low / divisor.high,
    high: dividend.high / divisor.low,
  };
}

export function inverse(value: Bounded): Bounded {
  return quotient({ estimate: 1, low: 1, high: 1 }, value);
}

function rounded(exact: Bounded, whole: number, least: number, most: number): RoundedCost {
  const value = Math.min(most, Math.max(least, whole));
  return { value, exact, roundingError: value / exact.estimate - 1, clamped: value !== whole };
}
