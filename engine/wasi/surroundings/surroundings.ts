import type fs from 'node:fs';

import { Clock } from '../call/constants.js';
import type { FileStatus } from '../call/file-status.js';
import type { FileTimes } from '../call/file-times.js';

/** What a program can learn that is neither its input nor its own doing: time, chance, and how the host keeps its files. */
export interface Surroundings {
  /** Nanoseconds on a WASI clock; undefined for clocks that are not there. */
  now(clock: number): bigint | undefined;
  /** Nanoseconds that a WASI clock can tell apart; undefined for clocks that are not there. */
  resolution(clock: number): bigint | undefined;
  /** How much the clocks have been looked at, where looking makes time pass. */
  moment(): bigint;
  /** Goes back to such a moment: what came since is undone. */
  returnTo(moment: bigint): void;
  fillRandom(bytes: Uint8Array): void;
  /** Lets so much time pass. @returns false if it was interrupted */
  sleep(nanoseconds: bigint): boolean;

  /** A file's status as the program shall see it. */
  fileStatus(stat: fs.BigIntStats): FileStatus;
  /** Notes that the program set the times of a file, whose status is now `after`. */
  timesSet(after: fs.BigIntStats, times: FileTimes): void;
  /** Notes that the program changed a file or made it. */
  changed(stat: () => fs.BigIntStats): void;
  /** Notes that the program is about to remove a name of a file. */
  removing(stat: fs.BigIntStats): void;
  /** Whether what a stream is (a terminal, a pipe) and how its bytes come in pieces stays hidden. */
  readonly hidesStreams: boolean;
}

/** Nanoseconds of clocks that the host keeps in steps of this. */
export const REALTIME_RESOLUTION = 1000n;

/** The time of day, which every program has. */
export function realtime(surroundings: Surroundings): bigint {
  return surroundings.now(Clock.Realtime)!;
}
