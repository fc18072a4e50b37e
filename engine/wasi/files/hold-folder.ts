import fs from 'node:fs';

import { DescriptorFolder } from './descriptor-folder.js';
import { WasiError } from '../call/errno.js';
import type { HeldFolder } from './held-folder.js';
import { IdentifiedFolder } from './identified-folder.js';

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
    throw new Error(`${host} lies in /proc, which is not for programs; name another folder`, {
      cause: error,
    });
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
