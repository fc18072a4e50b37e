import { counted } from '../counted.js';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** A file that cannot be read. The message names it and says why, and what to do, in one line. */
export class FileError extends Error {
  override readonly name = 'FileError';
  constructor(
    readonly path: string,
    /** Without the path, for example `no such file or folder`. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: cannot be read: ${reason}`, options);
  }

  /** Whether nothing is there by that path. A file that is in a folder that may not be looked into is not known to be missing. */
  get isMissing(): boolean {
    const { cause } = this;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}

/**
 * Reads a regular file of at most `maximumBytes` bytes. Pipes, devices and folders are refused without waiting for anything.
 * @throws FileError
 */
export function readRegularFile(path: string, maximumBytes: number): Buffer {
  let file: number;
  try {
    // A pipe that nobody writes to would keep a blocking open waiting. Windows has neither the pipes nor the flag.
    file = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  } catch (error) {
    throw new FileError(path, systemReason(error), { cause: error });
  }
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) throw new FileError(path, 'is a folder; name a file in it');
    if (!status.isFile())
      throw new FileError(path, 'is not a regular file; copy what it gives into a file first');
    if (status.size > maximumBytes) throw new FileError(path, tooLarge(status.size, maximumBytes));
    return readToEnd(file, path, status.size, maximumBytes);
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(path, systemReason(error), { cause: error });
  } finally {
    closeSync(file);
  }
}

/** As {@link readRegularFile}, decoded as UTF-8. @throws FileError */
export function readRegularText(path: string, maximumBytes: number): string {
  return readRegularFile(path, maximumBytes).toString('utf8');
}

/** Files of the kernel's say 0 bytes and have more; others grow while they are read. */
function readToEnd(file: number, path: string, expectedBytes: number, maximumBytes: number): Buffer {
  let bytes = Buffer.allocUnsafe(expectedBytes + 1);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    if (length > maximumBytes) throw new FileError(path, tooLarge(length, maximumBytes));
    if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length + 4096);
  }
}

function tooLarge(bytes: number, maximumBytes: number): string {
  return `has ${counted(bytes, 'bytes')}; up to ${maximumBytes} are read`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'part of the path is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a symbolic link that leads back to itself',
  EISDIR: 'is a folder',
  EEXIST: 'is there already',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'is not a regular file; copy what it gives into a file first',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'no space left in the quota',
  EROFS: 'the file system is read-only',
  EFBIG: 'the file would become too large',
  EIO: 'the device reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** The operating system's error as a reason in plain words. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `cannot be read (${error instanceof Error ? error.message : String(error)})`;
}
