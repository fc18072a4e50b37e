import fs from 'node:fs';

import type { Charge } from '../call/charge.js';
import {
  Errno,
  FdFlag,
  FILE_RIGHTS,
  FileType,
  FOLDER_RIGHTS,
  INHERITED_RIGHTS,
  OpenFlag,
  Right,
  TRANSFER_RIGHTS,
} from '../call/constants.js';
import { Descriptor, refuse } from './descriptor.js';
import { demand, WasiError } from '../call/errno.js';
import { fileType, type FileStatus } from '../call/file-status.js';
import { hostSeconds, timesToSet, type FileTimes } from '../call/file-times.js';
import type { ByteText } from '../call/guest-memory.js';
import type { HeldFolder } from './held-folder.js';
import type { Listings } from './listings.js';
import { OpenFile } from './open-file.js';
import type { Surroundings } from '../surroundings/surroundings.js';
import { leadsOut, readLink, withPlace, type LastLink, type Place } from './walk.js';

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC = 0, O_DSYNC = 0, O_TRUNC, O_WRONLY } = fs.constants;

/** How `path_open` shall open. */
export interface Opening {
  readonly lastLink: LastLink;
  readonly openFlags: number;
  readonly rights: bigint;
  readonly inheriting: bigint;
  readonly descriptorFlags: number;
}

/** An entry as `fd_readdir` tells it. */
export interface FolderEntry {
  readonly name: Buffer;
  readonly type: number;
  readonly inode: bigint;
}

/** What all folders of a program share. */
export interface FolderSetting {
  readonly surroundings: Surroundings;
  readonly listings: Listings;
}

/** An open folder of the host's. It stays the same folder whatever becomes of its name; nothing outside it is reached through it. */
export class OpenFolder extends Descriptor {
  constructor(
    private readonly held: HeldFolder,
    private readonly setting: FolderSetting,
    /** Levels below a folder that was opened for the program, when it was opened. */
    private readonly depth: number,
    /** The guest's name for it, of a preopened folder. */
    readonly guestName: string | undefined,
    rights: bigint = FOLDER_RIGHTS,
    inheriting: bigint = INHERITED_RIGHTS,
    flags = 0,
  ) {
    super(rights, inheriting, flags);
  }

  private get surroundings(): Surroundings {
    return this.setting.surroundings;
  }

  protected override type(): number {
    return FileType.Directory;
  }

  override fileStatus(): FileStatus {
    return this.surroundings.fileStatus(this.held.status());
  }

  override close(): void {
    this.setting.listings.forget(this);
    this.held.close();
  }

  override setTimes(given: FileTimes, flags: number, now: bigint): void {
    const times = timesToSet(this.fileStatus().times, given, flags, now);
    this.held.here((path) => fs.utimesSync(path, hostSeconds(times.accessed), hostSeconds(times.modified)));
    this.surroundings.timesSet(this.held.status(), times);
  }

  override sync(): void {
    this.held.here((path) => {
      const descriptor = fs.openSync(path, O_RDONLY);
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }

  override read(): number {
    return refuse(Errno.IsDir);
  }

  override readAt(): number {
    return refuse(Errno.IsDir);
  }

  // What only files have is refused as for a descriptor that was not opened for it.

  override write(): number {
    return refuse(Errno.BadF);
  }

  override writeAt(): number {
    return refuse(Errno.BadF);
  }

  override seek(): bigint {
    return refuse(Errno.BadF);
  }

  override tell(): bigint {
    return refuse(Errno.BadF);
  }

  override setSize(): void {
    refuse(Errno.BadF);
  }

  override allocate(): void {
    refuse(Errno.BadF);
  }

  override advise(): void {
    refuse(Errno.BadF);
  }

  /** Whether a listing is kept, so that entries are handed out from it. */
  get isListed(): boolean {
    return this.setting.listings.of(this) !== undefined;
  }

  /** Forgets the listing. */
  unlist(): void {
    this.setting.listings.forget(this);
  }

  /** The entry after `cookie` others; undefined at the end. Cookie 0 lists anew. */
  entry(cookie: bigint, charge: Charge): FolderEntry | undefined {
    const names = (cookie === 0n ? undefined : this.setting.listings.of(this)) ?? this.list(charge);
    const name = cookie < BigInt(names.length) ? names[Number(cookie)] : undefined;
    if (name === undefined) return undefined;
    charge.lookUp();
    // The number of the folder above would tell something about the outside.
    if (cookie < 2n) return { name, type: FileType.Directory, inode: this.fileStatus().inode };
    const stat = this.held.at(name.toString('latin1'), (path) =>
      fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }),
    );
    if (stat === undefined) return { name, type: FileType.Unknown, inode: 0n };
    return { name, type: fileType(stat), inode: this.surroundings.fileStatus(stat).inode };
  }

