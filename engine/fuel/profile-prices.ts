import { thousandthsFromMultiplier } from './fuel-costs.js';
import type {
  MultiplierRule,
  ProfileConstant,
  ProfileEstimate,
  ProfilePrice,
  ProfileUnit,
} from './hardware-profile.js';

/** The number that a rule charges by. */
function ruled({ estimate, high }: ProfileEstimate, rule: MultiplierRule): number {
  return rule === 'estimate-rounded-up' ? estimate : high;
}

/** Smallest multiplier that is charged, in thousandths. */
const LEAST_THOUSANDTHS = 1;

/** The multiplier that a profile's rule makes of its estimate, in thousandths. */
export function multiplierByRule({ multiplier, rule }: Pick<ProfilePrice, 'multiplier' | 'rule'>): number {
  const decimal = ruled(multiplier, rule);
  return decimal > 0 ? thousandthsFromMultiplier(decimal, 'multiplier') : LEAST_THOUSANDTHS;
}

/** The whole number of fuel, in the profile's unit, that its rule makes of a constant's time; rounded up. */
export function constantByRule(
  nanoseconds: ProfileEstimate,
  rule: MultiplierRule,
  { nanosecondsPerFuel }: Pick<ProfileUnit, 'nanosecondsPerFuel'>,
): number {
  return Math.max(0, Math.ceil(ruled(nanoseconds, rule) / nanosecondsPerFuel.estimate));
}

/** A constant in thousandths of a byte filled, whatever the profile's unit. */
export function constantThousandthsOf(
  { constantFuel }: ProfileConstant,
  { bytesPerFuel }: Pick<ProfileUnit, 'bytesPerFuel'>,
): number {
  return Math.ceil(constantFuel * bytesPerFuel * 1000);
}

/** A unit as it is written: so many bytes filled, or a time. */
export const UNIT_PATTERN = /^([1-9][0-9]{0,11})(B|fs|ps|ns)$/;

/** What a unit's definition fixes: bytes, or nanoseconds. Undefined for what is no unit. */
export function unitDefinition(
  definition: string,
): { readonly bytes: number } | { readonly nanoseconds: number } | undefined {
  const [, digits, of] = UNIT_PATTERN.exec(definition) ?? [];
  if (digits === undefined) return undefined;
  const amount = Number(digits);
  switch (of) {
    case 'B':
      return { bytes: amount };
    case 'ns':
      return { nanoseconds: amount };
    case 'ps':
      return { nanoseconds: amount / 1e3 };
    default:
      return { nanoseconds: amount / 1e6 };
  }
}
