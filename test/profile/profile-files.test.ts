import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { COST_BEHAVIOUR } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';
import { profileFiles } from 'wasm-dyno';
import { profileExample } from './profile-example.js';

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

  it('are none of a hidden folder, as a mounted volume has', () => {
    put('mounted/agreed-profile.json', 'mounted/..2026_11_29/profile.json');
    assert.deepEqual(found('mounted'), ['mounted/agreed-profile.json']);
  });

  it('are those that loading chooses among', () => {
    const files = ['fleet/a.json', 'fleet/run-1/profile-v8.json', 'fleet/run-1/profile.json'];
    put(...files, 'fleet/run-1/run.json', 'fleet/run-1/fits.json');
    const { engine, ...rest } = profileExample();
    const text = JSON.stringify({ ...rest, engine: { ...engine, costBehaviour: COST_BEHAVIOUR } });
    for (const file of files) writeFileSync(join(folder, file), text);
    assert.deepEqual(found('fleet'), files);
    for (const path of [join(folder, 'fleet'), join(folder, 'fleet', 'run-1')]) {
      const { choice } = loadProfile({ profile: 'auto', path, minimumRank: 'generic' });
      const { considered } = choice!;
      const sources = considered.map((one) => one.source);
      assert.deepEqual(
        sources.map((one) => one.slice(folder.length + 1)).sort(),
        found(path.slice(folder.length + 1)),
      );
    }
  });
});
