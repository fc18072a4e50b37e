import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import type { SkippedModule } from '../corpus.js';

/** A file to load, with the name that its module gets. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly skipped: readonly SkippedModule[];
}

/** What a folder is searched for; a file named by itself may have any name. */
const MODULE_EXTENSIONS = ['.wasm', '.wat'];

/**
 * The files that the paths stand for: files as they are, folders searched through, each in code-unit order of its names.
 * Symbolic links are followed, but every real file and folder is visited once, so that loops end. What cannot be read is
 * reported and the search goes on.
 */
export function findFiles(paths: readonly string[]): FoundFiles {
  const files: FoundFile[] = [];
  const skipped: SkippedModule[] = [];
  const visited = new Set<string>();
  const names = new Set<string>();

  const visit = (path: string, name: string, named: boolean): void => {
    let real: string;
    let status: Stats;
    try {
      real = realpathSync(path);
      status = statSync(real);
    } catch (error) {
      skipped.push({ name: path, reason: systemReason(error) });
      return;
    }
    if (visited.has(real)) return;
    if (status.isDirectory()) {
      visited.add(real);
      visitFolder(path, named ? '' : name);
    } else if (!named && !MODULE_EXTENSIONS.includes(extname(path).toLowerCase())) {
      return;
    } else if (!status.isFile()) {
      skipped.push({ name: path, reason: 'is not a regular file' });
    } else {
      visited.add(real);
      // Two folders may hold files of one name: then the path tells them apart.
      const unique = names.has(name) ? path.split(sep).join('/') : name;
      names.add(unique);
      files.push({ path, name: unique, bytes: status.size });
    }
  };

  const visitFolder = (path: string, prefix: string): void => {
    let entries: string[];
    try {
      entries = readdirSync(path).sort();
    } catch (error) {
      skipped.push({ name: path, reason: systemReason(error) });
      return;
    }
    for (const entry of entries)
      visit(join(path, entry), prefix === '' ? entry : `${prefix}/${entry}`, false);
  };

  for (const path of paths) visit(path, basename(path), true);
  return { files, skipped };
}
