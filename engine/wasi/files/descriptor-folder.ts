import fs from 'node:fs';

import { Errno } from '../call/constants.js';
import { WasiError } from '../call/errno.js';
import type { ByteText } from '../call/guest-memory.js';
import type { HeldFolder } from './held-folder.js';

/** Linux: a descriptor that only says where something is (open(2)); Node has no name for it. */
const O_PATH = 0o10000000;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

const HOLDING = O_PATH | O_DIRECTORY | O_NOFOLLOW;

/** File system type of /proc (statfs(2)): through it a program would reach this process's memory and files. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Times that a name may turn from absent to present under our hands before it counts as busy. */
const ATTEMPTS = 8;

/** What the kernel resolves to the very file that the descriptor is open on, whatever its name has become. */
const byDescriptor = (descriptor: number) => `/proc/self/fd/${descriptor}`;

/**
 * Linux: a folder held by a descriptor of it. The path `/proc/self/fd/N/name` means what openat(N, "name") means: the kernel goes
 * from the descriptor, not from a name, and of a single component with O_NOFOLLOW nothing is followed.
 */
export class DescriptorFolder implements HeldFolder {
  private static possible: boolean | undefined;

  private constructor(
    private readonly descriptor: number,
    private readonly device: bigint,
  ) {}

  /** Whether this machine has /proc, and it means what it should. */
  static isPossible(): boolean {
    return (DescriptorFolder.possible ??= process.platform === 'linux' && provesItself());
  }

  /** Holds the folder at a real path of the host's. */
  static hold(real: string): DescriptorFolder {
    return DescriptorFolder.open(Buffer.from(real), undefined);
  }

  private static open(path: Buffer, above: bigint | undefined): DescriptorFolder {
    const descriptor = fs.openSync(path, HOLDING);
    try {
      const device = fs.fstatSync(descriptor, { bigint: true }).dev;
      // Another file system than the one above: is it /proc?
      if (device !== above && fs.statfsSync(byDescriptor(descriptor)).type === PROC_SUPER_MAGIC)
        throw new WasiError(Errno.NotCapable);
      return new DescriptorFolder(descriptor, device);
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
  }

  at<T>(name: ByteText, step: (path: Buffer) => T): T {
    return step(this.pathOf(name));
  }

  here<T>(step: (path: Buffer) => T): T {
    return step(Buffer.from(byDescriptor(this.descriptor)));
  }

  private pathOf(name: ByteText): Buffer {
    return Buffer.from(`${byDescriptor(this.descriptor)}/${name}`, 'latin1');
  }

  status(): fs.BigIntStats {
    return fs.fstatSync(this.descriptor, { bigint: true });
  }

  openFolder(name: ByteText): DescriptorFolder {
    return DescriptorFolder.open(this.pathOf(name), this.device);
  }

  openFile(name: ByteText, flags: number): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const descriptor = this.openPresent(name, flags) ?? this.openAbsent(name, flags);
      if (descriptor !== undefined) return descriptor;
    }
    throw new WasiError(Errno.Busy);
  }

  /** Looks what it is before anything is opened: opening a pipe or device would be felt at its other end. */
  private openPresent(name: ByteText, flags: number): number | undefined {
    let found: number;
    try {
      found = fs.openSync(this.pathOf(name), O_PATH | O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && (flags & O_CREAT) !== 0) return undefined;
      throw error;
    }
    try {
      if ((flags & O_EXCL) !== 0) throw new WasiError(Errno.Exist);
      const stat = fs.fstatSync(found);
      if (stat.isSymbolicLink()) throw new WasiError(Errno.Loop);
      if (stat.isDirectory()) throw new WasiError(Errno.IsDir);
      if (!stat.isFile()) throw new WasiError(Errno.NotSup);
      return fs.openSync(byDescriptor(found), (flags & ~(O_CREAT | O_NOFOLLOW)) | O_NONBLOCK);
    } finally {
      fs.closeSync(found);
    }
  }

  /** Undefined when somebody else made it meanwhile. */
  private openAbsent(name: ByteText, flags: number): number | undefined {
    try {
      return fs.openSync(this.pathOf(name), flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK, 0o666);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (flags & O_EXCL) === 0) return undefined;
      throw error;
    }
  }

  rename(name: ByteText, target: DescriptorFolder, newName: ByteText): void {
    fs.renameSync(this.pathOf(name), target.pathOf(newName));
  }

  link(name: ByteText, target: DescriptorFolder, newName: ByteText): void {
    // Linux's link(2) does not follow a link in its first path.
    fs.linkSync(this.pathOf(name), target.pathOf(newName));
  }

  duplicate(): DescriptorFolder {
    // The one link that is meant to be followed is the kernel's own.
    const path = byDescriptor(this.descriptor);
    return new DescriptorFolder(fs.openSync(path, O_PATH | O_DIRECTORY), this.device);
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }
}

/** Opens the root folder and looks at it through /proc: the same folder, on a file system of that type. */
function provesItself(): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync('/', HOLDING);
    const own = fs.fstatSync(descriptor, { bigint: true });
    const seen = fs.statSync(byDescriptor(descriptor), { bigint: true });
    const proc = fs.statfsSync('/proc').type === PROC_SUPER_MAGIC;
    return proc && own.dev === seen.dev && own.ino === seen.ino;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}
