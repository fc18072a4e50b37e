import {
  PROFILE_PHASES,
  PROFILE_POLICIES,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import type { PriceRecord, RecordedEstimate } from '@wasm-dyno/reports/recorded-run';

/**
 * What a number is of: the whole corpus, constants included, in times of filling as many bytes; a byte in times of filling one; a byte in
 * time; a function before its bytes in bytes filled.
 */
export type PriceOf = 'corpus' | 'multiplier' | 'byte' | 'function';

/** A number with its interval that sources have under one name: all that comparing and merging know of prices. */
export interface NamedEstimate extends RecordedEstimate {
  /** For example `warm translate`, `warm translate byte`, `unit`. */
  readonly name: string;
  readonly unit: string;
}

/** What a phase costs by a profile. */
export interface Price extends NamedEstimate {
  readonly policy: ProfilePolicyName;
  readonly phase: ProfilePhase;
  readonly of: PriceOf;
}

/** What numbers are counted in: times of filling as many bytes, nanoseconds, bytes filled in its time. Times move with the machine's clock, the others do not. */
const UNITS: Readonly<Record<PriceOf, string>> = {
  corpus: 'x',
  multiplier: 'x memset',
  byte: 'ns',
  function: 'B',
};

/** A constant whose interval is wider, as a part of it to either side, tells nothing by itself: bytes pay for what it does not. */
const WIDEST_CONSTANT = 0.25;

type MeasuredPrice = Pick<
  PriceRecord,
  'corpusNanosecondsPerByte' | 'multiplier' | 'nanosecondsPerByte' | 'constants'
>;

/**
 * What a phase costs: the corpus as a whole, and the numbers that are charged.
 *
 * @param unit time of filling a byte
 */
export function pricesOfPhase(
  policy: ProfilePolicyName,
  phase: ProfilePhase,
  { constants, corpusNanosecondsPerByte, multiplier, nanosecondsPerByte }: MeasuredPrice,
  unit: RecordedEstimate,
): Price[] {
  const name = `${policy} ${phase}`;
  const price = (
    of: PriceOf,
    { estimate, low, high, confidenceLevel, processes }: RecordedEstimate,
  ): Price => ({
    ...{ name: of === 'multiplier' ? name : `${name} ${of}`, policy, phase, of, unit: UNITS[of] },
    ...{ estimate, low, high, confidenceLevel, processes },
  });
  const perFunction = constants.find(({ per }) => per === 'function')?.nanoseconds;
  return [
    price('corpus', quotient(corpusNanosecondsPerByte, unit)),
    price('multiplier', multiplier),
    price('byte', nanosecondsPerByte),
    ...(perFunction !== undefined && isTold(perFunction)
      ? [price('function', quotient(perFunction, unit))]
      : []),
  ].filter(({ estimate, low }) => estimate > 0 && low > 0);
}

/** Of two estimates, with an interval that holds the errors of both as if they were apart (Zou & Donner 2008, on logarithms). */
function quotient(of: RecordedEstimate, by: RecordedEstimate): RecordedEstimate {
  const estimate = of.estimate / by.estimate;
  const below = Math.hypot(Math.log(of.estimate / of.low), Math.log(by.high / by.estimate));
  const above = Math.hypot(Math.log(of.high / of.estimate), Math.log(by.estimate / by.low));
  const confidenceLevel = Math.min(of.confidenceLevel, by.confidenceLevel);
  return {
    ...{ ...of, confidenceLevel, estimate },
    ...{ low: estimate * Math.exp(-below), high: estimate * Math.exp(above) },
  };
}

function isTold({ estimate, low, high }: RecordedEstimate): boolean {
  return estimate > 0 && high - low <= 2 * WIDEST_CONSTANT * estimate;
}

/** Every price that a profile charges by, warm ones first, phases as they follow each other. */
export function pricesOf({ policies, unit }: Pick<HardwareProfile, 'policies' | 'unit'>): Price[] {
  return PROFILE_POLICIES.flatMap((policy) =>
    PROFILE_PHASES.flatMap((phase) => {
      const found = policies[policy]?.phases[phase];
      return found === undefined ? [] : pricesOfPhase(policy, phase, found, unit.nanosecondsPerByte);
    }),
  );
}

/** What filling a byte takes: the unit that everything is counted in. */
export function unitPrice({
  estimate,
  low,
  high,
  confidenceLevel,
  processes,
}: RecordedEstimate): NamedEstimate {
  return { name: 'unit', unit: 'ns per byte filled', estimate, low, high, confidenceLevel, processes };
}
