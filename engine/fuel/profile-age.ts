import type { HardwareProfile } from './hardware-profile.js';
import type { ProfileProblem } from './profile-check.js';

/** Milliseconds, or so many days, hours or minutes: `90d`, `12h`, `30m`. */
export type MaximumAge = number | string;

const MILLISECONDS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 };

/** @throws RangeError for what is no age */
function ageMilliseconds(age: MaximumAge): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([dhm])$/.exec(String(age)) ?? [];
  const milliseconds = typeof age === 'number' ? age : Number(amount) * MILLISECONDS[unit ?? '']!;
  if (milliseconds >= 0 && Number.isFinite(milliseconds)) return milliseconds;
  throw new RangeError(
    `maximumAge is ${JSON.stringify(age)}; give milliseconds, or days, hours or minutes such as "90d"`,
  );
}

/** What is wrong with the age of a profile, if anything is. @throws RangeError for a bad `maximumAge` */
export function ageProblem(
  { createdAt }: HardwareProfile,
  {
    maximumAge,
    now = new Date(),
  }: { readonly maximumAge?: MaximumAge | undefined; readonly now?: Date | undefined },
): [ProfileProblem] | undefined {
  if (maximumAge === undefined) return undefined;
  const most = ageMilliseconds(maximumAge);
  if (now.getTime() - Date.parse(createdAt) <= most) return undefined;
  const message = `it was made on ${createdAt} and may be ${String(maximumAge)}${typeof maximumAge === 'number' ? ' ms' : ''} old; calibrate again (wasm-dyno calibrate)`;
  return [{ kind: 'age', createdAt, message }];
}
