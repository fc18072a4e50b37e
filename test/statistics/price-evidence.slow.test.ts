import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { runRecord, writeRunFolder } from '../reports/run-folder.js';

const main = fileURLToPath(new URL('../../harness/dist/study/price-evidence.js', import.meta.url));
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
    const { status, stdout, stderr } = evidence(directory);
    rmSync(directory, { recursive: true });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /embedded translate: [\d.]+ ns a byte, max\/min over 2 rows 0\.0%/);
    assert.match(stdout, /embedded translate: sum of charges \/ sum of times (0\.9[89]\d|1\.0[01]\d)/);
    assert.match(stdout, /embedded translate, every module alike: -?0\.\d%/);
    assert.match(stdout, /embedded unit \(wasm-memory-fill-loop\): 0\.0%/);
  });

  it('says what to name where nothing is named', () => {
    const { status, stderr } = evidence();
    assert.equal(status, 2);
    assert.match(stderr, /npm run evidence -- RUN_DIRECTORY/);
    const none = evidence('/dev/null');
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^[^\n]+\n$/);
  });
});
