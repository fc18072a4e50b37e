import { counted } from '../counted.js';
import type { MERGE_POLICIES } from './profile-words.js';

export { MERGE_POLICIES } from './profile-words.js';

/** How one number is made of a fleet's. */
export type MergePolicy = (typeof MERGE_POLICIES)[number];

/** How far the machines of a fleet lie apart in one number that is charged. */
export interface AgreedSpread {
  /**
   * For example `warm translate` (a multiplier), `warm translate function` and `execution f64-division` (bytes filled in the time of a
   * constant, and of executing what the class counts).
   */
  readonly name: string;
  readonly least: number;
  readonly median: number;
  readonly ninetieth: number;
  readonly most: number;
}

/** What makes a profile one that many machines agreed on: whichever machine loads it charges by the same numbers. */
export interface AgreedProfile {
  /** Digest of all that is charged: {@link agreedProfileId}. */
  readonly id: string;
  readonly policy: MergePolicy;
  /** Profiles that were merged, and kinds of machines (by `machine.id`) that they are of. */
  readonly profiles: number;
  readonly machineKinds: number;
  /** When the first and the last of them were made. */
  readonly from: string;
  readonly to: string;
  /** SHA-256 over the profiles' own digests, in order, a line each: which profiles these were. */
  readonly profilesSha256: string;
  readonly spread: readonly AgreedSpread[];
}

/** Whose agreement a profile is, in words: `3 profiles of 1 kind of machine`. */
export function agreedParties({
  machineKinds,
  profiles,
}: Pick<AgreedProfile, 'machineKinds' | 'profiles'>): string {
  return `${counted(profiles, 'profiles')} of ${counted(machineKinds, 'kinds')} of machine${machineKinds === 1 ? '' : 's'}`;
}
