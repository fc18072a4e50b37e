import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: whoever reads it, and whenever this is killed, sees the old text or the new.
 *
 * @param mode who may do what with it; as for any new file unless told
 */
export function writeAtomically(path: string, text: string | Uint8Array, mode?: number): void {
  const file = new AtomicFile(path, mode);
  try {
    file.write(text);
    file.finish();
  } finally {
    file.abandon();
  }
}

/** A file that is written a piece at a time, and there when it is whole: see {@link writeAtomically}. */
export class AtomicFile {
  private readonly temporary: string;
  private readonly file: number;
  private state: 'open' | 'closed' | 'ended' = 'open';

  constructor(
    private readonly path: string,
    private readonly mode?: number,
  ) {
    this.temporary = `${path}.${process.pid}.new`;
    // Made here and nowhere else: a link that somebody put there is not followed.
    rmSync(this.temporary, { force: true });
    this.file = openSync(this.temporary, 'wx');
  }

  write(text: string | Uint8Array): void {
    writeWhole(this.file, text);
  }

  finish(): void {
    if (this.mode !== undefined) fchmodSync(this.file, this.mode);
    fsyncSync(this.file);
    this.close();
    renameSync(this.temporary, this.path);
    this.state = 'ended';
    syncFolder(dirname(this.path));
  }

  /** Leaves nothing of it, unless it is finished. */
  abandon(): void {
    if (this.state === 'open') this.close();
    if (this.state === 'closed') rmSync(this.temporary, { force: true });
    this.state = 'ended';
  }

  private close(): void {
    this.state = 'closed';
    closeSync(this.file);
  }
}

/** A single write may take only a part. */
export function writeWhole(file: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
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
