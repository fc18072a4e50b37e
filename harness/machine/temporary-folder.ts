import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { isAlive, ownIdentity } from './process-identity.js';

/** What the files in it are for. */
export type TemporaryPurpose = 'corpus' | 'programs' | 'verify' | 'check' | 'study' | 'hunt' | 'query';

/** A folder for files that one process needs. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a folder that this user alone can read, named after this process; and clears those that processes left which were killed.
 * @throws Error of the system's when there is no room
 */
export function temporaryFolder(purpose: TemporaryPurpose): TemporaryFolder {
  clearStale();
  const { pid, startTicks = '0' } = ownIdentity();
  const path = mkdtempSync(join(os.tmpdir(), `wasm-dyno-${purpose}-${pid}-${startTicks}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const NAME = /^wasm-dyno-(?:corpus|programs|verify|check|study|hunt|query)-(\d+)-(\d+)-\w{6}$/;

/** It is no loss when something cannot be cleared: the next one tries again. */
function clearStale(): void {
  const user = process.getuid?.();
  for (const name of namesIn(os.tmpdir())) {
    const [, pid, startTicks] = NAME.exec(name) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), startTicks: startTicks! })) continue;
    const path = join(os.tmpdir(), name);
    try {
      const status = lstatSync(path);
      if (status.isDirectory() && (user === undefined || status.uid === user))
        rmSync(path, { recursive: true, force: true });
    } catch {
      // As above.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
