import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { fileKind, KNOWN_NAMES, type AskedFile } from './asked-file.js';
import { QueryRefused } from './query-refused.js';

/** Finds what a pattern of file names stands for. */
export type Glob = (pattern: string) => Promise<readonly string[]>;

/**
 * The files that a path stands for: itself, or all of a folder and of those in it. A path that is not there and has `*`, `?` or `[` in it is a
 * pattern, for files and for folders.
 *
 * @throws QueryRefused naming what is not there or is of no known name
 */
export async function localFiles(given: string, glob: Glob): Promise<AskedFile[]> {
  const status = statSync(given, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return inFolder(given);
  if (status !== undefined) return [named(given)];
  if (!/[*?[]/.test(given))
    throw new QueryRefused(`${given}: no such file or folder; name run directories, or folders of them`);
  const files = await glob(given);
  const deeper = await glob(`${given.replace(/\/+$/, '')}/**`);
  const found = [...files, ...deeper].filter(isRegular).flatMap(known);
  if (found.length === 0)
    throw new QueryRefused(`${given}: matches no file of a run; looked for ${KNOWN_NAMES}`);
  return withoutCopies(found);
}

function named(file: string): AskedFile {
  if (!isRegular(file))
    throw new QueryRefused(`${file}: is not a regular file; copy what it gives into a file first`);
  const [found] = known(file);
  if (found === undefined)
    throw new QueryRefused(`${file}: its name does not tell what it holds; known are ${KNOWN_NAMES}`);
  return found;
}

function known(file: string): AskedFile[] {
  const kind = fileKind(path.basename(file));
  return kind === undefined ? [] : [{ ...kind, path: realpathSync(file), source: file }];
}

function inFolder(folder: string): AskedFile[] {
  const found = filesBelow(folder).flatMap(known);
  if (found.length === 0)
    throw new QueryRefused(`${folder}: has no file of a run; looked for ${KNOWN_NAMES}`);
  return withoutCopies(found);
}

/** Folders of others' programs and hidden ones hold no runs. */
function filesBelow(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new QueryRefused(`${folder}: cannot be read: ${systemReason(error)}`);
  }
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(file);
      return entry.isFile() || (entry.isSymbolicLink() && isRegular(file)) ? [file] : [];
    });
}

/** Mounted configuration is links to files. Links to folders may lead in a circle; pipes are waited for, for ever. */
function isRegular(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** Rows that lie in a folder as CSV and as Parquet are the same rows. */
function withoutCopies(files: readonly AskedFile[]): AskedFile[] {
  const tables = new Set(files.filter(({ format }) => format === 'csv').map(({ path }) => path));
  return files.filter(
    ({ format, path }) => format !== 'parquet' || !tables.has(path.replace(/parquet$/, 'csv')),
  );
}
