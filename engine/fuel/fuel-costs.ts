import type { ExecutionCostOptions } from './execution-costs.js';
import {
  DEFAULT_BYTES_PER_FUEL,
  DEFAULT_MODULE_FUEL,
  DEFAULT_MULTIPLIER_THOUSANDTHS,
  DEFAULT_TRANSLATE_FUNCTION_FUEL,
  DEFAULT_VALIDATE_FUNCTION_FUEL,
} from './schedule.js';

/** The phases of compiling that cost fuel. */
export const COMPILE_PHASES = ['parse', 'validate', 'translate'] as const;

/** A step of compiling that is charged. */
export type CompilePhase = (typeof COMPILE_PHASES)[number];

/** What parsing has a price for beside the module's bytes; of each, what one costs. */
export const PARSED_ENTITIES = [
  'module',
  'section',
  'type',
  'function',
  'import',
  'export',
  'global',
  'segment',
  /** A byte of the sections that are decoded while parsing: all but code, data and custom ones. */
  'declaration-byte',
] as const;

/** Something of a module that parsing is charged for by number. */
export type ParsedEntity = (typeof PARSED_ENTITIES)[number];

/**
 * What fuel is worth. One fuel is the time of filling `bytesPerFuel` bytes. Multipliers are time per byte / the time of filling one;
 * constants are times before the first byte, in bytes filled. Both are held as integers in thousandths so that no charge depends on
 * floating point.
 */
export interface FuelCosts {
  /** Bytes filled, copied or zeroed for one fuel. */
  readonly bytesPerFuel: number;
  readonly parseMultiplierThousandths: number;
  readonly validateMultiplierThousandths: number;
  readonly translateMultiplierThousandths: number;
  /** Of each function, in thousandths of a byte filled. */
  readonly validateConstantThousandths: number;
  readonly translateConstantThousandths: number;
  /** Of each entity that is parsed, in thousandths of a byte filled. */
  readonly parseConstantThousandths: Readonly<Record<ParsedEntity, number>>;
  /** What functions are charged in each phase that are not such as the prices above are known to hold for; left out where they hold for all. */
  readonly outside?: Readonly<Partial<Record<'validate' | 'translate', OutsidePrice>>>;
}

/** The price of functions outside of a domain. */
export interface OutsidePrice {
  /** The domain's: of bodies of fewer or more bytes nothing is known. */
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Nor of bodies that count as more than this / 1000 of their bytes. */
  readonly mostCountedThousandths: number;
  readonly multiplierThousandths: number;
  /** Of each function. */
  readonly constantThousandths: number;
}

/** Whether a body of so many bytes, that counts as so many, is none that the price's domain has. */
export function isOutside(price: OutsidePrice | undefined, bodyBytes: number, countedBytes: number): boolean {
  if (price === undefined) return false;
  const { leastBytes, mostBytes, mostCountedThousandths } = price;
  if (bodyBytes < leastBytes || bodyBytes > mostBytes) return true;
  return countedBytes * 1000 > bodyBytes * mostCountedThousandths;
}

/** The costs as a user writes them: multipliers are decimals, rounded up to thousandths; constants are fuel, with decimals if need be. */
export interface FuelCostOptions {
  readonly bytesPerFuel: number;
  readonly parseMultiplier: number;
  readonly validateMultiplier: number;
  readonly translateMultiplier: number;
  /** Fuel of validating a function, before its bytes. */
  readonly validateFunctionFuel: number;
  /** Fuel of translating a function, before its bytes. */
  readonly translateFunctionFuel: number;
  /** Fuel of parsing, before the module's bytes: of the module, and of each thing in it. */
  readonly parseEntityFuel: Readonly<Partial<Record<ParsedEntity, number>>>;
  /** What executing costs, by class of operators; each class by itself. */
  readonly executionCosts: ExecutionCostOptions;
}

/** Thousandths of a byte filled in one fuel of the default's bytes. */
const THOUSANDTHS_PER_FUEL = 1000 * DEFAULT_BYTES_PER_FUEL;

/** What compiling costs where nobody says otherwise: the schedule's defaults. Constants that it has none of are 0. */
export const DEFAULT_FUEL_COSTS: FuelCosts = Object.freeze({
  bytesPerFuel: DEFAULT_BYTES_PER_FUEL,
  parseMultiplierThousandths: DEFAULT_MULTIPLIER_THOUSANDTHS,
  validateMultiplierThousandths: DEFAULT_MULTIPLIER_THOUSANDTHS,
  translateMultiplierThousandths: DEFAULT_MULTIPLIER_THOUSANDTHS,
  validateConstantThousandths: DEFAULT_VALIDATE_FUNCTION_FUEL * THOUSANDTHS_PER_FUEL,
  translateConstantThousandths: DEFAULT_TRANSLATE_FUNCTION_FUEL * THOUSANDTHS_PER_FUEL,
  parseConstantThousandths: Object.freeze(
    entityRecord((entity) => (entity === 'module' ? DEFAULT_MODULE_FUEL * THOUSANDTHS_PER_FUEL : 0)),
  ),
});

