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

/** WASI's file status for the host's. */
export function fileStatus(stat: fs.BigIntStats): wasi.Filestat {
  const status = new wasi.Filestat(stat.ino, fileType(stat), stat.size);
  status.dev = stat.dev;
  status.nlink = stat.nlink;
  status.atim = stat.atimeNs;
  status.mtim = stat.mtimeNs;
  status.ctim = stat.ctimeNs;
  return status;
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
