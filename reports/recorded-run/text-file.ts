import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { RecordedRunError } from './recorded-run-error.js';

/**
 * A text file, or undefined when it is not there. Folders, pipes and devices are refused without waiting for anything.
 *
 * @throws RecordedRunError when it cannot be read
 */
export function readTextFile(path: string): string | undefined {
  let file: number | undefined;
  try {
    // A pipe that nobody writes to would keep a blocking open waiting. Windows has neither the pipes nor the flag.
    file = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
    if (fstatSync(file).isFile()) return readFileSync(file, 'utf8');
    throw new RecordedRunError(`${path} is no regular file; put a file of the run in its place`);
  } catch (error) {
    if (error instanceof RecordedRunError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new RecordedRunError(`${path} cannot be read (${code}); ${MENDS[code] ?? 'give read permission'}`, {
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const MENDS: Readonly<Record<string, string>> = {
  ENOTDIR: 'name a run directory',
  ENXIO: 'put a file of the run in its place',
  ELOOP: 'put a file of the run in its place',
  ERR_STRING_TOO_LONG: 'it is too large for a file of a run',
  ERR_FS_FILE_TOO_LARGE: 'it is too large for a file of a run',
};
