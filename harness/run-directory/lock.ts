import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { readKernelFile } from '../machine/linux-files.js';

/** Who holds the lock. */
export interface LockHolder {
  readonly pid: number;
  /** Tells this process from a later one with the same number; undefined where the system does not tell. */
  readonly startTicks?: string;
  /** UTC. */
  readonly since: string;
  /** The run directory it writes. */
  readonly directory: string;
}

/** Another calibration runs on this machine: they would measure each other. */
export class CalibrationRunning extends Error {
  override readonly name = 'CalibrationRunning';
  constructor(
    readonly holder: LockHolder,
    readonly path: string,
  ) {
    super(
      `another calibration runs on this machine: process ${holder.pid}, since ${holder.since}, into ${holder.directory}; ` +
        'wait for it, or end it',
    );
  }
}

/** One per machine and temporary folder. */
export function lockPath(): string {
  return join(os.tmpdir(), 'wasm-dyno-calibration.lock');
}

/**
 * Takes the machine's lock for a calibration; a lock whose process is gone is broken.
 * @returns a function that gives it back
 * @throws CalibrationRunning
 */
export function takeCalibrationLock(directory: string, path = lockPath()): () => void {
  const own: LockHolder = {
    pid: process.pid,
    ...startTicksOf(process.pid),
    since: new Date().toISOString(),
    directory,
  };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    for (;;) {
      try {
        // A link appears with its content or not at all, and only where there was none.
        linkSync(draft, path);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        breakStale(path);
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

function breakStale(path: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && isAlive(holder)) throw new CalibrationRunning(holder, path);
  // Moved aside first: of two that break it only one succeeds, and a fresh lock taken in between is put back.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && isAlive(moved)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function readHolder(path: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
    return typeof holder.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const { startTicks } = startTicksOf(holder.pid);
  return holder.startTicks === undefined || startTicks === undefined || holder.startTicks === startTicks;
}

/** When a process started, in clock ticks since boot: field 22 of `/proc/PID/stat` (proc(5)). */
function startTicksOf(pid: number): { startTicks?: string } {
  const stat = readKernelFile(`/proc/${pid}/stat`);
  // The second field is the command in brackets, and may hold anything.
  const startTicks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTicks === undefined ? {} : { startTicks };
}
