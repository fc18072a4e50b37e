import { Errno, Right } from '../call/constants.js';
import { WasiError } from '../call/errno.js';
import type { DescriptorStatus, FileStatus } from '../call/file-status.js';
import type { FileTimes } from '../call/file-times.js';

/** What a descriptor of the program's stands for. */
export abstract class Descriptor {
  /** Rights that the program gave up after it had the descriptor. */
  private dropped = 0n;
  /** The same, of those that descriptors opened through it may have. */
  private droppedInheriting = 0n;

  constructor(
    protected rights: bigint,
    protected inheriting: bigint,
    protected flags: number,
  ) {}

  protected abstract type(): number;
  abstract fileStatus(): FileStatus;
  abstract close(): void;

  status(): DescriptorStatus {
    return { type: this.type(), flags: this.flags, rights: this.rights, inheriting: this.inheriting };
  }

  /** Gives up all rights but these. @throws WasiError `notcapable` for rights that it has not */
  setRights(rights: bigint, inheriting: bigint): void {
    if ((rights & ~this.rights) !== 0n || (inheriting & ~this.inheriting) !== 0n)
      throw new WasiError(Errno.NotCapable);
    this.dropped |= this.rights & ~rights;
    this.droppedInheriting |= this.inheriting & ~inheriting;
    this.rights = rights;
    this.inheriting = inheriting;
  }

  /** Takes over what was given up for all descriptors opened through that one. */
  inheritFrom(opener: Descriptor): this {
    this.dropped = opener.droppedInheriting;
    this.droppedInheriting = opener.droppedInheriting;
    return this;
  }

  /**
   * What was not there when it was opened is refused by what would be done; what was given up later is refused here.
   * @throws WasiError `notcapable`
   */
  demand(right: bigint): void {
    if ((this.dropped & right) !== 0n) throw new WasiError(Errno.NotCapable);
  }

  /** @throws WasiError `badf` unless it was opened for it */
  protected demandOpenedFor(right: typeof Right.FdRead | typeof Right.FdWrite): void {
    if ((this.rights & right) === 0n) throw new WasiError(Errno.BadF);
  }

  setFlags(flags: number): void {
    this.flags = flags;
  }

  abstract setTimes(given: FileTimes, flags: number, now: bigint): void;
  abstract setSize(size: bigint): void;
  abstract advise(): void;
  abstract allocate(offset: bigint, length: bigint): void;
  abstract sync(): void;
  /** Reads into the buffers once, as readv does. @returns bytes read; 0 at the end */
  abstract read(vectors: readonly Uint8Array[]): number;
  abstract readAt(vectors: readonly Uint8Array[], offset: bigint): number;
  /** Writes the buffers once, as writev does. @returns bytes written, perhaps not all */
  abstract write(vectors: readonly Uint8Array[]): number;
  abstract writeAt(vectors: readonly Uint8Array[], offset: bigint): number;
  /** @returns the new position */
  abstract seek(offset: bigint, whence: number): bigint;
  abstract tell(): bigint;

  /** Bytes that can be read without waiting, as far as that is known. */
  available(): bigint {
    return 0n;
  }
}

/** @throws WasiError always */
export function refuse(errno: number): never {
  throw new WasiError(errno);
}
