import os from 'node:os';

import { readKernelFile, type CpuTimes } from '../machine/linux-files.js';

/** Times in `/proc` count these per second (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;
/** Shorter than this, a few ticks more or less decide. */
const LEAST_TICKS = TICKS_PER_SECOND;

/** A process execution with more than so many cores busy on other things was not alone. */
export const MOST_OTHERS_BUSY_CORES = 0.3;

/** CPU time that a child and its threads have used so far, in ticks; undefined where the system does not tell. */
export function childTicks(pid: number | undefined): number | undefined {
  // The name, in brackets, may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = readKernelFile(`/proc/${pid ?? 0}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  return Number.isFinite(ticks) ? ticks : undefined;
}

/** CPU time that this process has used so far, in ticks. */
export function ownTicks(): number {
  const { user, system } = process.cpuUsage();
  return ((user + system) / 1e6) * TICKS_PER_SECOND;
}

/**
 * How many cores others kept busy between two readings.
 * @param ticksOfOurs CPU time of harness and target together in between
 * @returns null where it cannot be told
 */
export function othersBusyCores(
  before: CpuTimes | undefined,
  after: CpuTimes | undefined,
  ticksOfOurs: number | undefined,
): number | null {
  if (before === undefined || after === undefined || ticksOfOurs === undefined) return null;
  const elapsedTicks = (after.total - before.total) / os.cpus().length;
  if (elapsedTicks < LEAST_TICKS) return null;
  const busyTicks = after.total - after.idle - after.stolen - (before.total - before.idle - before.stolen);
  return Math.max(0, busyTicks - ticksOfOurs) / elapsedTicks;
}
