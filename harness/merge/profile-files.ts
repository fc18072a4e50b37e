import { statSync } from 'node:fs';

import { profileFilesOf } from '@wasm-dyno/engine/node/profile-files';
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
      return statSync(path).isDirectory() ? profileFilesOf(path) : [path];
    } catch (error) {
      throw new MergeRefused(`${path}: ${systemReason(error)}; name profiles, or folders of them`);
    }
  });
}
