import { readKernelFile } from '../machine/linux-files.js';

/** What the kernel counts for the main thread of a process. */
export interface ProcessCounters {
  /** Runnable but not running, so far. */
  readonly runDelayNanoseconds: number;
  /** How often it was taken off its CPU. */
  readonly involuntarySwitches: number;
}

/**
 * Read from outside, while the process waits for its next request: it is not disturbed.
 * @returns undefined where there is no `/proc`, or no such process
 */
export function readProcessCounters(pid: number | undefined): ProcessCounters | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  // schedstat: time on the CPU, time waiting for it, time slices (kernel documentation, sched-stats).
  const runDelay = Number(readKernelFile(`/proc/${pid}/schedstat`)?.split(' ')[1]);
  const switches = readKernelFile(`/proc/${pid}/status`)?.match(/^nonvoluntary_ctxt_switches:\s+(\d+)/m);
  if (!Number.isFinite(runDelay) || switches === null || switches === undefined) return undefined;
  return { runDelayNanoseconds: runDelay, involuntarySwitches: Number(switches[1]) };
}

/** What happened between two readings. */
export function countersBetween(
  before: ProcessCounters | undefined,
  after: ProcessCounters | undefined,
): ProcessCounters | undefined {
  if (before === undefined || after === undefined) return undefined;
  return {
    runDelayNanoseconds: Math.max(0, after.runDelayNanoseconds - before.runDelayNanoseconds),
    involuntarySwitches: Math.max(0, after.involuntarySwitches - before.involuntarySwitches),
  };
}
