import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { MergeRefused } from './merge-refused.js';

/**
 * The files that paths stand for: a file itself; of a run directory its `profile.json`, `profile-*.json`; of another folder the JSON
 * files in it, and those profiles of the run directories in it. In the order given, those of a folder by name.
 *
 * @throws MergeRefused naming what is not there
 */
export function profileFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    try {
      return statSync(path).isDirectory() ? filesOf(path) : [path];
    } catch (error) {
      throw new MergeRefused(`${path}: ${systemReason(error)}; name profiles, or folders of them`);
    }
  });
}

function filesOf(folder: string): string[] {
  const entries = entriesOf(folder);
  if (entries.some(({ name }) => name === 'run.json')) return profilesOfRun(folder, entries);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return profilesOfRun(path, entriesOf(path));
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

/** What else of JSON lies in a run directory is no profile. */
function profilesOfRun(folder: string, entries: readonly Dirent[]): string[] {
  return entries
    .filter(({ name }) => /^profile(-.*)?\.json$/.test(name))
    .map(({ name }) => join(folder, name));
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
