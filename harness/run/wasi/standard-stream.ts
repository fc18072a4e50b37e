import fs from 'node:fs';

import { Fd, wasi } from '@bjorn3/browser_wasi_shim';

import { errnoOf } from './errno.js';
import { descriptorStatus, fileStatus, fileType, noFileStatus } from './file-status.js';

const READING = BigInt(wasi.RIGHTS_FD_READ);
const WRITING = BigInt(wasi.RIGHTS_FD_WRITE);
const NO_BYTES = new Uint8Array(0);

/** Where bytes go, or come from: a stream of this process by its number, or a function that takes what is written. */
export type StreamEnd = number | ((bytes: Uint8Array) => void);

/** Standard input, output or error. No seeking, no telling: that is how programs know a terminal. */
export class StandardStream extends Fd {
  constructor(
    private readonly end: StreamEnd,
    private readonly direction: 'in' | 'out',
  ) {
    super();
  }

  override fd_fdstat_get() {
    const type = typeof this.end === 'number' ? fileType(fs.fstatSync(this.end)) : 0;
    const rights = this.direction === 'in' ? READING : WRITING;
    return { ret: wasi.ERRNO_SUCCESS, fdstat: descriptorStatus(type, 0, rights) };
  }

  override fd_fdstat_set_flags(): number {
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_get() {
    const filestat =
      typeof this.end === 'number' ? fileStatus(fs.fstatSync(this.end, { bigint: true })) : noFileStatus();
    return { ret: wasi.ERRNO_SUCCESS, filestat };
  }

  override fd_seek() {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }

  override fd_tell() {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }

  override fd_read(size: number) {
    if (this.direction === 'out' || typeof this.end !== 'number')
      return { ret: wasi.ERRNO_BADF, data: NO_BYTES };
    const data = new Uint8Array(Math.min(size, 65_536));
    try {
      const { end } = this;
      const count = retryWhenBusy(() => fs.readSync(end, data));
      return { ret: wasi.ERRNO_SUCCESS, data: data.subarray(0, count) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return { ret: wasi.ERRNO_SUCCESS, data: NO_BYTES };
      return { ret: errnoOf(error), data: NO_BYTES };
    }
  }

  override fd_write(data: Uint8Array) {
    if (this.direction === 'in') return { ret: wasi.ERRNO_BADF, nwritten: 0 };
    const { end } = this;
    if (typeof end === 'function') {
      end(data);
      return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
    }
    try {
      return {
        ret: wasi.ERRNO_SUCCESS,
        nwritten: data.length === 0 ? 0 : retryWhenBusy(() => fs.writeSync(end, data)),
      };
    } catch (error) {
      return { ret: errnoOf(error), nwritten: 0 };
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Pipes that Node has made non-blocking answer EAGAIN where a program expects to wait. */
function retryWhenBusy(step: () => number): number {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 2);
    }
  }
}
