import type fs from 'node:fs';

import { Clock, FileType } from '../call/constants.js';
import { fileType, type FileStatus } from '../call/file-status.js';
import { fileKey, type FileTimes } from '../call/file-times.js';
import { RandomWords } from './random-words.js';
import type { Surroundings } from './surroundings.js';

/** 2020-01-01T00:00:00Z: where the clock of seed 0 begins; seed n begins n seconds later. */
const BEGINNING = 1_577_836_800_000_000_000n;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;

/** What passes each time the program looks at a clock. */
const TICK = 1000n;

/** Largest seed. */
export const MAXIMUM_SEED = 2 ** 32 - 1;

/** What the program has been told about a file. */
interface KnownFile {
  readonly inode: bigint;
  times: FileTimes;
  changed: bigint;
}

/**
 * Surroundings that depend on a seed and on what the program does, on nothing else: time passes with each look at a clock and with
 * each sleep (which takes none of the host's), random numbers come from the seed, files are numbered as the program meets them and
 * as old as the clock's beginning unless the program changes them.
 */
export class SeededSurroundings implements Surroundings {
  readonly hidesStreams = true;
  private readonly began: bigint;
  private passed = 0n;
  private readonly generator: RandomWords;
  private readonly known = new Map<string, KnownFile>();
  private lastInode = 0n;

  /** @throws RangeError for a seed that is no whole number from 0 to 2^32 - 1 */
  constructor(readonly seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > MAXIMUM_SEED) {
      throw new RangeError(`a seed is a whole number from 0 to ${MAXIMUM_SEED}, not ${seed}`);
    }
    this.began = BEGINNING + BigInt(seed) * NANOSECONDS_PER_SECOND;
    this.generator = new RandomWords(seed);
  }

  private get time(): bigint {
    return this.began + this.passed;
  }

  now(clock: number): bigint | undefined {
    if (this.resolution(clock) === undefined) return undefined;
    this.passed += TICK;
    return clock === Clock.Realtime ? this.time : this.passed;
  }

  resolution(clock: number): bigint | undefined {
    return clock === Clock.Realtime || clock === Clock.Monotonic ? TICK : undefined;
  }

  moment(): bigint {
    return this.passed;
  }

  returnTo(moment: bigint): void {
    this.passed = moment;
  }

  fillRandom(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 4) {
      const word = this.generator.next();
      for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = word >>> (8 * i);
    }
  }

  sleep(nanoseconds: bigint): boolean {
    this.passed += nanoseconds;
    return true;
  }

  fileStatus(stat: fs.BigIntStats): FileStatus {
    const { inode, times, changed } = this.file(stat);
    return {
      device: 1n,
      inode,
      type: fileType(stat),
      // Other names of a file are the host's affair, and hosts differ in what they count and store for folders.
      links: 1n,
      size: stat.isDirectory() ? 0n : stat.size,
      times,
      changed,
    };
  }

  private file(stat: fs.BigIntStats): KnownFile {
    // Open, but without a name any more: its number is nobody's.
    if (stat.nlink === 0n)
      return { inode: 0n, times: { accessed: this.began, modified: this.began }, changed: this.began };
    const key = fileKey(stat);
    let file = this.known.get(key);
    if (file === undefined) {
      const times = { accessed: this.began, modified: this.began };
      file = { inode: ++this.lastInode, times, changed: this.began };
      this.known.set(key, file);
    }
    return file;
  }

  timesSet(after: fs.BigIntStats, times: FileTimes): void {
    const file = this.file(after);
    file.times = times;
    file.changed = this.time;
  }

  changed(stat: () => fs.BigIntStats): void {
    const file = this.file(stat());
    file.times = { ...file.times, modified: this.time };
    file.changed = this.time;
  }

  removing(stat: fs.BigIntStats): void {
    // The host may give the number to another file at once, or never.
    if (stat.nlink <= 1n || fileType(stat) === FileType.Directory) this.known.delete(fileKey(stat));
  }
}
