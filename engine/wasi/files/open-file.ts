import fs from 'node:fs';

import { Errno, FdFlag, FileType, Right, Whence } from '../call/constants.js';
import { demand, WasiError } from '../call/errno.js';
import { Descriptor } from './descriptor.js';
import type { FileStatus } from '../call/file-status.js';
import { hostSeconds, timesToSet, type FileTimes } from '../call/file-times.js';
import { totalLength, upTo } from '../call/guest-memory.js';
import type { Surroundings } from '../surroundings/surroundings.js';

/** Bytes moved by one call at most: a guest asking for gigabytes gets a short read, as from any system. */
export const MAXIMUM_FILE_TRANSFER = 2 ** 22;

/** Largest size and position: what the host's functions take as numbers. */
const MAXIMUM_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/** Flags that are given when opening and stay. */
const SYNC_FLAGS = FdFlag.DSync | FdFlag.RSync | FdFlag.Sync;

/** An open file of the host's: reads and writes go to the file itself. */
export class OpenFile extends Descriptor {
  private position = 0n;

  constructor(
    private readonly descriptor: number,
    rights: bigint,
    inheriting: bigint,
    flags: number,
    private readonly surroundings: Surroundings,
  ) {
    super(rights, inheriting, flags);
  }

  private hostStatus(): fs.BigIntStats {
    return fs.fstatSync(this.descriptor, { bigint: true });
  }

  private noteChange(): void {
    this.surroundings.changed(() => this.hostStatus());
  }

  protected override type(): number {
    return FileType.RegularFile;
  }

  override fileStatus(): FileStatus {
    return this.surroundings.fileStatus(this.hostStatus());
  }

  override close(): void {
    fs.closeSync(this.descriptor);
  }

  override setFlags(flags: number): void {
    demand((flags & SYNC_FLAGS) === (this.flags & SYNC_FLAGS), Errno.NotSup);
    this.flags = flags;
  }

  override setTimes(given: FileTimes, flags: number, now: bigint): void {
    const times = timesToSet(this.fileStatus().times, given, flags, now);
    fs.futimesSync(this.descriptor, hostSeconds(times.accessed), hostSeconds(times.modified));
    this.surroundings.timesSet(this.hostStatus(), times);
  }

  override setSize(size: bigint): void {
    this.demandOpenedFor(Right.FdWrite);
    // What a signed length cannot hold is no length.
    demand(BigInt.asIntN(64, size) >= 0n, Errno.Inval);
    demand(size <= MAXIMUM_OFFSET, Errno.FBig);
    fs.ftruncateSync(this.descriptor, Number(size));
    this.noteChange();
  }

  override advise(): void {
    // Nothing is promised for advice.
  }

  override allocate(offset: bigint, length: bigint): void {
    this.demandOpenedFor(Right.FdWrite);
    demand(BigInt.asIntN(64, offset) >= 0n && BigInt.asIntN(64, length) > 0n, Errno.Inval);
    demand(offset + length <= MAXIMUM_OFFSET, Errno.FBig);
    if (this.hostStatus().size >= offset + length) return;
    fs.ftruncateSync(this.descriptor, Number(offset + length));
    this.noteChange();
  }

  override sync(): void {
    fs.fsyncSync(this.descriptor);
  }

  override readAt(vectors: readonly Uint8Array[], offset: bigint): number {
    this.demandOpenedFor(Right.FdRead);
    demand(BigInt.asIntN(64, offset) >= 0n, Errno.Inval);
    const wanted = upTo(vectors, MAXIMUM_FILE_TRANSFER);
    if (wanted.length === 0 || offset > MAXIMUM_OFFSET) return 0;
    return fs.readvSync(this.descriptor, wanted, Number(offset));
  }

  override read(vectors: readonly Uint8Array[]): number {
    const count = this.readAt(vectors, this.position);
    this.position += BigInt(count);
    return count;
  }

  override writeAt(vectors: readonly Uint8Array[], offset: bigint): number {
    this.demandOpenedFor(Right.FdWrite);
    demand(BigInt.asIntN(64, offset) >= 0n, Errno.Inval);
    const given = upTo(vectors, MAXIMUM_FILE_TRANSFER);
    if (given.length === 0) return 0;
    demand(offset + BigInt(totalLength(given)) <= MAXIMUM_OFFSET, Errno.FBig);
    const count = fs.writevSync(this.descriptor, given, Number(offset));
    this.noteChange();
    return count;
  }

  override write(vectors: readonly Uint8Array[]): number {
    this.demandOpenedFor(Right.FdWrite);
    if ((this.flags & FdFlag.Append) !== 0) this.position = this.hostStatus().size;
    const count = this.writeAt(vectors, this.position);
    this.position += BigInt(count);
    return count;
  }

  override seek(offset: bigint, whence: number): bigint {
    const position = this.seekBase(whence) + offset;
    demand(position >= 0n && BigInt.asIntN(64, position) === position, Errno.Inval);
    this.position = position;
    return position;
  }

  private seekBase(whence: number): bigint {
    switch (whence) {
      case Whence.Set:
        return 0n;
      case Whence.Current:
        return this.position;
      case Whence.End:
        return this.hostStatus().size;
      default:
        throw new WasiError(Errno.Inval);
    }
  }

  override tell(): bigint {
    return this.position;
  }

  override available(): bigint {
    const left = this.hostStatus().size - this.position;
    return left > 0n ? left : 0n;
  }
}
