/** The phases of compiling that cost fuel. */
export const COMPILE_PHASES = ['parse', 'validate', 'translate'] as const;

/** A step of compiling that is charged. */
export type CompilePhase = (typeof COMPILE_PHASES)[number];

/**
 * What fuel is worth. Multipliers are compile time / memset time at equal bytes, held as integers in thousandths so that no
 * charge depends on floating point.
 */
export interface FuelCosts {
  /** Bytes filled, copied or zeroed for one fuel. */
  readonly bytesPerFuel: number;
  readonly parseMultiplierThousandths: number;
  readonly validateMultiplierThousandths: number;
  readonly translateMultiplierThousandths: number;
}

/** The costs as a user writes them: multipliers are decimals, rounded up to thousandths. */
export interface FuelCostOptions {
  readonly bytesPerFuel: number;
  readonly parseMultiplier: number;
  readonly validateMultiplier: number;
  readonly translateMultiplier: number;
}

/** Every phase costs 25 memsets of its bytes: the middle of the 20-30x that Wasmi's issue 981 estimates. */
export const DEFAULT_FUEL_COSTS: FuelCosts = Object.freeze({
  bytesPerFuel: 64,
  parseMultiplierThousandths: 25_000,
  validateMultiplierThousandths: 25_000,
  translateMultiplierThousandths: 25_000,
});

/** Largest multiplier accepted. Far above any measured one (cold translation against hot memset: under 100,000). */
export const MAXIMUM_MULTIPLIER = 1_000_000_000;

/** Largest `bytesPerFuel` accepted: what a u32 holds. */
export const MAXIMUM_BYTES_PER_FUEL = 0xffff_ffff;

/**
 * Fuel for one phase of compiling `bytes` bytes: ceil(bytes x multiplier / bytesPerFuel), exact.
 * `bytes` is a non-negative safe integer: the function's body bytes, or the module's bytes when parsing.
 */
export function compileFuel(bytes: number, multiplierThousandths: number, bytesPerFuel: number): bigint {
  const numerator = bytes * multiplierThousandths;
  const denominator = 1000 * bytesPerFuel;
  if (numerator <= Number.MAX_SAFE_INTEGER) {
    // All integers below 2^53: remainder, difference and quotient are exact.
    const remainder = numerator % denominator;
    return BigInt((numerator - remainder) / denominator + (remainder === 0 ? 0 : 1));
  }
  const wideDenominator = BigInt(denominator);
  return (BigInt(bytes) * BigInt(multiplierThousandths) + wideDenominator - 1n) / wideDenominator;
}

/** The size part of a bulk operator's fuel: floor(bytes / bytesPerFuel). `bytes` is a non-negative safe integer. */
export function bulkFuel(bytes: number, bytesPerFuel: number): bigint {
  return BigInt((bytes - (bytes % bytesPerFuel)) / bytesPerFuel);
}

/** The multiplier of `phase`, in thousandths. */
export function multiplierThousandths(costs: FuelCosts, phase: CompilePhase): number {
  switch (phase) {
    case 'parse':
      return costs.parseMultiplierThousandths;
    case 'validate':
      return costs.validateMultiplierThousandths;
    case 'translate':
      return costs.translateMultiplierThousandths;
  }
}

/**
 * A decimal multiplier as thousandths, rounded up. The decimal is the one that was written (the shortest that reads back
 * as the same number), so 0.07 gives 70 and not the 71 that 0.07 x 1000 in binary would be rounded up to.
 *
 * @throws RangeError unless `multiplier` is positive, finite and at most {@link MAXIMUM_MULTIPLIER}; `name` names it.
 */
export function thousandthsFromMultiplier(multiplier: number, name = 'multiplier'): number {
  if (typeof multiplier !== 'number' || !(multiplier > 0) || !(multiplier <= MAXIMUM_MULTIPLIER)) {
    throw new RangeError(
      `${name} is ${String(multiplier)}; give a number above 0 and at most ${MAXIMUM_MULTIPLIER}`,
    );
  }
  const [digits, exponent = '0'] = multiplier.toString().split('e') as [string, string?];
  const [whole, fraction = ''] = digits.split('.') as [string, string?];
  const scale = Number(exponent) + 3 - fraction.length;
  const mantissa = BigInt(whole + fraction);
  if (scale >= 0) return Number(mantissa * 10n ** BigInt(scale));
  const divisor = 10n ** BigInt(-scale);
  return Number((mantissa + divisor - 1n) / divisor);
}

/** @throws RangeError unless `bytesPerFuel` is an integer from 1 to {@link MAXIMUM_BYTES_PER_FUEL}. */
export function checkBytesPerFuel(bytesPerFuel: number): number {
  if (!Number.isInteger(bytesPerFuel) || bytesPerFuel < 1 || bytesPerFuel > MAXIMUM_BYTES_PER_FUEL) {
    throw new RangeError(
      `bytesPerFuel is ${String(bytesPerFuel)}; give an integer from 1 to ${MAXIMUM_BYTES_PER_FUEL}`,
    );
  }
  return bytesPerFuel;
}
