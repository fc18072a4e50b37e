import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inventedRows, inventedSweep, type InventedRun } from '../reports/run-example.js';
import { completeProcess, runRecord, writeRunFolder } from '../reports/run-folder.js';

const main = fileURLToPath(new URL('../../harness/dist/study/repeatability.js', import.meta.url));
const repeatability = (...words: string[]) =>
  spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });

const folderOf = (change: InventedRun['change']) =>
  writeRunFolder({ rows: [...inventedRows({ seed: 1, processes: 12, change }), ...inventedSweep(2, 12)] });

describe('npm run repeatability', () => {
  it('tells how far runs lie apart, and how many of their intervals hold the median', () => {
    const slower = (row: Parameters<NonNullable<InventedRun['change']>>[0]) =>
      row.phase === 'translate' ? { ...row, nanoseconds: 1.2 * row.nanoseconds } : row;
    const folders = [folderOf(undefined), folderOf(undefined), folderOf(slower)];
    const { status, stdout, stderr } = repeatability(...folders);
    for (const folder of folders) rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /embedded: warm validate, ns a byte over the corpus +3 .*\+0\.0% +3 of 3/);
    assert.match(stdout, /embedded: warm translate, ns a byte over the corpus +3 .*\+20\.0% +2 of 3/);
  });

  it('tells what comparing says of every two runs, and of a later one that is 10% dearer', () => {
    const folders = [1, 2, 3].map((seed) => {
      const rows = [
        ...inventedRows({ seed, processes: 20, rounds: 4, drift: 0.03 }),
        ...inventedSweep(seed, 20),
      ];
      const folder = writeRunFolder({ rows });
      const processes = [...new Set(rows.map(({ process }) => process))].map(completeProcess);
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...runRecord(), processes }));
      return folder;
    });
    const { status, stdout, stderr } = repeatability(...folders);
    for (const folder of folders) rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    const [asTheyAre = '', dearer = ''] = stdout.slice(stdout.indexOf('pairs of runs')).split('\n\n');
    assert.match(asTheyAre, /^the whole +3 +0 +0 +0$/m);
    assert.match(dearer, /^the later 10\.0% dearer/);
    assert.match(dearer, /^the whole +0 +0 +3 +0$/m);
    assert.match(dearer, /^embedded unit +3 +0 +0 +0 /m);
  });

  it('says what to name, and what is no run, in one line', () => {
    const one = repeatability('.');
    assert.equal(one.status, 2);
    assert.match(one.stderr, /^name two or more directories .*\n$/);
    const none = repeatability('/dev/null', '/dev/null');
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^[^\n]+\n$/);
  });
});
