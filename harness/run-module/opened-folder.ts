import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Preopen } from '@wasm-dyno/engine/wasi';

/** The folder that `HOST::GUEST` or `HOST` opens for a program; undefined for a text that is neither. */
export function readPreopen(text: string): Preopen | undefined {
  const at = text.indexOf('::');
  const host = at < 0 ? text : text.slice(0, at);
  const guest = at < 0 ? text : text.slice(at + 2);
  return host === '' || guest === '' ? undefined : { host, guest };
}

/** Whether the folder is not there but its name for the program is: as if the two had been given in the other order. */
export function isReversed({ host, guest }: Preopen): boolean {
  return host !== guest && realPath(host) === undefined && realPath(guest) !== undefined;
}

/** What keeps a folder from being opened, and what to do; undefined where nothing is seen to. */
export function problemOf({ host }: Preopen): string | undefined {
  const real = realPath(host);
  if (real === undefined) return 'is not there; make it, or name a folder that is';
  if (!fs.statSync(real).isDirectory()) return `is a file; name a folder: it lies in ${path.dirname(host)}`;
  if (real === '/proc' || real.startsWith('/proc/'))
    return 'lies in /proc, which is not for programs; name another folder';
  return undefined;
}

/** Why a folder is too much to be opened without a word: the root, the home folder, or one that it lies in. */
export function dangerOf({ host }: Preopen): string | undefined {
  const real = realPath(host);
  if (real === undefined) return undefined;
  if (real === path.parse(real).root) return 'the root of the file system';
  const homes = homeFolders();
  if (homes.includes(real)) return 'your home folder';
  return homes.some((home) => home.startsWith(real + path.sep))
    ? 'a folder around your home folder'
    : undefined;
}

/** As the environment has it, and as the system does: either may be missing or elsewhere. */
function homeFolders(): string[] {
  const homes = [() => os.homedir(), () => os.userInfo().homedir].flatMap((home) => {
    try {
      return realPath(home()) ?? [];
    } catch {
      // The user is none of the system's.
      return [];
    }
  });
  return [...new Set(homes)];
}

function realPath(host: string): string | undefined {
  try {
    return fs.realpathSync(host);
  } catch {
    return undefined;
  }
}
