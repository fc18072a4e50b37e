import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { profileExample, withModels } from '../profile/profile-example.js';
import { inventedRows, inventedSweep, type InventedRun } from '../reports/run-example.js';
import { completeProcess, runRecord, writeRunFolder } from '../reports/run-folder.js';

const main = fileURLToPath(new URL('../../harness/dist/study/evidence.js', import.meta.url));
const evidence = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });

describe('npm run evidence', () => {
  it('tells of a recorded run its times by row, the closure of its modules and what other weights do', () => {
    const rows = [...inventedRows({ seed: 1, processes: 12, drift: 0.02 }), ...inventedSweep(2, 12)];
    // A module of an arm of its own: where all code is one price, it is charged what it costs.
    const whole = rows
      .filter(({ phase, pair }) => phase === 'translate' || pair.startsWith('translate'))
      .filter(({ sizeClass }) => sizeClass === '4096..16383B')
      .flatMap((row) =>
        ['real/one', 'real/two'].map((module) => ({
          ...row,
          ...{ module, sizeClass: 'all' as const, pair: `translate/${module}` },
          arm: `${row.arm}/${module}`,
        })),
      );
    const directory = writeRunFolder({ rows: [...rows, ...whole] });
    const processes = [...new Set(rows.map(({ process }) => process))].map((process) => ({
      ...{ process, slot: process, engine: 'embedded', kind: 'warm' as const, state: 'complete' as const },
      ...{ startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 4, waitedSeconds: 0 },
      ...{ stealShare: null, othersBusyCores: null, failure: null },
    }));
    writeFileSync(join(directory, 'run.json'), JSON.stringify({ ...runRecord(), processes }));
    writeFileSync(join(directory, 'profile.json'), JSON.stringify(withModels(profileExample())));
    const { status, stdout, stderr } = evidence(directory);
    rmSync(directory, { recursive: true });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /embedded translate: [\d.]+ ns a byte, max\/min over 2 rows 0\.0%/);
    assert.match(stdout, /embedded translate: sum of charges \/ sum of times (0\.9[89]\d|1\.0[01]\d)/);
    assert.match(
      stdout,
      /^translate by the profile's models, p90, which engines charge unless told: sum of charges \/ sum of times \d+\.\d\d$/m,
    );
    const parts = stdout.split(/^\d\. /m);
    assert.equal(parts.length, 7, 'a part for each question');
    // Where all code has one price, other weights do not move it.
    assert.match(parts[3]!, /^other sizes of functions +every size alike +by number of functions /m);
    assert.match(parts[3]!, /^embedded unit \(wasm-memory-fill-loop\)( +-?0\.0%){4}$/m);
    assert.match(parts[3]!, /^embedded translate, price of a byte( +-?0\.\d%){4}$/m);
    assert.match(parts[3]!, /^embedded translate, all prices( +-?0\.\d%){4}$/m);
    assert.match(parts[4]!, /name more/);
    assert.match(parts[6]!, /passed {2}coverage-simulation: /);
  });

  it('tells of several runs how far they lie apart, and of a busy one where it lies and what is said of it', () => {
    const folderOf = (seed: number, change?: InventedRun['change']): string => {
      const rows = [
        ...inventedRows({ seed, processes: 20, drift: 0.02, ...(change === undefined ? {} : { change }) }),
        ...inventedSweep(seed, 20),
      ];
      const folder = writeRunFolder({ rows });
      const processes = [...new Set(rows.map(({ process }) => process))].map(completeProcess);
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...runRecord(), processes }));
      return folder;
    };
    // Others take a third of the core all the while: all is slower by as much, and every block says so.
    const busy = folderOf(3, (row) => ({
      ...row,
      ...{ nanoseconds: 1.5 * row.nanoseconds, flags: ['busy'] },
    }));
    const folders = [folderOf(1), folderOf(2)];
    const { status, stdout, stderr } = evidence(...folders, '--busy', busy);
    for (const folder of [...folders, busy]) rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    const [, , , , apart = '', flag = ''] = stdout.split(/^\d\. /m);
    assert.match(apart, /^embedded: warm translate, multiplier +2 .* \+\d\.\d% +2 of 2$/m);
    assert.match(apart, /^embedded: warm translate, ns a byte +\d+\.?\d* +\d+\.?\d* +(4[6-9]|5[0-4])\.\d%$/m);
    assert.match(
      apart,
      /pairs disturbed 100\.0% of embedded; verdicts .*embedded translate noisy; warned of .*disturbed-blocks/,
    );
    assert.match(flag, /^both readings slow +all +\d+ +0\.0% +0 /m);
  });

  it('says what to name where nothing is named', () => {
    const { status, stderr } = evidence();
    assert.equal(status, 2);
    assert.match(stderr, /npm run evidence -- RUN_DIRECTORY/);
    assert.equal(evidence('/dev/null', '--busy').status, 2);
    const none = evidence('/dev/null');
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^[^\n]+\n$/);
  });
});
