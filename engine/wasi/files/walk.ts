import fs from 'node:fs';

import type { Charge } from '../call/charge.js';
import { Errno } from '../call/constants.js';
import { demand, errnoOf, WasiError } from '../call/errno.js';
import type { ByteText } from '../call/guest-memory.js';
import type { HeldFolder } from './held-folder.js';

/** Symbolic links followed in one path before it counts as a loop, as on Linux. */
const MAXIMUM_LINKS = 40;

/** Longest name, as on Linux (NAME_MAX). */
const MAXIMUM_NAME_BYTES = 255;

/** Folders deep that a walk may be at one time: it holds each of them. */
const MAXIMUM_DEPTH = 1024;

/** What becomes of a symbolic link at the path's end: followed; followed if a slash says that a folder is meant; never. */
export type LastLink = 'follow' | 'follow-if-slash' | 'keep';

/** Where a path has led: an entry, present or not, of a held folder, or that folder itself. */
export interface Place {
  readonly folder: HeldFolder;
  /** Undefined for the folder itself, as `.` and `a/..` name it. */
  readonly name: ByteText | undefined;
  /** Whether the path ends with a slash: only a folder may be there. */
  readonly slash: boolean;
  /** Levels below the folder that the walk began in. */
  readonly depth: number;
}

/**
 * Walks a guest's path from a folder, one component at a time, from held folder to held folder. `..` goes back to the folder that
 * the walk came from, not where the host has it; links are read and walked in the same way. So nothing that happens to names,
 * before or meanwhile, leads out of the folder.
 *
 * @throws WasiError `notcapable` for paths out of the folder and absolute ones, `loop`, `noent`, `notdir`, `nametoolong`;
 * OutOfFuelError; the host's errors
 */
export function withPlace<T>(
  start: HeldFolder,
  path: ByteText,
  lastLink: LastLink,
  charge: Charge,
  use: (place: Place) => T,
): T {
  const walk = new Walk(start, charge);
  try {
    return use(walk.to(path, lastLink));
  } finally {
    walk.close();
  }
}

class Walk {
  /** Folders entered, each within the one before. */
  private readonly entered: HeldFolder[] = [];
  /** Components still to be walked, the next one last. */
  private readonly pending: ByteText[] = [];
  private slash = false;
  private links = 0;

  constructor(
    private readonly start: HeldFolder,
    private readonly charge: Charge,
  ) {}

  private get here(): HeldFolder {
    return this.entered.at(-1) ?? this.start;
  }

  close(): void {
    for (const folder of this.entered) folder.close();
  }

  to(path: ByteText, lastLink: LastLink): Place {
    this.append(path);
    for (;;) {
      const name = this.pending.pop();
      if (name === undefined) return this.place(undefined);
      if (name === '.') continue;
      if (name === '..') {
        this.leave();
      } else if (this.pending.length > 0) {
        this.enter(name);
      } else {
        const follows = lastLink === 'follow' || (lastLink === 'follow-if-slash' && this.slash);
        if (!follows || !this.isLink(name)) return this.place(name);
        this.followLink(name);
      }
    }
  }

  private place(name: ByteText | undefined): Place {
    return { folder: this.here, name, slash: this.slash, depth: this.entered.length };
  }

  /** Puts a path's or link's components in front of what is pending. */
  private append(text: ByteText): void {
    demand(text !== '', Errno.NoEnt);
    // A guest knows no root.
    demand(!text.startsWith('/'), Errno.NotCapable);
    const components = componentsOf(text);
    this.charge.components(components.length);
    demand(
      components.every(({ length }) => length <= MAXIMUM_NAME_BYTES),
      Errno.NameTooLong,
    );
    if (this.pending.length === 0 && text.endsWith('/')) this.slash = true;
    for (let i = components.length - 1; i >= 0; i--) this.pending.push(components[i]!);
  }

  private leave(): void {
    const left = this.entered.pop();
    if (left === undefined) throw new WasiError(Errno.NotCapable);
    left.close();
  }

  private enter(name: ByteText): void {
    demand(this.entered.length < MAXIMUM_DEPTH, Errno.NameTooLong);
    try {
      this.entered.push(this.here.openFolder(name));
    } catch (error) {
      const errno = errnoOf(error);
      // What is no folder may be a link to one; hosts differ in which of the two they say.
      if (errno !== Errno.NotDir && errno !== Errno.Loop) throw error;
      if (!this.isLink(name)) throw new WasiError(Errno.NotDir);
      this.followLink(name);
    }
  }

  private isLink(name: ByteText): boolean {
    const stat = this.here.at(name, (path) => fs.lstatSync(path, { throwIfNoEntry: false }));
    return stat?.isSymbolicLink() ?? false;
  }

  private followLink(name: ByteText): void {
    demand(++this.links <= MAXIMUM_LINKS, Errno.Loop);
    const text = this.here.at(name, readLink);
    this.charge.slowBytes(text.length);
    this.append(text);
  }
}

/** The names between the slashes, however many slashes there are. */
function componentsOf(text: ByteText): ByteText[] {
  return text.match(/[^/]+/g) ?? [];
}

/** A link's text. */
export function readLink(path: Buffer): ByteText {
  return fs.readlinkSync(path, { encoding: 'buffer' }).toString('latin1');
}

/**
 * Whether a link with that text, at a place `depth` levels below a folder, leads out of it as its text stands. What protects the
 * folder is the walk; this only keeps programs from laying links that others might follow.
 */
export function leadsOut(text: ByteText, depth: number): boolean {
  if (text.startsWith('/')) return true;
  let level = depth;
  for (const component of componentsOf(text)) {
    if (component === '..') level--;
    else if (component !== '.') level++;
    if (level < 0) return true;
  }
  return false;
}
