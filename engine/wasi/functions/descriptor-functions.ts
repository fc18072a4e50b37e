import { OutOfFuelError } from '../../index.js';
import type { Charge } from '../call/charge.js';
import { ALL_FD_FLAGS, Errno, Right } from '../call/constants.js';
import type { Descriptor } from '../files/descriptor.js';
import { demand, WasiError } from '../call/errno.js';
import {
  DESCRIPTOR_STATUS_BYTES,
  FILE_STATUS_BYTES,
  writeDescriptorStatus,
  writeFileStatus,
} from '../call/file-status.js';
import { totalLength } from '../call/guest-memory.js';
import { MAXIMUM_FILE_TRANSFER } from '../files/open-file.js';
import type { FolderEntry, OpenFolder } from '../files/open-folder.js';
import { realtime } from '../surroundings/surroundings.js';
import type { WasiCall } from './wasi-call.js';

const ENTRY_HEAD_BYTES = 24;
const PREOPENED_FOLDER = 0;

/** Advice is a number from 0 (`normal`) to 5 (`noreuse`). */
const LAST_ADVICE = 5;

/** The descriptor, with what asking the host about it costs. */
function opened({ charge, descriptors }: WasiCall, number: number, right: bigint): Descriptor {
  charge.requests();
  const descriptor = descriptors.get(number);
  descriptor.demand(right);
  return descriptor;
}

function synchronise(call: WasiCall, number: number, right: bigint): void {
  const descriptor = opened(call, number, right);
  call.charge.sync();
  descriptor.sync();
}

/** Moves bytes between the program's buffers and a descriptor, and tells how many. */
function transfer(
  call: WasiCall,
  number: number,
  right: bigint,
  [vectorsAt, count, movedAt]: readonly [number, number, number],
  move: (descriptor: Descriptor, vectors: readonly Uint8Array[]) => number,
): void {
  const { memory, charge } = call;
  const descriptor = opened(call, number, right);
  const vectors = memory.vectors(vectorsAt, count);
  memory.bytes(movedAt, 4);
  charge.items(vectors.length);
  charge.bytes(Math.min(totalLength(vectors), MAXIMUM_FILE_TRANSFER));
  memory.writeUnsigned32(movedAt, move(descriptor, vectors));
}

function preopened({ descriptors }: WasiCall, number: number): { name: Buffer; folder: OpenFolder } {
  const descriptor = descriptors.get(number);
  const folder = 'guestName' in descriptor ? (descriptor as OpenFolder) : undefined;
  if (folder?.guestName === undefined) throw new WasiError(Errno.BadF);
  return { name: Buffer.from(folder.guestName), folder };
}

/** An entry of a folder; a listing that was made by the same call is not kept if the fuel does not suffice for the entry. */
function entryOf(
  folder: OpenFolder,
  cookie: bigint,
  charge: Charge,
  wasListed: boolean,
): FolderEntry | undefined {
  try {
    return folder.entry(cookie, charge);
  } catch (error) {
    if (error instanceof OutOfFuelError && !wasListed) folder.unlist();
    throw error;
  }
}

