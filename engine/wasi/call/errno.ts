import { Errno } from './constants.js';

const ERRNO_OF_CODE: Readonly<Record<string, number>> = {
  EACCES: Errno.Acces,
  EAGAIN: Errno.Again,
  EBADF: Errno.BadF,
  EBUSY: Errno.Busy,
  EDQUOT: Errno.DQuot,
  EEXIST: Errno.Exist,
  EFBIG: Errno.FBig,
  EILSEQ: Errno.IlSeq,
  EINTR: Errno.Intr,
  EINVAL: Errno.Inval,
  EIO: Errno.Io,
  EISDIR: Errno.IsDir,
  ELOOP: Errno.Loop,
  EMFILE: Errno.MFile,
  EMLINK: Errno.MLink,
  ENAMETOOLONG: Errno.NameTooLong,
  ENFILE: Errno.NFile,
  ENOENT: Errno.NoEnt,
  ENOMEM: Errno.NoMem,
  ENOSPC: Errno.NoSpc,
  ENOTDIR: Errno.NotDir,
  ENOTEMPTY: Errno.NotEmpty,
  ENOTSUP: Errno.NotSup,
  ENXIO: Errno.NxIo,
  EOPNOTSUPP: Errno.NotSup,
  EOVERFLOW: Errno.Overflow,
  EPERM: Errno.Perm,
  EPIPE: Errno.Pipe,
  EROFS: Errno.RoFs,
  ESPIPE: Errno.SPipe,
  ESTALE: Errno.Stale,
  ETXTBSY: Errno.TxtBsy,
  EXDEV: Errno.XDev,
};

/** An error that a WASI function answers with. It has no stack: making one would take longer than most calls are paid for. */
export class WasiError extends Error {
  override readonly name = 'WasiError';
  constructor(readonly errno: number) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`WASI errno ${errno}`);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The errno for an error of the host's file system; anything else (too little fuel, faults of ours) is thrown again. */
export function errnoOf(error: unknown): number {
  if (error instanceof WasiError) return error.errno;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== 'string' || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
  return ERRNO_OF_CODE[code] ?? Errno.Io;
}

/** @throws WasiError with the errno unless the condition holds. */
export function demand(condition: boolean, errno: number): asserts condition {
  if (!condition) throw new WasiError(errno);
}
