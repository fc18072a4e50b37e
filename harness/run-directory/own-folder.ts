import { lstatSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

/** Where this user's programs keep what outlives a process (XDG base directory specification). */
export function stateFolder(): string {
  return join(process.env['XDG_STATE_HOME'] || join(os.homedir(), '.local', 'state'), 'wasm-dyno');
}

/**
 * A folder that nobody else can put anything into: below the user's runtime folder, else the state folder, else, where neither can be
 * made, one of the user's own in the shared temporary folder.
 * @throws Error when there is no such place
 */
export function ownFolder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const shared = join(os.tmpdir(), `wasm-dyno-${os.userInfo().uid}`);
  const candidates = [...(runtime ? [join(runtime, 'wasm-dyno')] : []), stateFolder(), shared];
  const found = candidates.find(isMadeAndOwn);
  if (found === undefined) {
    throw new Error(
      `there is no folder for locks: neither of ${candidates.join(', ')} can be made, or is this user's alone; set XDG_STATE_HOME to one that is`,
    );
  }
  return found;
}

function isMadeAndOwn(path: string): boolean {
  try {
    makeFolder(path, { mode: 0o700 });
    const status = lstatSync(path);
    if (!status.isDirectory()) return false;
    if (process.getuid === undefined) return true;
    return status.uid === process.getuid() && (status.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