  /** `.` and `..` first, then in the order of the names' bytes, whatever the host's order is. */
  private list(charge: Charge): readonly Buffer[] {
    charge.lookUp();
    const names = this.held.here((path) => fs.readdirSync(path, { encoding: 'buffer' }));
    charge.entries(names.length);
    const listing = [Buffer.from('.'), Buffer.from('..'), ...names.sort(Buffer.compare)];
    this.setting.listings.keep(this, listing);
    return listing;
  }

  pathStatus(path: ByteText, lastLink: LastLink, charge: Charge): FileStatus {
    return this.to(path, lastLink, charge, (place) => this.surroundings.fileStatus(statusAt(place)));
  }

  setPathTimes(
    path: ByteText,
    lastLink: LastLink,
    charge: Charge,
    given: FileTimes,
    flags: number,
    now: bigint,
  ) {
    this.to(path, lastLink, charge, ({ folder, name, slash }) => {
      const status = () => statusAt({ folder, name, slash });
      const times = timesToSet(this.surroundings.fileStatus(status()).times, given, flags, now);
      const seconds = [hostSeconds(times.accessed), hostSeconds(times.modified)] as const;
      if (name === undefined) folder.here((place) => fs.utimesSync(place, ...seconds));
      else folder.at(name, (place) => fs.lutimesSync(place, ...seconds));
      this.surroundings.timesSet(status(), times);
    });
  }

  /** Opens a file or folder. */
  open(path: ByteText, opening: Opening, charge: Charge): Descriptor {
    const { openFlags, rights } = opening;
    const wanted = rights & (Right.FdRead | Right.FdWrite);
    demand((wanted & ~this.inheriting) === 0n, Errno.NotCapable);
    const creates = (openFlags & OpenFlag.Create) !== 0;
    demand(!creates || (openFlags & OpenFlag.Directory) === 0, Errno.Inval);
    if (creates) this.demand(Right.PathCreateFile);
    // Cutting a file off is writing to it.
    if ((openFlags & OpenFlag.Truncate) !== 0) demand((rights & Right.FdWrite) !== 0n, Errno.NotCapable);
    // A new file takes no name that a link has, whatever the link leads to.
    const lastLink = isExclusive(openFlags) ? 'keep' : opening.lastLink;
    return this.to(path, lastLink, charge, (place) => this.openAt(place, opening).inheritFrom(this));
  }

  private openAt(place: Place, opening: Opening): Descriptor {
    const { openFlags } = opening;
    const { folder, name } = place;
    const stat = name === undefined ? folder.status() : presentStatus(folder, name);
    demand(stat === undefined || !isExclusive(openFlags), Errno.Exist);
    if (stat?.isDirectory() === true) {
      demand((openFlags & (OpenFlag.Create | OpenFlag.Truncate)) === 0, Errno.IsDir);
      demand((opening.rights & Right.FdWrite) === 0n, Errno.IsDir);
      return this.openFolderAt(place, opening);
    }
    if (place.slash) {
      // A name that ends with a slash can become a folder only.
      if (stat !== undefined) throw new WasiError(Errno.NotDir);
      throw new WasiError((openFlags & OpenFlag.Create) !== 0 ? Errno.IsDir : Errno.NoEnt);
    }
    if ((openFlags & OpenFlag.Directory) !== 0)
      throw new WasiError(stat === undefined ? Errno.NoEnt : Errno.NotDir);
    return this.openFileAt(folder, name!, opening, stat === undefined);
  }

