import fs from 'node:fs';

import { Errno, FileType, Right } from '../call/constants.js';
import { Descriptor, refuse } from './descriptor.js';
import { WasiError } from '../call/errno.js';
import { fileType, STREAM_STATUS, type FileStatus } from '../call/file-status.js';
import { totalLength, upTo } from '../call/guest-memory.js';
import type { Pause } from '../surroundings/pause.js';
import type { Surroundings } from '../surroundings/surroundings.js';

/** Bytes that one call moves at most. */
export const MAXIMUM_STREAM_TRANSFER = 65_536;

/** Between two tries on a stream that is not ready. */
const BUSY_NANOSECONDS = 2_000_000n;

/** Where written bytes go: a stream of this process by its number, or a function, which must copy what it keeps. */
export type StreamEnd = number | ((bytes: Uint8Array) => void);

/** Where read bytes come from: a stream of this process by its number, or the bytes themselves. */
export type StreamSource = number | Uint8Array;

/** A standard stream. No seeking, no telling: that is how programs know a terminal. */
abstract class StandardStream extends Descriptor {
  constructor(
    right: bigint,
    /** The process's stream, if it is one. */
    protected readonly number: number | undefined,
    protected readonly surroundings: Surroundings,
  ) {
    super(right | Right.PollFdReadwrite | Right.FdFilestatGet | Right.FdSetFlags, 0n, 0);
  }

  private hostStatus(): fs.BigIntStats | undefined {
    if (this.number === undefined || this.surroundings.hidesStreams) return undefined;
    return fs.fstatSync(this.number, { bigint: true });
  }

  protected override type(): number {
    const stat = this.hostStatus();
    return stat === undefined ? FileType.Unknown : fileType(stat);
  }

  override fileStatus(): FileStatus {
    const stat = this.hostStatus();
    return stat === undefined ? STREAM_STATUS : this.surroundings.fileStatus(stat);
  }

  override close(): void {
    // It is the process's, not the program's.
  }

  override advise(): void {
    refuse(Errno.SPipe);
  }

  override seek(): bigint {
    return refuse(Errno.SPipe);
  }

  override tell(): bigint {
    return refuse(Errno.SPipe);
  }

  override readAt(): number {
    return refuse(Errno.SPipe);
  }

  override writeAt(): number {
    return refuse(Errno.SPipe);
  }

  override allocate(): void {
    refuse(Errno.SPipe);
  }

  override setSize(): void {
    refuse(Errno.Inval);
  }

  override setTimes(): void {
    refuse(Errno.BadF);
  }

  override sync(): void {
    refuse(Errno.Inval);
  }
}

/** Standard input. */
export class InputStream extends StandardStream {
  private rest: Uint8Array;

  constructor(
    source: StreamSource,
    surroundings: Surroundings,
    private readonly pause: Pause,
  ) {
    super(Right.FdRead, typeof source === 'number' ? source : undefined, surroundings);
    this.rest = typeof source === 'number' ? new Uint8Array(0) : source;
  }

  override read(vectors: readonly Uint8Array[]): number {
    this.demandOpenedFor(Right.FdRead);
    const wanted = upTo(vectors, MAXIMUM_STREAM_TRANSFER);
    const length = totalLength(wanted);
    if (length === 0) return 0;
    const bytes = this.number === undefined ? this.take(length) : this.readHost(this.number, length);
    let at = 0;
    for (const vector of wanted) {
      const part = bytes.subarray(at, at + vector.length);
      vector.set(part);
      at += part.length;
    }
    return bytes.length;
  }

  private take(length: number): Uint8Array {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(taken.length);
    return taken;
  }

  /** One read, unless how the bytes come in pieces shall not show. */
  private readHost(number: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    do {
      const count = this.readOnce(number, bytes.subarray(filled));
      if (count === 0) break;
      filled += count;
    } while (this.surroundings.hidesStreams && filled < length);
    return bytes.subarray(0, filled);
  }

  private readOnce(number: number, bytes: Uint8Array): number {
    try {
      return retryWhenBusy(() => fs.readSync(number, bytes), this.pause);
    } catch (error) {
      // Windows tells the end of a pipe in this way.
      if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
      throw error;
    }
  }

  override write(): number {
    return refuse(Errno.BadF);
  }

  override available(): bigint {
    return BigInt(this.rest.length);
  }
}

/** Standard output or error. */
export class OutputStream extends StandardStream {
  constructor(
    private readonly end: StreamEnd,
    surroundings: Surroundings,
    private readonly pause: Pause,
  ) {
    super(Right.FdWrite, typeof end === 'number' ? end : undefined, surroundings);
  }

  override read(): number {
    return refuse(Errno.BadF);
  }

  override write(vectors: readonly Uint8Array[]): number {
    this.demandOpenedFor(Right.FdWrite);
    const given = upTo(vectors, MAXIMUM_STREAM_TRANSFER);
    const { end } = this;
    if (typeof end === 'function') {
      for (const bytes of given) end(bytes);
      return totalLength(given);
    }
    return given.length === 0 ? 0 : this.writeAll(end, given);
  }

  /** All of it: how many bytes a pipe takes at a time is its reader's doing. */
  private writeAll(number: number, given: readonly Uint8Array[]): number {
    let written = 0;
    try {
      for (const bytes of given) {
        for (let at = 0; at < bytes.length;) {
          const rest = bytes.subarray(at);
          const count = retryWhenBusy(() => fs.writeSync(number, rest), this.pause);
          at += count;
          written += count;
        }
      }
    } catch (error) {
      // What was written counts; the next call meets the error.
      if (written === 0) throw error;
    }
    return written;
  }
}

/** Pipes that Node has made non-blocking answer EAGAIN where a program expects to wait. */
function retryWhenBusy(step: () => number, pause: Pause): number {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      if (!pause.wait(BUSY_NANOSECONDS)) throw new WasiError(Errno.Intr);
    }
  }
}
