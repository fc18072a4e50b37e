import { readKernelFile } from './linux-files.js';

/** Tells a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since boot; absent where the system does not tell. */
  readonly startTicks?: string;
}

export function ownIdentity(): ProcessIdentity {
  const startTicks = startTicksOf(process.pid);
  return { pid: process.pid, ...(startTicks === undefined ? {} : { startTicks }) };
}

/** Whether the process is there still. What claims to be one, and cannot be (0, -1, another start), is not. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  // 0 and negative numbers stand for groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // Where this process's start is told, the other's is, and was.
  if (startTicksOf(process.pid) === undefined) return pid > 1;
  return startTicks !== undefined && startTicksOf(pid) === startTicks;
}

/** Field 22 of `/proc/PID/stat` (proc(5)). */
function startTicksOf(pid: number): string | undefined {
  const stat = readKernelFile(`/proc/${pid}/stat`);
  // The second field is the command in brackets, and may hold anything.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