  private openFolderAt({ folder, name, depth }: Place, opening: Opening): OpenFolder {
    const held = name === undefined ? folder.duplicate() : folder.openFolder(name);
    return new OpenFolder(
      held,
      this.setting,
      this.depth + depth + (name === undefined ? 0 : 1),
      undefined,
      this.inheriting & FOLDER_RIGHTS,
      this.granted(opening.inheriting),
      opening.descriptorFlags,
    );
  }

  private openFileAt(folder: HeldFolder, name: ByteText, opening: Opening, makes: boolean): OpenFile {
    const { descriptorFlags } = opening;
    const descriptor = folder.openFile(name, hostFlags(opening));
    const file = new OpenFile(
      descriptor,
      this.granted(opening.rights) & FILE_RIGHTS,
      this.granted(opening.inheriting),
      descriptorFlags,
      this.surroundings,
    );
    if (makes) this.changed(folder);
    if (makes || (opening.openFlags & OpenFlag.Truncate) !== 0)
      this.surroundings.changed(() => fs.fstatSync(descriptor, { bigint: true }));
    return file;
  }

  /** What a descriptor opened through this one has: all that may be, less the reading and writing that nobody asked for. */
  private granted(asked: bigint): bigint {
    return this.inheriting & (asked | ~TRANSFER_RIGHTS);
  }

  createFolder(path: ByteText, charge: Charge): void {
    this.to(path, 'keep', charge, ({ folder, name }) => {
      if (name === undefined) throw new WasiError(Errno.Exist);
      folder.at(name, (place) => fs.mkdirSync(place));
      this.made(folder, name);
    });
  }

  removeFolder(path: ByteText, charge: Charge): void {
    this.to(path, 'keep', charge, ({ folder, name }) => {
      // A folder cannot be removed by a name within itself.
      if (name === undefined) throw new WasiError(Errno.Inval);
      const stat = statusAt({ folder, name, slash: false });
      demand(stat.isDirectory(), Errno.NotDir);
      folder.at(name, (place) => fs.rmdirSync(place));
      this.surroundings.removing(stat);
      this.changed(folder);
    });
  }

  removeFile(path: ByteText, charge: Charge): void {
    this.to(path, 'keep', charge, ({ folder, name, slash }) => {
      if (name === undefined) throw new WasiError(Errno.IsDir);
      const stat = statusAt({ folder, name, slash: false });
      demand(!stat.isDirectory(), Errno.IsDir);
      demand(!slash, Errno.NotDir);
      folder.at(name, (place) => fs.unlinkSync(place));
      this.surroundings.removing(stat);
      this.changed(folder);
    });
  }

  readLinkAt(path: ByteText, charge: Charge): ByteText {
    return this.to(path, 'follow-if-slash', charge, ({ folder, name }) => {
      if (name === undefined) throw new WasiError(Errno.Inval);
      return folder.at(name, readLink);
    });
  }

  /** Renames within the folders given to the program. */
  rename(path: ByteText, target: OpenFolder, newPath: ByteText, charge: Charge): void {
    this.to(path, 'keep', charge, (from) =>
      target.to(newPath, 'keep', charge, (to) => {
        // No folder goes away from under itself.
        if (from.name === undefined || to.name === undefined) throw new WasiError(Errno.Busy);
        const stat = statusAt({ ...from, slash: false });
        demand(stat.isDirectory() || !(from.slash || to.slash), Errno.NotDir);
        if (stat.isSymbolicLink())
          demandStaysInside(from.folder.at(from.name, readLink), target.depth + to.depth);
        const replaced = presentStatus(to.folder, to.name);
        from.folder.rename(from.name, to.folder, to.name);
        if (replaced !== undefined && !(replaced.dev === stat.dev && replaced.ino === stat.ino))
          this.surroundings.removing(replaced);
        this.changed(from.folder);
        this.changed(to.folder);
      }),
    );
  }

