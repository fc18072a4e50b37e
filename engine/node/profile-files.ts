import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/**
 * The files of a folder that may hold profiles, by name: of a run directory `profile.json` and `profile-*.json`; of another folder its JSON
 * files, and those profiles of the folders in it. A folder in it that may not be listed stands for itself: who reads it is told why.
 */
export function profileFilesOf(folder: string): string[] {
  const entries = entriesOf(folder);
  if (entries.some(({ name }) => name === 'run.json')) return profilesOfRun(folder, entries);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : profilesWithin(path);
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

function profilesWithin(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = entriesOf(folder);
  } catch {
    return [folder];
  }
  return profilesOfRun(folder, entries);
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
