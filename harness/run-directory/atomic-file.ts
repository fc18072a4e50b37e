import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: whoever reads it, and whenever this is killed, sees the old text or the new.
 *
 * @param mode who may do what with it; as for any new file unless told
 */
export function writeAtomically(path: string, text: string | Uint8Array, mode?: number): void {
  const temporary = `${path}.${process.pid}.new`;
  // Made here and nowhere else: a link that somebody put there is not followed.
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx');
  try {
    writeWhole(file, typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
    if (mode !== undefined) fchmodSync(file, mode);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** A single write may take only a part. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** Makes a rename last. Not every system lets a folder be opened; there it is up to the system. */
function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(folder);
  } catch {
    // As above.
  } finally {
    closeSync(folder);
  }
}
