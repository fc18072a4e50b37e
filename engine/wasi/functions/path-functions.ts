import {
  ALL_FD_FLAGS,
  ALL_LOOKUP_FLAGS,
  ALL_OPEN_FLAGS,
  Errno,
  OpenFlag,
  Right,
  SYMLINK_FOLLOW,
} from '../call/constants.js';
import { demand } from '../call/errno.js';
import { FILE_STATUS_BYTES, writeFileStatus } from '../call/file-status.js';
import type { Charge } from '../call/charge.js';
import type { ByteText } from '../call/guest-memory.js';
import type { OpenFolder } from '../files/open-folder.js';
import { realtime } from '../surroundings/surroundings.js';
import type { LastLink } from '../files/walk.js';
import type { WasiCall } from './wasi-call.js';

function folderFor({ charge, descriptors }: WasiCall, number: number, right: bigint): OpenFolder {
  charge.lookUp();
  const folder = descriptors.folder(number);
  folder.demand(right);
  return folder;
}

/** The folder, for a call that changes what is in it. */
function folderToChange(call: WasiCall, number: number, right: bigint): OpenFolder {
  const folder = folderFor(call, number, right);
  call.charge.change();
  return folder;
}

function pathFrom({ memory, charge }: WasiCall, at: number, length: number): ByteText {
  const path = memory.path(at, length);
  charge.slowBytes(length);
  return path;
}

/** @throws WasiError `inval` for flags that there are none of */
function follows(lookupFlags: number): boolean {
  demand(lookupFlags <= ALL_LOOKUP_FLAGS, Errno.Inval);
  return (lookupFlags & SYMLINK_FOLLOW) !== 0;
}

const lastLink = (lookupFlags: number): LastLink => (follows(lookupFlags) ? 'follow' : 'follow-if-slash');

/** A function that changes what is at a path, and needs to be told no more. */
function changeAt(right: bigint, change: (folder: OpenFolder, path: ByteText, charge: Charge) => void) {
  return (call: WasiCall, number: number, at: number, length: number): void => {
    const folder = folderToChange(call, number, right);
    change(folder, pathFrom(call, at, length), call.charge);
  };
}

/** What is done with names in folders. Pointers are looked at before anything is done. */
export const pathFunctions = {
  path_create_directory: changeAt(Right.PathCreateDirectory, (folder, path, charge) =>
    folder.createFolder(path, charge),
  ),

  path_filestat_get(
    call: WasiCall,
    number: number,
    lookupFlags: number,
    at: number,
    length: number,
    statusAt: number,
  ): void {
    const folder = folderFor(call, number, Right.PathFilestatGet);
    call.memory.bytes(statusAt, FILE_STATUS_BYTES);
    const path = pathFrom(call, at, length);
    writeFileStatus(call.memory, statusAt, folder.pathStatus(path, lastLink(lookupFlags), call.charge));
  },

  path_filestat_set_times(
    call: WasiCall,
    number: number,
    lookupFlags: number,
    at: number,
    length: number,
    accessed: bigint,
    modified: bigint,
    flags: number,
  ): void {
    const folder = folderToChange(call, number, Right.PathFilestatSetTimes);
    const path = pathFrom(call, at, length);
    const now = realtime(call.surroundings);
    folder.setPathTimes(path, lastLink(lookupFlags), call.charge, { accessed, modified }, flags, now);
  },

  path_link(
    call: WasiCall,
    number: number,
    lookupFlags: number,
    at: number,
    length: number,
    newNumber: number,
    newAt: number,
    newLength: number,
  ): void {
    const folder = folderFor(call, number, Right.PathLinkSource);
    const target = folderToChange(call, newNumber, Right.PathLinkTarget);
    const path = pathFrom(call, at, length);
    const newPath = pathFrom(call, newAt, newLength);
    const last = follows(lookupFlags) ? 'follow' : 'keep';
    folder.link(path, last, target, newPath, call.charge);
  },

  path_open(
    call: WasiCall,
    number: number,
    lookupFlags: number,
    at: number,
    length: number,
    openFlags: number,
    rights: bigint,
    inheriting: bigint,
    descriptorFlags: number,
    openedAt: number,
  ): void {
    const { memory, charge, descriptors } = call;
    const folder = folderFor(call, number, Right.PathOpen);
    memory.bytes(openedAt, 4);
    demand(openFlags <= ALL_OPEN_FLAGS && descriptorFlags <= ALL_FD_FLAGS, Errno.Inval);
    const path = pathFrom(call, at, length);
    charge.opening();
    if ((openFlags & OpenFlag.Create) !== 0) charge.change();
    descriptors.demandRoom();
    const opening = { lastLink: lastLink(lookupFlags), openFlags, rights, inheriting, descriptorFlags };
    memory.writeUnsigned32(openedAt, descriptors.add(folder.open(path, opening, charge)));
  },

  path_readlink(
    call: WasiCall,
    number: number,
    at: number,
    length: number,
    bufferAt: number,
    bufferLength: number,
    usedAt: number,
  ): void {
    const { memory, charge } = call;
    const folder = folderFor(call, number, Right.PathReadlink);
    const buffer = memory.bytes(bufferAt, bufferLength);
    memory.bytes(usedAt, 4);
    const text = folder.readLinkAt(pathFrom(call, at, length), charge);
    // A text that does not fit is cut, not an error.
    const bytes = Buffer.from(text, 'latin1').subarray(0, bufferLength);
    buffer.set(bytes);
    memory.writeUnsigned32(usedAt, bytes.length);
  },

  path_remove_directory: changeAt(Right.PathRemoveDirectory, (folder, path, charge) =>
    folder.removeFolder(path, charge),
  ),

  path_rename(
    call: WasiCall,
    number: number,
    at: number,
    length: number,
    newNumber: number,
    newAt: number,
    newLength: number,
  ): void {
    const folder = folderFor(call, number, Right.PathRenameSource);
    const target = folderToChange(call, newNumber, Right.PathRenameTarget);
    const path = pathFrom(call, at, length);
    folder.rename(path, target, pathFrom(call, newAt, newLength), call.charge);
  },

  path_symlink(
    call: WasiCall,
    textAt: number,
    textLength: number,
    number: number,
    at: number,
    length: number,
  ): void {
    const folder = folderToChange(call, number, Right.PathSymlink);
    const text = pathFrom(call, textAt, textLength);
    folder.symlink(text, pathFrom(call, at, length), call.charge);
  },

  path_unlink_file: changeAt(Right.PathUnlinkFile, (folder, path, charge) => folder.removeFile(path, charge)),
};
