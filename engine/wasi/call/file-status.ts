import type fs from 'node:fs';

import { FileType } from './constants.js';
import type { FileTimes } from './file-times.js';
import type { GuestMemory } from './guest-memory.js';

type FileKind = Pick<
  fs.BigIntStats,
  'isDirectory' | 'isFile' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice' | 'isSocket'
>;

/** WASI's file type; pipes have none. */
export function fileType(kind: FileKind): number {
  if (kind.isFile()) return FileType.RegularFile;
  if (kind.isDirectory()) return FileType.Directory;
  if (kind.isSymbolicLink()) return FileType.SymbolicLink;
  if (kind.isCharacterDevice()) return FileType.CharacterDevice;
  if (kind.isBlockDevice()) return FileType.BlockDevice;
  if (kind.isSocket()) return FileType.SocketStream;
  return FileType.Unknown;
}

/** WASI's file status (`filestat`). */
export interface FileStatus {
  readonly device: bigint;
  readonly inode: bigint;
  readonly type: number;
  readonly links: bigint;
  readonly size: bigint;
  readonly times: FileTimes;
  readonly changed: bigint;
}

/** The host's status with times that may be more exact. */
export function hostFileStatus(stat: fs.BigIntStats, times: FileTimes): FileStatus {
  return {
    device: stat.dev,
    inode: stat.ino,
    type: fileType(stat),
    links: stat.nlink,
    size: stat.size,
    times,
    changed: stat.ctimeNs,
  };
}

/** The status of a stream that is no file. */
export const STREAM_STATUS: FileStatus = {
  device: 0n,
  inode: 0n,
  type: FileType.Unknown,
  links: 0n,
  size: 0n,
  times: { accessed: 0n, modified: 0n },
  changed: 0n,
};

export const FILE_STATUS_BYTES = 64;

export function writeFileStatus(memory: GuestMemory, at: number, status: FileStatus): void {
  memory.bytes(at, FILE_STATUS_BYTES).fill(0);
  memory.writeUnsigned64(at, status.device);
  memory.writeUnsigned64(at + 8, status.inode);
  memory.bytes(at + 16, 1)[0] = status.type;
  memory.writeUnsigned64(at + 24, status.links);
  memory.writeUnsigned64(at + 32, status.size);
  memory.writeUnsigned64(at + 40, status.times.accessed);
  memory.writeUnsigned64(at + 48, status.times.modified);
  memory.writeUnsigned64(at + 56, status.changed);
}

export const DESCRIPTOR_STATUS_BYTES = 24;

/** WASI's descriptor status (`fdstat`). */
export interface DescriptorStatus {
  readonly type: number;
  readonly flags: number;
  readonly rights: bigint;
  readonly inheriting: bigint;
}

export function writeDescriptorStatus(memory: GuestMemory, at: number, status: DescriptorStatus): void {
  const bytes = memory.bytes(at, DESCRIPTOR_STATUS_BYTES).fill(0);
  bytes[0] = status.type;
  bytes[2] = status.flags;
  memory.writeUnsigned64(at + 8, status.rights);
  memory.writeUnsigned64(at + 16, status.inheriting);
}
