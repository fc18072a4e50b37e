// Numbers of WASI preview 1 (witx, snapshot 1), by the specification's names.

/** What functions answer with. */
export const Errno = {
  Success: 0,
  Acces: 2,
  Again: 6,
  BadF: 8,
  Busy: 10,
  DQuot: 19,
  Exist: 20,
  Fault: 21,
  FBig: 22,
  IlSeq: 25,
  Intr: 27,
  Inval: 28,
  Io: 29,
  IsDir: 31,
  Loop: 32,
  MFile: 33,
  MLink: 34,
  NameTooLong: 37,
  NFile: 41,
  NoEnt: 44,
  NoMem: 48,
  NoSpc: 51,
  NotDir: 54,
  NotEmpty: 55,
  NotSock: 57,
  NotSup: 58,
  NxIo: 60,
  Overflow: 61,
  Perm: 63,
  Pipe: 64,
  RoFs: 69,
  SPipe: 70,
  Stale: 72,
  TxtBsy: 74,
  XDev: 75,
  NotCapable: 76,
} as const;

export const Clock = { Realtime: 0, Monotonic: 1 } as const;

export const FileType = {
  Unknown: 0,
  BlockDevice: 1,
  CharacterDevice: 2,
  Directory: 3,
  RegularFile: 4,
  SocketStream: 6,
  SymbolicLink: 7,
} as const;

export const FdFlag = { Append: 1, DSync: 2, NonBlock: 4, RSync: 8, Sync: 16 } as const;
export const ALL_FD_FLAGS = 31;

export const OpenFlag = { Create: 1, Directory: 2, Exclusive: 4, Truncate: 8 } as const;
export const ALL_OPEN_FLAGS = 15;

/** Lookup flag: follow a symbolic link at the path's end. */
export const SYMLINK_FOLLOW = 1;
export const ALL_LOOKUP_FLAGS = 1;

export const TimeFlag = { Accessed: 1, AccessedNow: 2, Modified: 4, ModifiedNow: 8 } as const;
export const ALL_TIME_FLAGS = 15;

export const Whence = { Set: 0, Current: 1, End: 2 } as const;

export const EventType = { Clock: 0, FdRead: 1, FdWrite: 2 } as const;

export const Right = {
  FdDatasync: 1n << 0n,
  FdRead: 1n << 1n,
  FdSeek: 1n << 2n,
  FdSetFlags: 1n << 3n,
  FdSync: 1n << 4n,
  FdTell: 1n << 5n,
  FdWrite: 1n << 6n,
  FdAdvise: 1n << 7n,
  FdAllocate: 1n << 8n,
  PathCreateDirectory: 1n << 9n,
  PathCreateFile: 1n << 10n,
  PathLinkSource: 1n << 11n,
  PathLinkTarget: 1n << 12n,
  PathOpen: 1n << 13n,
  FdReaddir: 1n << 14n,
  PathReadlink: 1n << 15n,
  PathRenameSource: 1n << 16n,
  PathRenameTarget: 1n << 17n,
  PathFilestatGet: 1n << 18n,
  PathFilestatSetSize: 1n << 19n,
  PathFilestatSetTimes: 1n << 20n,
  FdFilestatGet: 1n << 21n,
  FdFilestatSetSize: 1n << 22n,
  FdFilestatSetTimes: 1n << 23n,
  PathSymlink: 1n << 24n,
  PathRemoveDirectory: 1n << 25n,
  PathUnlinkFile: 1n << 26n,
  PollFdReadwrite: 1n << 27n,
} as const;

const together = (...rights: readonly bigint[]): bigint => rights.reduce((all, right) => all | right, 0n);

/** What can be done with a folder: no reading, writing or seeking. Sizes are set through files opened for writing. */
export const FOLDER_RIGHTS = together(
  Right.FdSetFlags,
  Right.FdSync,
  Right.FdDatasync,
  Right.PathCreateDirectory,
  Right.PathCreateFile,
  Right.PathLinkSource,
  Right.PathLinkTarget,
  Right.PathOpen,
  Right.FdReaddir,
  Right.PathReadlink,
  Right.PathRenameSource,
  Right.PathRenameTarget,
  Right.PathFilestatGet,
  Right.PathFilestatSetTimes,
  Right.FdFilestatGet,
  Right.FdFilestatSetTimes,
  Right.PathSymlink,
  Right.PathRemoveDirectory,
  Right.PathUnlinkFile,
);

/** What can be done with a regular file. */
export const FILE_RIGHTS = together(
  Right.FdDatasync,
  Right.FdRead,
  Right.FdSeek,
  Right.FdSetFlags,
  Right.FdSync,
  Right.FdTell,
  Right.FdWrite,
  Right.FdAdvise,
  Right.FdAllocate,
  Right.FdFilestatGet,
  Right.FdFilestatSetSize,
  Right.FdFilestatSetTimes,
  Right.PollFdReadwrite,
);

/** Rights that a file is opened for: it has them only where they are asked for. Of the others it has all there are. */
export const TRANSFER_RIGHTS = together(Right.FdRead, Right.FdWrite);

/** What descriptors opened through a folder may have. */
export const INHERITED_RIGHTS = FOLDER_RIGHTS | FILE_RIGHTS;
