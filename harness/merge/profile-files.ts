import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { MergeRefused } from './merge-refused.js';

/**
 * The files that paths stand for: a file itself; of a folder the JSON files in it, and `profile.json`, `profile-*.json` of the run
 * directories in it. In the order given, those of a folder by name.
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
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const runs = entriesOf(path).filter(({ name }) => /^profile(-.*)?\.json$/.test(name));
      return runs.map(({ name }) => join(path, name));
    }
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
