import fs from 'node:fs';
import path from 'node:path';

import { Fd, wasi } from '@bjorn3/browser_wasi_shim';

import { attempt, errnoOf, WasiError } from './errno.js';
import { ALL_RIGHTS, descriptorStatus, fileStatus, fileType, timesToSet } from './file-status.js';
import { OpenHostFile } from './open-file.js';
import { linkStaysInside, resolveInside } from './sandbox-path.js';

/** WASI's lookup flag: follow a symbolic link at the path's end. */
const SYMLINK_FOLLOW = 1;

/** An open folder of the host's; nothing outside it can be reached through it. */
export class OpenHostFolder extends Fd {
  private entries: wasi.Dirent[] = [];

  constructor(
    /** Real path on the host. */
    private readonly base: string,
    /** The guest's name for it, of a preopened folder. */
    private readonly guestName?: string,
  ) {
    super();
  }

  /** @throws WasiError, errors of the file system */
  resolve(guestPath: string, followLast: boolean): string {
    return resolveInside(this.base, guestPath, followLast);
  }

  /** Where an entry is that shall be made, moved or removed: the folder itself is none. */
  private resolveEntry(guestPath: string): string {
    const target = this.resolve(guestPath.replace(/(?<!^)\/+$/, ''), false);
    if (target === this.base) throw new WasiError(wasi.ERRNO_INVAL);
    return target;
  }

