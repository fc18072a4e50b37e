import fs from 'node:fs';

import { Fd, wasi } from '@bjorn3/browser_wasi_shim';

import { attempt, errnoOf } from './errno.js';
import { descriptorStatus, fileStatus, fileType, timesToSet } from './file-status.js';

/** Bytes moved by one call at most: a guest asking for gigabytes gets a short read, as from any system. */
const MAXIMUM_TRANSFER = 2 ** 22;

const NO_BYTES = new Uint8Array(0);

/** An open file of the host's: reads and writes go to the file itself. */
export class OpenHostFile extends Fd {
  private position = 0n;

  constructor(
    private readonly descriptor: number,
    private readonly rights: bigint,
    private flags: number,
  ) {
    super();
  }

  private allows(right: number): boolean {
    return (this.rights & BigInt(right)) !== 0n;
  }

  private get appends(): boolean {
    return (this.flags & wasi.FDFLAGS_APPEND) !== 0;
  }

  private size(): bigint {
    return fs.fstatSync(this.descriptor, { bigint: true }).size;
  }

  override fd_close(): number {
    return attempt(() => fs.closeSync(this.descriptor));
  }

  override fd_fdstat_get() {
    const type = fileType(fs.fstatSync(this.descriptor));
    return { ret: wasi.ERRNO_SUCCESS, fdstat: descriptorStatus(type, this.flags, this.rights) };
  }

  override fd_fdstat_set_flags(flags: number): number {
    this.flags = flags;
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: fileStatus(fs.fstatSync(this.descriptor, { bigint: true })) };
  }

  override fd_filestat_set_size(size: bigint): number {
    if (!this.allows(wasi.RIGHTS_FD_WRITE)) return wasi.ERRNO_BADF;
    if (size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) return wasi.ERRNO_FBIG;
    return attempt(() => fs.ftruncateSync(this.descriptor, Number(size)));
  }

  override fd_filestat_set_times(accessed: bigint, modified: bigint, flags: number): number {
    return attempt(() => {
      const before = fs.fstatSync(this.descriptor, { bigint: true });
      const times = timesToSet(before, accessed, modified, flags);
      fs.futimesSync(this.descriptor, times.accessed, times.modified);
    });
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    if (offset < 0n || length < 0n) return wasi.ERRNO_INVAL;
    return attempt(() => {
      if (this.size() < offset + length) fs.ftruncateSync(this.descriptor, Number(offset + length));
    });
  }

  override fd_sync(): number {
    return attempt(() => fs.fsyncSync(this.descriptor));
  }

  override fd_pread(size: number, offset: bigint) {
    if (!this.allows(wasi.RIGHTS_FD_READ)) return { ret: wasi.ERRNO_BADF, data: NO_BYTES };
    if (offset < 0n) return { ret: wasi.ERRNO_INVAL, data: NO_BYTES };
    try {
      const data = new Uint8Array(Math.min(size, MAXIMUM_TRANSFER));
      const count = fs.readSync(this.descriptor, data, 0, data.length, offset);
      return { ret: wasi.ERRNO_SUCCESS, data: data.subarray(0, count) };
    } catch (error) {
      return { ret: errnoOf(error), data: NO_BYTES };
    }
  }

  override fd_read(size: number) {
    const answer = this.fd_pread(size, this.position);
    this.position += BigInt(answer.data.length);
    return answer;
  }

  override fd_pwrite(data: Uint8Array, offset: bigint) {
    if (!this.allows(wasi.RIGHTS_FD_WRITE)) return { ret: wasi.ERRNO_BADF, nwritten: 0 };
    if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) return { ret: wasi.ERRNO_FBIG, nwritten: 0 };
    try {
      const nwritten = fs.writeSync(this.descriptor, data, 0, data.length, Number(offset));
      return { ret: wasi.ERRNO_SUCCESS, nwritten };
    } catch (error) {
      return { ret: errnoOf(error), nwritten: 0 };
    }
  }

  override fd_write(data: Uint8Array) {
    if (this.appends) this.position = this.size();
    const answer = this.fd_pwrite(data, this.position);
    this.position += BigInt(answer.nwritten);
    return answer;
  }

  override fd_seek(offset: bigint, whence: number) {
    const bases: Readonly<Record<number, () => bigint>> = {
      [wasi.WHENCE_SET]: () => 0n,
      [wasi.WHENCE_CUR]: () => this.position,
      [wasi.WHENCE_END]: () => this.size(),
    };
    const base = bases[whence];
    const position = base === undefined ? -1n : base() + offset;
    if (position < 0n) return { ret: wasi.ERRNO_INVAL, offset: this.position };
    this.position = position;
    return { ret: wasi.ERRNO_SUCCESS, offset: position };
  }

  override fd_tell() {
    return { ret: wasi.ERRNO_SUCCESS, offset: this.position };
  }
}
