import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those around it, unless there is something of that name. Level by level: Node's own recursive way never ends where the
 * system says that the parent is missing (`/proc`).
 *
 * @param made is told each folder that was made, the innermost first, also where the next one fails
 * @throws Error of the system's
 */
export function makeFolder(
  folder: string,
  { made = [], mode }: { made?: string[]; mode?: number } = {},
): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent, { made, ...(mode === undefined ? {} : { mode }) });
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process was faster.
    if (existsSync(folder) && statSync(folder).isDirectory()) return;
    throw error;
  }
  made.unshift(folder);
}
