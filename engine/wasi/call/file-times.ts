import type fs from 'node:fs';

import { ALL_TIME_FLAGS, Errno, TimeFlag } from './constants.js';
import { demand } from './errno.js';

/** Files remembered at most; the longest remembered is forgotten first. */
const MAXIMUM_REMEMBERED = 4096;

/** Both times of a file that can be set, in nanoseconds. */
export interface FileTimes {
  readonly accessed: bigint;
  readonly modified: bigint;
}

/** The times after setting those that the flags name. @throws WasiError `inval` for flags that contradict each other or are unknown */
export function timesToSet(before: FileTimes, given: FileTimes, flags: number, now: bigint): FileTimes {
  const { Accessed, AccessedNow, Modified, ModifiedNow } = TimeFlag;
  const both = (a: number, b: number) => (flags & a) !== 0 && (flags & b) !== 0;
  demand(
    flags <= ALL_TIME_FLAGS && !both(Accessed, AccessedNow) && !both(Modified, ModifiedNow),
    Errno.Inval,
  );
  const choose = (old: bigint, value: bigint, set: number, setNow: number) =>
    flags & setNow ? now : flags & set ? value : old;
  return {
    accessed: choose(before.accessed, given.accessed, Accessed, AccessedNow),
    modified: choose(before.modified, given.modified, Modified, ModifiedNow),
  };
}

/** Half of what doubles lie apart at today's seconds: cutting to microseconds then never loses one. */
const HALF_STEP = 1.2e-7;

/** Seconds as Node's functions want them: microseconds are what all its versions keep. */
export function hostSeconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1e6 + HALF_STEP;
}

/** What identifies a file while it exists. */
export function fileKey({ dev, ino }: fs.BigIntStats): string {
  return `${dev}:${ino}`;
}

/** A file's times as they were set, and as the host then told them. */
interface Remembered {
  readonly set: FileTimes;
  readonly told: FileTimes;
}

/**
 * Node sets times in microseconds or so (as a double's seconds). Here the nanoseconds are remembered, for as long as the host
 * still tells the time that it made of them.
 */
export class ExactTimes {
  private readonly remembered = new Map<string, Remembered>();

  timesOf(stat: fs.BigIntStats): FileTimes {
    const told = { accessed: stat.atimeNs, modified: stat.mtimeNs };
    const known = this.remembered.get(fileKey(stat));
    if (known === undefined) return told;
    return {
      accessed: known.told.accessed === told.accessed ? known.set.accessed : told.accessed,
      modified: known.told.modified === told.modified ? known.set.modified : told.modified,
    };
  }

  /** Notes what was set, given the host's status afterwards. */
  note(after: fs.BigIntStats, set: FileTimes): void {
    const key = fileKey(after);
    this.remembered.delete(key);
    this.remembered.set(key, { set, told: { accessed: after.atimeNs, modified: after.mtimeNs } });
    if (this.remembered.size > MAXIMUM_REMEMBERED)
      this.remembered.delete(this.remembered.keys().next().value!);
  }
}
