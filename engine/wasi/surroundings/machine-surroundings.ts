import type fs from 'node:fs';

import { Clock } from '../call/constants.js';
import { hostFileStatus, type FileStatus } from '../call/file-status.js';
import { ExactTimes, type FileTimes } from '../call/file-times.js';
import type { Pause } from './pause.js';
import { REALTIME_RESOLUTION, type Surroundings } from './surroundings.js';

/** Bytes that the host's generator gives at a time. */
const RANDOM_CHUNK = 65_536;

/** The machine's own clocks, random numbers and files. */
export class MachineSurroundings implements Surroundings {
  readonly hidesStreams = false;
  private readonly exactTimes = new ExactTimes();

  constructor(private readonly pause: Pause) {}

  now(clock: number): bigint | undefined {
    if (clock === Clock.Realtime)
      return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * REALTIME_RESOLUTION;
    return clock === Clock.Monotonic ? process.hrtime.bigint() : undefined;
  }

  resolution(clock: number): bigint | undefined {
    if (clock === Clock.Realtime) return REALTIME_RESOLUTION;
    return clock === Clock.Monotonic ? 1n : undefined;
  }

  moment(): bigint {
    return 0n;
  }

  returnTo(): void {
    // Time passes by itself.
  }

  fillRandom(bytes: Uint8Array): void {
    // Into memory of its own: the host's generator refuses some kinds of memory.
    const chunk = new Uint8Array(Math.min(bytes.length, RANDOM_CHUNK));
    for (let at = 0; at < bytes.length; at += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, bytes.length - at));
      bytes.set(crypto.getRandomValues(part), at);
    }
  }

  sleep(nanoseconds: bigint): boolean {
    return this.pause.wait(nanoseconds);
  }

  fileStatus(stat: fs.BigIntStats): FileStatus {
    return hostFileStatus(stat, this.exactTimes.timesOf(stat));
  }

  timesSet(after: fs.BigIntStats, times: FileTimes): void {
    this.exactTimes.note(after, times);
  }

  changed(): void {
    // The host tells it.
  }

  removing(): void {
    // The host tells it.
  }
}
