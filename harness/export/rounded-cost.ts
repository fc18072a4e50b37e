import type { Bounded } from '@wasm-dyno/reports';

/** A cost as an engine takes it: a whole number, and how far that is from what was measured. */
export interface RoundedCost {
  readonly value: number;
  readonly exact: Bounded;
  /** value / exact - 1: above zero charges more than measured; 0 where nothing was measured. */
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

function rounded(exact: Bounded, whole: number, least: number, most: number): RoundedCost {
  const value = Math.min(most, Math.max(least, whole));
  const roundingError = exact.estimate > 0 ? value / exact.estimate - 1 : 0;
  return { value, exact, roundingError, clamped: value !== whole };
}