  /** Makes a hard link. */
  link(path: ByteText, lastLink: LastLink, target: OpenFolder, newPath: ByteText, charge: Charge): void {
    this.to(path, lastLink, charge, (from) =>
      target.to(newPath, 'keep', charge, (to) => {
        if (from.name === undefined) throw new WasiError(Errno.Perm);
        const stat = statusAt(from);
        demandNew(to);
        if (stat.isSymbolicLink())
          demandStaysInside(from.folder.at(from.name, readLink), target.depth + to.depth);
        from.folder.link(from.name, to.folder, to.name);
        this.changed(to.folder);
      }),
    );
  }

  /** Makes a symbolic link. */
  symlink(text: ByteText, path: ByteText, charge: Charge): void {
    demand(text !== '', Errno.NoEnt);
    this.to(path, 'keep', charge, (to) => {
      demandStaysInside(text, this.depth + to.depth);
      demandNew(to);
      to.folder.at(to.name, (place) => fs.symlinkSync(Buffer.from(text, 'latin1'), place));
      this.made(to.folder, to.name);
    });
  }

  private to<T>(path: ByteText, lastLink: LastLink, charge: Charge, use: (place: Place) => T): T {
    return withPlace(this.held, path, lastLink, charge, use);
  }

  private changed(folder: HeldFolder): void {
    this.surroundings.changed(() => folder.status());
  }

  private made(folder: HeldFolder, name: ByteText): void {
    this.surroundings.changed(() => statusAt({ folder, name, slash: false }));
    this.changed(folder);
  }
}

/** @throws WasiError `notdir` for what is no folder under a name that ends with a slash */
function statusAt({ folder, name, slash }: Omit<Place, 'depth'>): fs.BigIntStats {
  if (name === undefined) return folder.status();
  const stat = folder.at(name, (path) => fs.lstatSync(path, { bigint: true }));
  demand(!slash || stat.isDirectory(), Errno.NotDir);
  return stat;
}

function presentStatus(folder: HeldFolder, name: ByteText): fs.BigIntStats | undefined {
  return folder.at(name, (path) => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }));
}

/** @throws WasiError unless the place is free for something that is no folder */
function demandNew(place: Place): asserts place is Place & { name: ByteText } {
  if (place.name === undefined) throw new WasiError(Errno.Exist);
  const stat = presentStatus(place.folder, place.name);
  if (stat !== undefined)
    throw new WasiError(place.slash && !stat.isDirectory() ? Errno.NotDir : Errno.Exist);
  demand(!place.slash, Errno.NoEnt);
}

/** @throws WasiError `notcapable` for a link that leads out as it stands */
function demandStaysInside(text: ByteText, depth: number): void {
  demand(!leadsOut(text, depth), Errno.NotCapable);
}

/** Whether the file must be a new one. */
function isExclusive(openFlags: number): boolean {
  return (openFlags & OpenFlag.Create) !== 0 && (openFlags & OpenFlag.Exclusive) !== 0;
}

function hostFlags({ openFlags, rights, descriptorFlags }: Opening): number {
  const reads = (rights & Right.FdRead) !== 0n;
  const writes = (rights & Right.FdWrite) !== 0n;
  let flags = writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
  if ((openFlags & OpenFlag.Create) !== 0) flags |= O_CREAT;
  if (isExclusive(openFlags)) flags |= O_EXCL;
  if ((openFlags & OpenFlag.Truncate) !== 0) flags |= O_TRUNC;
  if ((descriptorFlags & (FdFlag.Sync | FdFlag.RSync)) !== 0) flags |= O_SYNC;
  if ((descriptorFlags & FdFlag.DSync) !== 0) flags |= O_DSYNC;
  return flags;
}
