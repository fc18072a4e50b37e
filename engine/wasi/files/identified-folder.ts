import fs from 'node:fs';
import path from 'node:path';

import { Errno } from '../call/constants.js';
import { demand, WasiError } from '../call/errno.js';
import type { ByteText } from '../call/guest-memory.js';
import type { HeldFolder } from './held-folder.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_TRUNC } = fs.constants;

/** What could separate folders or name drives and streams on Windows must not hide in a name. */
const FORBIDDEN = process.platform === 'win32' ? ['\\', ':'] : [];

/**
 * Where the host has no /proc: a folder known by path, device and inode. That the path still means this folder is looked at before
 * and after each step. A folder that was moved or removed is `stale` from then on. Between the looks another process, though not
 * the program itself, could exchange the path: that is not noticed in time.
 */
export class IdentifiedFolder implements HeldFolder {
  private constructor(
    private readonly path: Buffer,
    private readonly device: bigint,
    private readonly inode: bigint,
  ) {}

  /** Holds the folder at a real path of the host's. */
  static hold(real: string): IdentifiedFolder {
    return IdentifiedFolder.identify(Buffer.from(real));
  }

  private static identify(place: Buffer): IdentifiedFolder {
    const stat = fs.lstatSync(place, { bigint: true });
    demand(!stat.isSymbolicLink(), Errno.Loop);
    demand(stat.isDirectory(), Errno.NotDir);
    return new IdentifiedFolder(place, stat.dev, stat.ino);
  }

  private confirm(): void {
    const stat = fs.lstatSync(this.path, { bigint: true, throwIfNoEntry: false });
    demand(stat?.dev === this.device && stat.ino === this.inode, Errno.Stale);
  }

  here<T>(step: (path: Buffer) => T): T {
    this.confirm();
    const result = step(this.path);
    this.confirm();
    return result;
  }

  at<T>(name: ByteText, step: (path: Buffer) => T): T {
    return this.here(() => step(this.pathOf(name)));
  }

  private pathOf(name: ByteText): Buffer {
    demand(!FORBIDDEN.some((separator) => name.includes(separator)), Errno.NotCapable);
    return Buffer.concat([this.path, Buffer.from(path.sep), Buffer.from(name, 'latin1')]);
  }

  status(): fs.BigIntStats {
    return this.here((place) => fs.lstatSync(place, { bigint: true }));
  }

  openFolder(name: ByteText): IdentifiedFolder {
    return this.at(name, (place) => IdentifiedFolder.identify(place));
  }

  openFile(name: ByteText, flags: number): number {
    this.confirm();
    const place = this.pathOf(name);
    const before = fs.lstatSync(place, { bigint: true, throwIfNoEntry: false });
    if (before !== undefined) {
      if ((flags & O_EXCL) !== 0) throw new WasiError(Errno.Exist);
      demand(!before.isSymbolicLink(), Errno.Loop);
      demand(!before.isDirectory(), Errno.IsDir);
      demand(before.isFile(), Errno.NotSup);
    }
    const making = before === undefined && (flags & O_CREAT) !== 0 ? O_CREAT | O_EXCL : 0;
    const opening = (flags & ~(O_CREAT | O_EXCL | O_TRUNC)) | making | O_NOFOLLOW | O_NONBLOCK;
    const descriptor = fs.openSync(place, opening, 0o666);
    try {
      this.confirm();
      const stat = fs.fstatSync(descriptor, { bigint: true });
      if (before !== undefined) demand(stat.dev === before.dev && stat.ino === before.ino, Errno.Stale);
      // Only now is it known to be the file that was meant.
      if ((flags & O_TRUNC) !== 0) fs.ftruncateSync(descriptor);
      return descriptor;
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
  }

  rename(name: ByteText, target: IdentifiedFolder, newName: ByteText): void {
    this.at(name, (from) => target.at(newName, (to) => fs.renameSync(from, to)));
  }

  link(name: ByteText, target: IdentifiedFolder, newName: ByteText): void {
    this.at(name, (from) => {
      // Whether link() follows a link in its first path differs from system to system.
      demand(!fs.lstatSync(from).isSymbolicLink(), Errno.NotSup);
      target.at(newName, (to) => fs.linkSync(from, to));
    });
  }

  duplicate(): IdentifiedFolder {
    return new IdentifiedFolder(this.path, this.device, this.inode);
  }

  close(): void {
    // Nothing of the host's is held.
  }
}