/** A number for each parsed entity. */
export function entityRecord(numberOf: (entity: ParsedEntity) => number): Record<ParsedEntity, number> {
  return Object.fromEntries(PARSED_ENTITIES.map((entity) => [entity, numberOf(entity)])) as Record<
    ParsedEntity,
    number
  >;
}

/** Largest multiplier accepted. Far above any measured one (cold translation against hot memset: under 100,000). */
export const MAXIMUM_MULTIPLIER = 1_000_000_000;

/** Largest `bytesPerFuel` accepted: what a u32 holds. */
export const MAXIMUM_BYTES_PER_FUEL = 0xffff_ffff;

/** Largest constant accepted, fuel of one function or entity. */
export const MAXIMUM_CONSTANT_FUEL = 1_000_000_000;

/** So many of something, each at a price in thousandths of a byte filled. Both are non-negative safe integers. */
export type PricedCount = readonly [count: number, thousandths: number];

/**
 * Fuel for one phase of compiling `bytes` bytes: ceil((bytes x multiplier + constants) / bytesPerFuel), exact.
 * `bytes` is a non-negative safe integer: the function's body bytes, or the module's bytes when parsing.
 */
export function compileFuel(
  bytes: number,
  multiplierThousandths: number,
  bytesPerFuel: number,
  constants: readonly PricedCount[] = [],
): bigint {
  const denominator = 1000 * bytesPerFuel;
  let numerator = bytes * multiplierThousandths;
  for (const [count, thousandths] of constants) numerator += count * thousandths;
  if (numerator <= Number.MAX_SAFE_INTEGER) return roundedUp(numerator, denominator);
  const wideDenominator = BigInt(denominator);
  let wide = BigInt(bytes) * BigInt(multiplierThousandths);
  for (const [count, thousandths] of constants) wide += BigInt(count) * BigInt(thousandths);
  return (wide + wideDenominator - 1n) / wideDenominator;
}

/** The same of a function with one constant, as each first call asks it. */
export function functionFuel(
  bytes: number,
  multiplierThousandths: number,
  bytesPerFuel: number,
  constantThousandths: number,
): bigint {
  const numerator = bytes * multiplierThousandths + constantThousandths;
  if (numerator <= Number.MAX_SAFE_INTEGER) return roundedUp(numerator, 1000 * bytesPerFuel);
  return compileFuel(bytes, multiplierThousandths, bytesPerFuel, [[1, constantThousandths]]);
}

/** All integers below 2^53: remainder, difference and quotient are exact. */
function roundedUp(numerator: number, denominator: number): bigint {
  const remainder = numerator % denominator;
  return BigInt((numerator - remainder) / denominator + (remainder === 0 ? 0 : 1));
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
  return thousandthsOfDecimal(multiplier);
}

/**
 * A constant in fuel as thousandths of a byte filled, rounded up to a thousandth of a fuel as multipliers are.
 *
 * @throws RangeError unless `fuel` is from 0 to {@link MAXIMUM_CONSTANT_FUEL} and its bytes can be told exactly; `name` names it.
 */
export function thousandthsFromConstant(fuel: number, bytesPerFuel: number, name = 'constant'): number {
  if (typeof fuel !== 'number' || !(fuel >= 0) || !(fuel <= MAXIMUM_CONSTANT_FUEL)) {
    throw new RangeError(`${name} is ${String(fuel)}; give a number from 0 to ${MAXIMUM_CONSTANT_FUEL}`);
  }
  const thousandths = fuel === 0 ? 0 : thousandthsOfDecimal(fuel) * bytesPerFuel;
  if (thousandths > Number.MAX_SAFE_INTEGER) {
    const most = Math.floor(Number.MAX_SAFE_INTEGER / 1000 / bytesPerFuel);
    throw new RangeError(`${name} is ${fuel}; at ${bytesPerFuel} bytes per fuel give at most ${most}`);
  }
  return thousandths;
}

function thousandthsOfDecimal(positive: number): number {
  const [digits, exponent = '0'] = positive.toString().split('e') as [string, string?];
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
