import os from 'node:os';
import { join } from 'node:path';

/** Where something is kept that was learnt about a machine, beyond single runs (XDG base directory specification). */
export function machineStatePath(machineId: string, name: string): string {
  const state = process.env['XDG_STATE_HOME'] || join(os.homedir(), '.local', 'state');
  return join(state, 'wasm-dyno', `${name}-${machineId}.json`);
}
