import {
  PROFILE_PHASES,
  PROFILE_POLICIES,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import type { PriceRecord, RecordedEstimate } from '@wasm-dyno/reports/recorded-run';

/** What a number is of: a byte in times of filling one, a byte in time, a function before its bytes in time. */
export type PriceOf = 'multiplier' | 'byte' | 'function';

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

/** What a multiplier is counted in. */
const MULTIPLIER_UNIT = 'x memset';

/** A constant whose interval is wider, as a part of it to either side, tells nothing by itself: bytes pay for what it does not. */
const WIDEST_CONSTANT = 0.25;

type MeasuredPrice = Pick<PriceRecord, 'multiplier' | 'nanosecondsPerByte' | 'constants'>;

/** The numbers that a phase is charged by. */
export function pricesOfPhase(
  policy: ProfilePolicyName,
  phase: ProfilePhase,
  { constants, multiplier, nanosecondsPerByte }: MeasuredPrice,
): Price[] {
  const name = `${policy} ${phase}`;
  const price = (
    of: PriceOf,
    unit: string,
    { estimate, low, high, confidenceLevel, processes }: RecordedEstimate,
  ) => ({
    ...{ name: of === 'multiplier' ? name : `${name} ${of}`, policy, phase, of, unit },
    ...{ estimate, low, high, confidenceLevel, processes },
  });
  const perFunction = constants.find(({ per }) => per === 'function')?.nanoseconds;
  return [
    price('multiplier', MULTIPLIER_UNIT, multiplier),
    price('byte', 'ns', nanosecondsPerByte),
    ...(perFunction !== undefined && isTold(perFunction) ? [price('function', 'ns', perFunction)] : []),
  ].filter(({ estimate, low }) => estimate > 0 && low > 0);
}

function isTold({ estimate, low, high }: RecordedEstimate): boolean {
  return estimate > 0 && high - low <= 2 * WIDEST_CONSTANT * estimate;
}

/** Every price that a profile charges by, warm ones first, phases as they follow each other. */
export function pricesOf({ policies }: Pick<HardwareProfile, 'policies'>): Price[] {
  return PROFILE_POLICIES.flatMap((policy) =>
    PROFILE_PHASES.flatMap((phase) => {
      const found = policies[policy]?.phases[phase];
      return found === undefined ? [] : pricesOfPhase(policy, phase, found);
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
