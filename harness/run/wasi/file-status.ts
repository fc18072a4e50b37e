import type fs from 'node:fs';

import { wasi } from '@bjorn3/browser_wasi_shim';

type FileKind = Pick<
  fs.Dirent,
  'isDirectory' | 'isFile' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice' | 'isSocket'
>;

/** WASI's file type; pipes have none. */
export function fileType(kind: FileKind): number {
  if (kind.isFile()) return wasi.FILETYPE_REGULAR_FILE;
  if (kind.isDirectory()) return wasi.FILETYPE_DIRECTORY;
  if (kind.isSymbolicLink()) return wasi.FILETYPE_SYMBOLIC_LINK;
  if (kind.isCharacterDevice()) return wasi.FILETYPE_CHARACTER_DEVICE;
  if (kind.isBlockDevice()) return wasi.FILETYPE_BLOCK_DEVICE;
  if (kind.isSocket()) return wasi.FILETYPE_SOCKET_STREAM;
  return 0;
}

/** The shim's file status, written where the specification has its times. */
class FileStatus extends wasi.Filestat {
  override write_bytes(view: DataView, at: number): void {
    new Uint8Array(view.buffer, at, 64).fill(0);
    view.setBigUint64(at, this.dev, true);
    view.setBigUint64(at + 8, this.ino, true);
    view.setUint8(at + 16, this.filetype);
    view.setBigUint64(at + 24, this.nlink, true);
    view.setBigUint64(at + 32, this.size, true);
    view.setBigUint64(at + 40, this.atim, true);
    view.setBigUint64(at + 48, this.mtim, true);
    view.setBigUint64(at + 56, this.ctim, true);
  }
}

/** WASI's file status for the host's. */
export function fileStatus(stat: fs.BigIntStats): wasi.Filestat {
  const status = new FileStatus(stat.ino, fileType(stat), stat.size);
  status.dev = stat.dev;
  status.nlink = stat.nlink;
  status.atim = stat.atimeNs;
  status.mtim = stat.mtimeNs;
  status.ctim = stat.ctimeNs;
  return status;
}

/** The status of a stream that is no file. */
export function noFileStatus(): wasi.Filestat {
  return new FileStatus(0n, 0, 0n);
}

/** The times that `fd_filestat_set_times` sets, in seconds, as the host's functions want them. */
export function timesToSet(
  before: fs.BigIntStats,
  accessed: bigint,
  modified: bigint,
  flags: number,
): { readonly accessed: number; readonly modified: number } {
  const now = Date.now() / 1000;
  const choose = (given: bigint, old: bigint, set: number, setNow: number) =>
    flags & setNow ? now : Number(flags & set ? BigInt.asUintN(64, given) : old) / 1e9;
  return {
    accessed: choose(accessed, before.atimeNs, wasi.FSTFLAGS_ATIM, wasi.FSTFLAGS_ATIM_NOW),
    modified: choose(modified, before.mtimeNs, wasi.FSTFLAGS_MTIM, wasi.FSTFLAGS_MTIM_NOW),
  };
}

/** All rights of WASI preview 1. */
export const ALL_RIGHTS = 2n ** 30n - 1n;

/** A descriptor's status. */
export function descriptorStatus(type: number, flags: number, rights: bigint): wasi.Fdstat {
  const status = new wasi.Fdstat(type, flags);
  status.fs_rights_base = rights;
  status.fs_rights_inherited = rights;
  return status;
}
