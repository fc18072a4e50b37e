import fs from 'node:fs';
import path from 'node:path';

import { wasi } from '@bjorn3/browser_wasi_shim';

import { WasiError } from './errno.js';

/** Symbolic links followed in one path before it counts as a loop. */
const MAXIMUM_LINKS = 40;

/**
 * Where a guest's path leads on the host, inside `base`: component by component, so that neither `..` nor a symbolic link ever
 * leaves the folder, not even to come back. The last component need not exist.
 *
 * @param base real path of the folder that the path is relative to
 * @param followLast whether a symbolic link at the end is followed; else it is what the path names
 * @throws WasiError `notcapable` for paths that leave the folder, `loop` for too many links; errors of the file system
 */
export function resolveInside(base: string, guestPath: string, followLast: boolean): string {
  if (guestPath === '') throw new WasiError(wasi.ERRNO_NOENT);
  if (guestPath.includes('\0')) throw new WasiError(wasi.ERRNO_INVAL);
  const pending = components(guestPath);
  const mustBeFolder = guestPath.endsWith('/');
  const walked: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const component = pending.shift()!;
    if (component === '..') {
      if (walked.pop() === undefined) throw new WasiError(wasi.ERRNO_NOTCAPABLE);
      continue;
    }
    const here = path.join(base, ...walked, component);
    const last = pending.length === 0 && !mustBeFolder;
    const stat = fs.lstatSync(here, { throwIfNoEntry: false });
    if (stat === undefined && pending.length > 0) throw new WasiError(wasi.ERRNO_NOENT);
    if (stat?.isSymbolicLink() && (!last || followLast)) {
      if (++links > MAXIMUM_LINKS) throw new WasiError(wasi.ERRNO_LOOP);
      pending.unshift(...components(fs.readlinkSync(here)));
      continue;
    }
    const mustBeThisFolder = pending.length > 0 || (mustBeFolder && stat !== undefined);
    if (mustBeThisFolder && !stat?.isDirectory()) throw new WasiError(wasi.ERRNO_NOTDIR);
    walked.push(component);
  }
  return path.join(base, ...walked);
}

/** @throws WasiError `notcapable` for an absolute path: a guest knows no root. */
function components(guestPath: string): string[] {
  if (guestPath.startsWith('/')) throw new WasiError(wasi.ERRNO_NOTCAPABLE);
  // What separates folders or names drives on the host must not hide in a name.
  if (path.sep === '\\' && /[\\:]/.test(guestPath)) throw new WasiError(wasi.ERRNO_NOTCAPABLE);
  return guestPath.split('/').filter((component) => component !== '' && component !== '.');
}

/** Whether a symbolic link at `linkPath` pointing to `target` stays inside `base`. */
export function linkStaysInside(base: string, linkPath: string, target: string): boolean {
  if (path.isAbsolute(target)) return false;
  const relative = path.relative(base, path.resolve(path.dirname(linkPath), target));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
