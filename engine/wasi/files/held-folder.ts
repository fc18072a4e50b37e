import type fs from 'node:fs';

import type { ByteText } from '../call/guest-memory.js';

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
