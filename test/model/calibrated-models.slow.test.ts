import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CHARGE_POLICIES, Engine, parseProfile } from '@wasm-dyno/engine';
import { MODEL_PREDICTION_TABLE } from '@wasm-dyno/reports/recorded-run';
import { wasmDyno } from '../cli/command-line.js';
import { forcedRun } from '../harness/forced-run.js';

describe('models of a calibration', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-calibrated-models-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('come of its census, stand in its profile, and are charged by', async () => {
    const out = path.join(folder, 'run');
    const args = ['--effort', 'smoke', '--corpus', 'real', '--seed', '1', '--census', '--force', '--quiet'];
    const { code, stderr } = await forcedRun(out, () => wasmDyno(['calibrate', ...args, '--out', out]));
    equal(code, 0, stderr);
    const file = path.join(out, 'profile.json');
    const profile = parseProfile(readFileSync(file, 'utf8'));
    const { models } = profile;
    deepEqual(Object.keys(models!.phases), ['validate', 'translate']);
    // Probes have nothing to compile.
    equal(models!.modules, 10);
    const { models: ladder } = models!.phases.translate!;
    const charged = ladder.find(({ name }) => name === 'constant + bytes')!;
    for (const { thousandths } of charged.prices)
      CHARGE_POLICIES.reduce((less, more) => (ok(thousandths[less] <= thousandths[more]), more));
    const { rows } = MODEL_PREDICTION_TABLE.parse(
      readFileSync(path.join(out, 'model-predictions.csv'), 'utf8'),
    );
    equal(rows.length, 2 * 2 * models!.functions);

    const engine = new Engine({ profile, profileCheck: 'warn' });
    equal(engine.costs.costs.translateMultiplierThousandths, charged.prices[1]!.thousandths.p90);
    const shown = await wasmDyno(['profile', 'show', file]);
    match(shown.stdout, /models of [\d,]+ functions of 10 modules, 1 process$/m);
    match(shown.stdout, /charged: constant \+ bytes, in bytes filled/);
    const explained = await wasmDyno([
      'run',
      '--explain-costs',
      '--profile',
      file,
      '--profile-check',
      'warn',
      '--charge-policy',
      'p99',
    ]);
    match(explained.stdout, /translateMultiplier .*model constant \+ bytes, policy p99/);
  });

  it('are left out unless asked for by little effort', async () => {
    const out = path.join(folder, 'plain');
    const args = ['--effort', 'smoke', '--corpus', 'real', '--seed', '1', '--force', '--quiet'];
    equal((await forcedRun(out, () => wasmDyno(['calibrate', ...args, '--out', out]))).code, 0);
    ok(!existsSync(path.join(out, 'census.json')));
    equal(parseProfile(readFileSync(path.join(out, 'profile.json'), 'utf8')).models, undefined);
  });
});