  override fd_fdstat_get() {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: descriptorStatus(wasi.FILETYPE_DIRECTORY, 0, ALL_RIGHTS) };
  }

  override fd_filestat_get() {
    return this.statusOf(() => fs.statSync(this.base, { bigint: true }));
  }

  override fd_prestat_get() {
    if (this.guestName === undefined) return { ret: wasi.ERRNO_BADF, prestat: null };
    return { ret: wasi.ERRNO_SUCCESS, prestat: wasi.Prestat.dir(this.guestName) };
  }

  override fd_readdir_single(cookie: bigint) {
    try {
      // Cookie 0 starts over; later ones go on in what was listed then.
      if (cookie === 0n || this.entries.length === 0) this.entries = this.list();
      return { ret: wasi.ERRNO_SUCCESS, dirent: this.entries[Number(BigInt.asUintN(64, cookie))] ?? null };
    } catch (error) {
      return { ret: errnoOf(error), dirent: null };
    }
  }

  private list(): wasi.Dirent[] {
    const own = fs.statSync(this.base, { bigint: true }).ino;
    const entries = fs.readdirSync(this.base, { withFileTypes: true });
    const named = [
      { name: '.', type: wasi.FILETYPE_DIRECTORY, ino: own },
      // Its number would tell something about the outside.
      { name: '..', type: wasi.FILETYPE_DIRECTORY, ino: own },
      ...entries.map((entry) => ({ name: entry.name, type: fileType(entry), ino: this.inodeOf(entry.name) })),
    ];
    return named.map(({ name, type, ino }, i) => new wasi.Dirent(BigInt(i + 1), ino, name, type));
  }

  private inodeOf(name: string): bigint {
    return fs.lstatSync(path.join(this.base, name), { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
  }

  private statusOf(stat: () => fs.BigIntStats) {
    try {
      return { ret: wasi.ERRNO_SUCCESS, filestat: fileStatus(stat()) };
    } catch (error) {
      return { ret: errnoOf(error), filestat: null };
    }
  }

  override path_filestat_get(flags: number, guestPath: string) {
    // Resolved already, so that the last link is the only one lstat may meet.
    return this.statusOf(() =>
      fs.lstatSync(this.resolve(guestPath, (flags & SYMLINK_FOLLOW) !== 0), { bigint: true }),
    );
  }

  override path_filestat_set_times(
    flags: number,
    guestPath: string,
    accessed: bigint,
    modified: bigint,
    set: number,
  ) {
    return attempt(() => {
      const target = this.resolve(guestPath, (flags & SYMLINK_FOLLOW) !== 0);
      const times = timesToSet(fs.lstatSync(target, { bigint: true }), accessed, modified, set);
      fs.lutimesSync(target, times.accessed, times.modified);
    });
  }

  override path_open(
    lookupFlags: number,
    guestPath: string,
    openFlags: number,
    rights: bigint,
    _inheriting: bigint,
    descriptorFlags: number,
  ) {
    try {
      const target = this.resolve(guestPath, (lookupFlags & SYMLINK_FOLLOW) !== 0);
      const opened = this.open(target, openFlags, BigInt.asUintN(64, rights), descriptorFlags);
      return { ret: wasi.ERRNO_SUCCESS, fd_obj: opened };
    } catch (error) {
      return { ret: errnoOf(error), fd_obj: null };
    }
  }

  private open(target: string, openFlags: number, rights: bigint, descriptorFlags: number): Fd {
    const has = (flag: number) => (openFlags & flag) !== 0;
    const writes = (rights & BigInt(wasi.RIGHTS_FD_WRITE)) !== 0n;
    const reads = (rights & BigInt(wasi.RIGHTS_FD_READ)) !== 0n;
    const stat = fs.lstatSync(target, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      if (has(wasi.OFLAGS_EXCL)) throw new WasiError(wasi.ERRNO_EXIST);
      if (has(wasi.OFLAGS_TRUNC) || (writes && !has(wasi.OFLAGS_DIRECTORY)))
        throw new WasiError(wasi.ERRNO_ISDIR);
      return new OpenHostFolder(target);
    }
    if (has(wasi.OFLAGS_DIRECTORY))
      throw new WasiError(stat === undefined ? wasi.ERRNO_NOENT : wasi.ERRNO_NOTDIR);
    // A pipe or device could block, or be more than a file.
    if (stat !== undefined && !stat.isFile() && !stat.isSymbolicLink())
      throw new WasiError(wasi.ERRNO_NOTSUP);
    const {
      O_RDONLY,
      O_WRONLY,
      O_RDWR,
      O_CREAT,
      O_EXCL,
      O_TRUNC,
      O_NOFOLLOW = 0,
      O_NONBLOCK = 0,
    } = fs.constants;
    let flags = (writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK;
    if (has(wasi.OFLAGS_CREAT)) flags |= O_CREAT;
    if (has(wasi.OFLAGS_EXCL)) flags |= O_EXCL;
    if (has(wasi.OFLAGS_TRUNC)) flags |= O_TRUNC;
    return new OpenHostFile(fs.openSync(target, flags, 0o666), rights, descriptorFlags);
  }

  override path_create_directory(guestPath: string): number {
    return attempt(() => fs.mkdirSync(this.resolveEntry(guestPath)));
  }

  override path_remove_directory(guestPath: string): number {
    return attempt(() => fs.rmdirSync(this.resolveEntry(guestPath)));
  }

  override path_unlink_file(guestPath: string): number {
    return attempt(() => {
      const target = this.resolve(guestPath, false);
      if (fs.lstatSync(target).isDirectory()) throw new WasiError(wasi.ERRNO_ISDIR);
      fs.unlinkSync(target);
    });
  }

  override path_readlink(guestPath: string) {
    try {
      return { ret: wasi.ERRNO_SUCCESS, data: fs.readlinkSync(this.resolve(guestPath, false)) };
    } catch (error) {
      return { ret: errnoOf(error), data: null };
    }
  }

  /** Renames within the folders given to the guest. */
  renameTo(guestPath: string, folder: OpenHostFolder, newGuestPath: string): number {
    return attempt(() => fs.renameSync(this.resolveEntry(guestPath), folder.resolveEntry(newGuestPath)));
  }

  /** Makes a hard link. */
  linkTo(guestPath: string, followLast: boolean, folder: OpenHostFolder, newGuestPath: string): number {
    return attempt(() => fs.linkSync(this.resolve(guestPath, followLast), folder.resolveEntry(newGuestPath)));
  }

  /** Makes a symbolic link; one that would lead out of the folder is refused, for whoever else may follow it. */
  symlink(target: string, guestPath: string): number {
    return attempt(() => {
      const linkPath = this.resolveEntry(guestPath);
      if (!linkStaysInside(this.base, linkPath, target)) throw new WasiError(wasi.ERRNO_NOTCAPABLE);
      fs.symlinkSync(target, linkPath);
    });
  }
}
