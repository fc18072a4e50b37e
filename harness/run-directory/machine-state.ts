import { join } from 'node:path';

import { stateFolder } from './own-folder.js';

/** Where something is kept that was learnt about a machine, beyond single runs (XDG base directory specification). */
export function machineStatePath(machineId: string, name: string): string {
  return join(stateFolder(), `${name}-${machineId}.json`);
}
