import fs from 'node:fs';

import { DescriptorFolder } from './descriptor-folder.js';
import { WasiError } from './errno.js';
import type { ByteText } from './guest-memory.js';
import { IdentifiedFolder } from './identified-folder.js';

/**
 * A folder of the host's that is held itself, not by a name that may come to mean another one. Names given to it are single
 * components, never `.` or `..`; links are not followed at any of them.
 */
export interface HeldFolder {
  /** Carries out a step of the host's file system on the entry of that name; the step must not follow a link there. */
  at<T>(name: ByteText, step: (path: Buffer) => T): T;
  /** Carries out a step on the folder itself. */
  here<T>(step: (path: Buffer) => T): T;
  status(): fs.BigIntStats;
  /** @throws the host's error when it is none or a link; WasiError `notcapable` for what is no place for programs */
  openFolder(name: ByteText): HeldFolder;
  /**
   * Opens a regular file, or makes one where `flags` say so; never waits, and never opens anything else.
   * @returns its descriptor
   */
  openFile(name: ByteText, flags: number): number;
  /** Renames an entry to one of another folder held in the same way. */
  rename(name: ByteText, target: HeldFolder, newName: ByteText): void;
  /** Makes a hard link in another folder to an entry, a symbolic link itself if it is one. */
  link(name: ByteText, target: HeldFolder, newName: ByteText): void;
  /** The same folder, to be closed by itself. */
  duplicate(): HeldFolder;
  close(): void;
}

/**
 * Holds a folder of the host's, links on the way followed.
 * @throws Error naming the folder that does not exist or is none
 */
export function holdFolder(host: string): HeldFolder {
  const real = realFolder(host);
  try {
    return DescriptorFolder.isPossible() ? DescriptorFolder.hold(real) : IdentifiedFolder.hold(real);
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    throw new Error(`${host} lies in /proc, which is not for programs`, { cause: error });
  }
}

function realFolder(host: string): string {
  let real: string;
  try {
    real = fs.realpathSync(host);
  } catch {
    throw new Error(`there is no folder ${host} on this machine`);
  }
  if (!fs.statSync(real).isDirectory()) throw new Error(`${host} is not a folder`);
  return real;
}
