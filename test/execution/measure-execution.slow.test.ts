import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine, parseProfile } from '@wasm-dyno/engine';
import {
  EXECUTION_COUNT_TABLE,
  EXECUTION_FILE,
  EXECUTION_TABLE,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';

import { priceExecution } from '../../harness/dist/execution/index.js';
import { forcedRun } from '../harness/forced-run.js';
import { profileExample } from '../profile/profile-example.js';
import { runRecord } from '../reports/run-folder.js';

const program = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));

describe('measuring what executing costs', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-execution-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves rows, counts and costs in the run, and a profile that engines charge by', async () => {
    const profilePath = join(folder, 'profile.json');
    writeFileSync(profilePath, JSON.stringify(profileExample()));
    const steps: number[] = [];
    const { profile } = await priceExecution(
      { directory: folder, run: runRecord(), profilePath },
      {
        chargedExecutor: 'interpreter',
        effort: {
          processes: 1,
          kernelsPerClass: 1,
          effort: { rounds: 1, blockNanoseconds: 1e5, warmUpNanoseconds: 1e5 },
        },
      },
      { onProgress: (done) => steps.push(done) },
    );
    deepEqual(steps, [0, 1]);
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    const { rows } = EXECUTION_TABLE.parse(text('execution.csv'));
    const kernels = rows.filter(({ executor, kind }) => executor === 'host' && kind === 'kernel').length;
    ok(kernels >= 59);
    equal(rows.filter(({ executor }) => executor === 'interpreter').length, rows.length / 2);
    ok(rows.every(({ nanosecondsPerCall, fuelPerCall }) => nanosecondsPerCall > 0 && fuelPerCall > 0));
    const counts = EXECUTION_COUNT_TABLE.parse(text('execution-counts.csv')).rows;
    equal(new Set(counts.map((row) => row.program)).size, rows.length / 2);
    const costs = EXECUTION_FILE.parse(text('execution-costs.json'), 'execution-costs.json');
    deepEqual(
      costs.executors.map(({ executor }) => executor),
      ['interpreter', 'host'],
    );
    const read = parseProfile(text('profile.json'));
    deepEqual(read, profile);
    const engine = new Engine({ profile: read, profileCheck: 'warn' });
    const layersOf = engine.costs.explain().filter(({ name }) => name.startsWith('executionCosts.'));
    ok(layersOf.filter(({ layer }) => layer === 'profile').length >= 59);
  });

  it('is in the profile still when the run is gone on with', async () => {
    const directory = join(folder, 'run');
    const environment = { ...process.env, TMPDIR: folder, XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };
    const dyno = (...words: string[]) =>
      spawnSync(process.execPath, [program, 'calibrate', '--force', '--quiet', ...words], {
        encoding: 'utf8',
        env: environment,
      });
    const smoke = ['--effort', 'smoke', '--corpus', 'generated', '--out', directory];
    const { status, stderr } = await forcedRun(directory, () => dyno(...smoke));
    equal(status, 0, stderr);
    copyFileSync(join(folder, 'execution-costs.json'), join(directory, 'execution-costs.json'));
    const path = join(directory, 'run.json');
    for (const execution of ['host', 'interpreter'] as const) {
      const record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
      writeFileSync(path, JSON.stringify({ ...record, options: { ...record.options, execution } }));
      // Nothing of it is measured again.
      equal(dyno('--resume', directory).status, 0);
      const profile = parseProfile(readFileSync(join(directory, 'profile.json'), 'utf8'));
      equal(profile.execution?.chargedExecutor, execution);
      ok(!existsSync(join(directory, 'execution.csv')));
    }
  });

  it('is asked for with the embedded engine', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [program, 'calibrate', '--engine', 'v8-liftoff', '--execution'],
      { encoding: 'utf8', cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
    );
    equal(status, 2, stderr);
    ok(stderr.includes('--execution is about the embedded engine; add --engine embedded'), stderr);
  });
});
