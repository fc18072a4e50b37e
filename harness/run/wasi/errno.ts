import { wasi } from '@bjorn3/browser_wasi_shim';

const ERRNO_OF_CODE: Readonly<Record<string, number>> = {
  EACCES: wasi.ERRNO_ACCES,
  EAGAIN: wasi.ERRNO_AGAIN,
  EBADF: wasi.ERRNO_BADF,
  EBUSY: wasi.ERRNO_BUSY,
  EDQUOT: wasi.ERRNO_DQUOT,
  EEXIST: wasi.ERRNO_EXIST,
  EFBIG: wasi.ERRNO_FBIG,
  EINTR: wasi.ERRNO_INTR,
  EINVAL: wasi.ERRNO_INVAL,
  EIO: wasi.ERRNO_IO,
  EISDIR: wasi.ERRNO_ISDIR,
  ELOOP: wasi.ERRNO_LOOP,
  EMFILE: wasi.ERRNO_MFILE,
  EMLINK: wasi.ERRNO_MLINK,
  ENAMETOOLONG: wasi.ERRNO_NAMETOOLONG,
  ENFILE: wasi.ERRNO_NFILE,
  ENOENT: wasi.ERRNO_NOENT,
  ENOMEM: wasi.ERRNO_NOMEM,
  ENOSPC: wasi.ERRNO_NOSPC,
  ENOTDIR: wasi.ERRNO_NOTDIR,
  ENOTEMPTY: wasi.ERRNO_NOTEMPTY,
  ENOTSUP: wasi.ERRNO_NOTSUP,
  ENXIO: wasi.ERRNO_NXIO,
  EPERM: wasi.ERRNO_PERM,
  EPIPE: wasi.ERRNO_PIPE,
  EROFS: wasi.ERRNO_ROFS,
  ESPIPE: wasi.ERRNO_SPIPE,
  ETXTBSY: wasi.ERRNO_TXTBSY,
  EXDEV: wasi.ERRNO_XDEV,
};

/** An error that a WASI function answers with. */
export class WasiError extends Error {
  override readonly name = 'WasiError';
  constructor(readonly errno: number) {
    super(`WASI errno ${errno}`);
  }
}

/** The errno for an error of the host's file system; anything else is thrown again. */
export function errnoOf(error: unknown): number {
  if (error instanceof WasiError) return error.errno;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== 'string' || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
  return ERRNO_OF_CODE[code] ?? wasi.ERRNO_IO;
}

/** Success, or the errno that the step fails with. */
export function attempt(step: () => void): number {
  try {
    step();
    return wasi.ERRNO_SUCCESS;
  } catch (error) {
    return errnoOf(error);
  }
}
