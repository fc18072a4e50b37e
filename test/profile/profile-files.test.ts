import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { profileFiles } from 'wasm-dyno';

describe('the profiles that paths stand for', () => {
  let folder: string;
  const put = (...names: string[]): void => {
    for (const name of names) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), '{}');
    }
  };
  const found = (path: string): string[] =>
    profileFiles([join(folder, path)]).map((file) => file.slice(folder.length + 1));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-profiles-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are of a run directory its profiles, and none of the other files of a run', () => {
    put('run/census.json', 'run/fits.json', 'run/profile-v8.json', 'run/profile.json', 'run/run.json');
    assert.deepEqual(found('run'), ['run/profile-v8.json', 'run/profile.json']);
    put('unfinished/run.json');
    assert.deepEqual(found('unfinished'), []);
  });

  it('are of a folder its JSON files, and the profiles of the run directories in it', () => {
    put(
      'fleet/a.json',
      'fleet/notes.txt',
      'fleet/run/fits.json',
      'fleet/run/profile.json',
      'fleet/run/run.json',
    );
    assert.deepEqual(found('fleet'), ['fleet/a.json', 'fleet/run/profile.json']);
  });
});
