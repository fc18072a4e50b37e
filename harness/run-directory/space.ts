import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Finds out before measuring whether the run will fit: makes the directory, writes a file there and asks for the free
 * space.
 * @throws Error naming the directory and what to do
 */
export function proveWritable(directory: string, plannedBytes: number): void {
  const probe = join(directory, `.probe-${process.pid}`);
  try {
    makeFolder(directory);
    // Files of some systems take space only when written: this writes as much as is planned.
    writeFileSync(probe, Buffer.alloc(plannedBytes), { flush: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `there is no room for the ${(plannedBytes / 2 ** 20).toFixed(1)} MiB of a run${freeSpace(directory)}`
        : message;
    throw new Error(`cannot write into ${directory}: ${why}; choose another folder with --out`, {
      cause: error,
    });
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Level by level: Node's own recursive way never ends where the system says that the parent is missing (`/proc`). */
function makeFolder(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeFolder(parent);
  mkdirSync(directory);
}

function freeSpace(directory: string): string {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return ` (${((bavail * bsize) / 2 ** 20).toFixed(1)} MiB free)`;
  } catch {
    return '';
  }
}