/** What is done with open descriptors. */
export const descriptorFunctions = {
  fd_advise(call: WasiCall, number: number, offset: bigint, length: bigint, advice: number): void {
    const descriptor = opened(call, number, Right.FdAdvise);
    demand(advice <= LAST_ADVICE && BigInt.asIntN(64, offset) >= 0n, Errno.Inval);
    demand(BigInt.asIntN(64, length) >= 0n, Errno.Inval);
    descriptor.advise();
  },

  fd_allocate(call: WasiCall, number: number, offset: bigint, length: bigint): void {
    opened(call, number, Right.FdAllocate).allocate(offset, length);
  },

  fd_close({ charge, descriptors }: WasiCall, number: number): void {
    charge.requests();
    descriptors.close(number);
  },

  fd_datasync: (call: WasiCall, number: number) => synchronise(call, number, Right.FdDatasync),

  fd_sync: (call: WasiCall, number: number) => synchronise(call, number, Right.FdSync),

  fd_fdstat_get(call: WasiCall, number: number, at: number): void {
    call.memory.bytes(at, DESCRIPTOR_STATUS_BYTES);
    writeDescriptorStatus(call.memory, at, opened(call, number, 0n).status());
  },

  fd_fdstat_set_flags(call: WasiCall, number: number, flags: number): void {
    demand(flags <= ALL_FD_FLAGS, Errno.Inval);
    opened(call, number, Right.FdSetFlags).setFlags(flags);
  },

  fd_fdstat_set_rights(call: WasiCall, number: number, rights: bigint, inheriting: bigint): void {
    call.descriptors.get(number).setRights(rights, inheriting);
  },

  fd_filestat_get(call: WasiCall, number: number, at: number): void {
    call.memory.bytes(at, FILE_STATUS_BYTES);
    writeFileStatus(call.memory, at, opened(call, number, Right.FdFilestatGet).fileStatus());
  },

  fd_filestat_set_size(call: WasiCall, number: number, size: bigint): void {
    opened(call, number, Right.FdFilestatSetSize).setSize(size);
  },

  fd_filestat_set_times(
    call: WasiCall,
    number: number,
    accessed: bigint,
    modified: bigint,
    flags: number,
  ): void {
    const descriptor = opened(call, number, Right.FdFilestatSetTimes);
    call.charge.change();
    descriptor.setTimes({ accessed, modified }, flags, realtime(call.surroundings));
  },

  fd_prestat_get(call: WasiCall, number: number, at: number): void {
    const { memory } = call;
    memory.bytes(at, 8);
    const { name } = preopened(call, number);
    memory.writeUnsigned32(at, PREOPENED_FOLDER);
    memory.writeUnsigned32(at + 4, name.length);
  },

  fd_prestat_dir_name(call: WasiCall, number: number, at: number, length: number): void {
    const { memory, charge } = call;
    const { name } = preopened(call, number);
    demand(length >= name.length, Errno.NameTooLong);
    charge.bytes(name.length);
    memory.bytes(at, name.length).set(name);
  },

  fd_pread(
    call: WasiCall,
    number: number,
    vectorsAt: number,
    count: number,
    offset: bigint,
    readAt: number,
  ): void {
    transfer(call, number, Right.FdRead, [vectorsAt, count, readAt], (descriptor, vectors) =>
      descriptor.readAt(vectors, offset),
    );
  },

  fd_pwrite(
    call: WasiCall,
    number: number,
    vectorsAt: number,
    count: number,
    offset: bigint,
    writtenAt: number,
  ) {
    transfer(call, number, Right.FdWrite, [vectorsAt, count, writtenAt], (descriptor, vectors) =>
      descriptor.writeAt(vectors, offset),
    );
  },

  fd_read(call: WasiCall, number: number, vectorsAt: number, count: number, readAt: number): void {
    transfer(call, number, Right.FdRead, [vectorsAt, count, readAt], (descriptor, vectors) =>
      descriptor.read(vectors),
    );
  },

  fd_write(call: WasiCall, number: number, vectorsAt: number, count: number, writtenAt: number): void {
    transfer(call, number, Right.FdWrite, [vectorsAt, count, writtenAt], (descriptor, vectors) =>
      descriptor.write(vectors),
    );
  },

  /** A buffer that is not filled says that the folder ends here; the last entry is cut to fill it. */
  fd_readdir(
    call: WasiCall,
    number: number,
    at: number,
    length: number,
    cookie: bigint,
    usedAt: number,
  ): void {
    const { memory, charge, descriptors } = call;
    const buffer = memory.bytes(at, length);
    memory.bytes(usedAt, 4);
    const folder = descriptors.folder(number);
    folder.demand(Right.FdReaddir);
    const listed = folder.isListed;
    let used = 0;
    while (used < length) {
      const entry = entryOf(folder, cookie, charge, listed);
      if (entry === undefined) break;
      const head = Buffer.alloc(ENTRY_HEAD_BYTES);
      head.writeBigUInt64LE(++cookie, 0);
      head.writeBigUInt64LE(entry.inode, 8);
      head.writeUInt32LE(entry.name.length, 16);
      head[20] = entry.type;
      for (const part of [head, entry.name]) {
        const fitting = part.subarray(0, length - used);
        buffer.set(fitting, used);
        used += fitting.length;
      }
    }
    memory.writeUnsigned32(usedAt, used);
  },

  fd_renumber({ charge, descriptors }: WasiCall, from: number, to: number): void {
    charge.requests();
    descriptors.renumber(from, to);
  },

  fd_seek(call: WasiCall, number: number, offset: bigint, whence: number, at: number): void {
    const { memory } = call;
    memory.bytes(at, 8);
    const position = opened(call, number, Right.FdSeek).seek(BigInt.asIntN(64, offset), whence);
    memory.writeUnsigned64(at, position);
  },

  fd_tell(call: WasiCall, number: number, at: number): void {
    const { memory } = call;
    memory.bytes(at, 8);
    memory.writeUnsigned64(at, opened(call, number, Right.FdTell).tell());
  },
};
