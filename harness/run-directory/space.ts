import { existsSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { makeFolder } from './make-folder.js';

/**
 * Finds out before measuring whether the run will fit: makes the directory, writes a file there and asks for the free
 * space.
 * @returns a function that removes those of the folders made here that are still empty
 * @throws Error naming the directory and what to do
 */
export function proveWritable(directory: string, plannedBytes: number): () => void {
  const probe = join(directory, `.probe-${process.pid}`);
  const made: string[] = [];
  const removeEmpty = (): void => removeFolders(made);
  try {
    makeFolder(directory, { made });
    // Files of some systems take space only when written: this writes as much as is planned.
    writeFileSync(probe, Buffer.alloc(plannedBytes), { flush: true });
  } catch (error) {
    if (existsSync(probe)) rmSync(probe);
    removeEmpty();
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `there is no room for the ${(plannedBytes / 2 ** 20).toFixed(1)} MiB of a run${freeSpace(directory)}`
        : code === undefined
          ? message
          : systemReason(error);
    throw new Error(`cannot write into ${directory}: ${why}; choose another folder with --out`, {
      cause: error,
    });
  }
  rmSync(probe, { force: true });
  return removeEmpty;
}

/** From the innermost outwards, as far as they are empty. */
function removeFolders(made: readonly string[]): void {
  try {
    for (const folder of made) rmdirSync(folder);
  } catch {
    // It holds something by now, and so do those around it.
  }
}

function freeSpace(directory: string): string {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return ` (${((bavail * bsize) / 2 ** 20).toFixed(1)} MiB free)`;
  } catch {
    return '';
  }
}
