import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COST_BEHAVIOUR, machineId, type HardwareProfile } from '@wasm-dyno/engine';
import { loadProfile, machineIdentity } from '@wasm-dyno/engine/node';
import { profileExample, withModels } from './profile-example.js';

const main = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));
const run = (...words: string[]) =>
  spawnSync(process.execPath, [main, 'profile', ...words], { encoding: 'utf8' });

describe('wasm-dyno profile', () => {
  let folder: string;
  let path: string;
  let wasmi: string;
  const profileOf = (name: string): HardwareProfile => ({
    ...profileExample(),
    engine: { name, version: '2.0.0', flags: [] },
  });
  const written = (name: string, profile: HardwareProfile): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(profile));
    return file;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-profile-'));
    path = join(folder, 'profile.json');
    writeFileSync(path, JSON.stringify(profileExample()));
    wasmi = written('wasmi.json', profileOf('wasmi'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('exports Rust for Wasmi and Wasmtime, with where the numbers come from', () => {
    for (const engine of ['wasmi', 'wasmtime']) {
      const of = written(`of-${engine}.json`, profileOf(engine));
      const { status, stdout, stderr } = run('export', of, '--for', engine, '--operator-nanoseconds', '2.5');
      assert.equal(status, 0, stderr);
      assert.doesNotMatch(stderr, /measured on the engine/);
      assert.match(stdout, engine === 'wasmi' ? /CustomFuelCosts/ : /OperatorCost/);
      assert.ok(stdout.includes(profileExample().machine.cpuModel));
    }
  });

  it('says that an operator anchor needs the time of an operator, and takes it', () => {
    const without = run('export', wasmi, '--for', 'wasmi', '--anchor', 'operator');
    assert.equal(without.status, 3);
    assert.match(without.stderr, /executed fuel/);
    const { status, stderr } = run(
      'export',
      wasmi,
      '--for',
      'wasmi',
      '--anchor',
      'operator',
      '--operator-nanoseconds',
      '2.5',
    );
    assert.equal(status, 0, stderr);
  });

  it("exports a byte's price for Wasmi by each charge policy of the models, and tells how it did on what it had not seen", () => {
    const profile = withModels(profileOf('wasmi'));
    const [phase] = Object.values(profile.models!.phases);
    const [flat] = phase!.models;
    const thousandths = { typical: 640_000, p90: 960_000, p99: 1_280_000, safe: 6_400_000 };
    const perByte = { ...flat!, name: 'per phase', prices: [{ ...flat!.prices[0]!, thousandths }] };
    const models = {
      ...profile.models!,
      phases: Object.fromEntries(
        Object.entries(profile.models!.phases).map(([name, each]) => [
          name,
          { ...each, models: [...each.models, perByte] },
        ]),
      ),
    };
    const file = written('wasmi-models.json', { ...profile, models });
    for (const [policy, perByteFilled] of Object.entries(thousandths)) {
      const words = ['--for', 'wasmi', '--charge-policy', policy, '--format', 'json'];
      const { status, stderr, stdout } = run('export', file, ...words);
      assert.equal(status, 0, stderr);
      const { chargePolicy, costs } = JSON.parse(stdout) as {
        chargePolicy: string;
        costs: Record<string, { value: number; exact: number }>;
      };
      assert.equal(chargePolicy, policy);
      for (const name of ['fuel_per_bytes_translated', 'fuel_per_bytes_validated'])
        assert.equal(costs[name]!.value * costs['bytes_copied_per_fuel']!.value, perByteFilled / 1000);
      assert.match(
        stderr,
        /of functions whose module was left out 3\.65% are undercharged, by 1\.65 times at most/,
      );
    }
    const rust = run('export', file, '--for', 'wasmi', '--charge-policy', 'p99');
    assert.match(rust.stdout, /^\/\/ Prices of bytes: by policy "p99"/m);
  });

  it('a charge policy needs models, warm prices, and an engine that charges for compiling', () => {
    const without = run('export', wasmi, '--for', 'wasmi', '--charge-policy', 'p99');
    assert.equal(without.status, 3);
    assert.match(without.stderr, /the profile has no models, and so no policy "p99"; calibrate --census/);
    const cold = run('export', wasmi, '--for', 'wasmi', '--charge-policy', 'p99', '--policy', 'cold');
    assert.equal(cold.status, 2);
    const of = written('of-wasmtime.json', profileOf('wasmtime'));
    const other = run('export', of, '--for', 'wasmtime', '--charge-policy', 'p99');
    assert.equal(other.status, 2);
    assert.match(other.stderr, /--charge-policy is about compiling, which wasmtime does not charge for/);
  });

  it('an embedded profile is not exported as another engine, unless that is assumed', () => {
    for (const engine of ['wasmi', 'wasmtime']) {
      const words = ['export', path, '--for', engine, '--operator-nanoseconds', '2.5'];
      const refused = run(...words);
      assert.equal(refused.status, 1);
      assert.equal(refused.stdout, '');
      assert.match(
        refused.stderr,
        new RegExp(`measured on the engine embedded, not on ${engine}: .*--assume-engine`),
      );
      const assumed = run(...words, '--assume-engine');
      assert.equal(assumed.status, 0, assumed.stderr);
      assert.match(assumed.stderr, new RegExp(`costs are taken for those of ${engine}`));
      assert.match(assumed.stdout, /Measured: embedded /);
    }
    assert.equal(
      run('export', written('winch.json', profileOf('wasmtime-winch')), '--for', 'wasmtime').status,
      3,
    );
  });

  it('insufficient data are not exported, unless forced', () => {
    const profile = profileOf('wasmi');
    const phases = Object.fromEntries(
      Object.entries(profile.policies.warm.phases).map(([phase, multiplier]) => [
        phase,
        { ...multiplier, verdict: 'insufficient-data' as const },
      ]),
    );
    const insufficient: HardwareProfile = {
      ...profile,
      verdict: 'insufficient-data',
      forced: true,
      policies: { ...profile.policies, warm: { ...profile.policies.warm, phases } },
    };
    const file = written('insufficient.json', insufficient);
    const refused = run('export', file, '--for', 'wasmi');
    assert.equal(refused.status, 3);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /insufficient data \(policies\.warm\.phases\.parse\.verdict, .*--force/);
    const forced = run('export', file, '--for', 'wasmi', '--force');
    assert.equal(forced.status, 0, forced.stderr);
    assert.match(forced.stderr, /rests on insufficient data/);
    assert.match(forced.stdout, /Verdict: insufficient-data/);
    // The cold starts stand on their own data.
    assert.equal(run('export', file, '--for', 'wasmi', '--policy', 'cold').status, 0);
  });

  it('a cost cut to what the engine can hold is told', () => {
    const of = written('of-wasmtime.json', profileOf('wasmtime'));
    const { status, stdout, stderr } = run('export', of, '--for', 'wasmtime', '--operator-nanoseconds', '30');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /OPERATOR: u8 = 255;/);
    assert.match(
      stderr,
      /^wasm-dyno: operator: [\d.]+ does not fit the engine's type and becomes 255: -[\d.]+%/m,
    );
  });

  it('refuses usage errors with 2 and unreadable files with 1', () => {
    assert.equal(run('export', path).status, 2);
    assert.equal(run('export', path, '--for', 'v8').status, 2);
    const missing = run('export', join(folder, 'none.json'), '--for', 'wasmi');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /none\.json/);
  });

  it('checks a profile against this machine', () => {
    const other = run('check', path);
    assert.equal(other.status, 1);
    assert.match(other.stderr, /machine/);
  });

  it('checks a profile against the engine that would charge by it, as loading does', () => {
    const example = profileExample();
    const machineHere = { ...example.machine, ...machineIdentity() };
    const machine = { ...machineHere, id: machineId(machineHere) };
    const of = (file: string, engine: Partial<HardwareProfile['engine']>): string =>
      written(file, { ...example, machine, engine: { ...example.engine, ...engine } });
    const fit = of('fit.json', { costBehaviour: COST_BEHAVIOUR, version: '0.0.1' });
    const loaded = (path: string): string => {
      try {
        loadProfile({ path });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const otherCosts = of('other-costs.json', { costBehaviour: 'f'.repeat(64) });
    const otherVersion = of('other-version.json', { version: '0.0.1' });
    for (const [file, reason] of [
      [otherCosts, /engine of other costs \(cost behaviour ffffffffffff there/],
      [otherVersion, /0\.0\.1/],
    ] as const) {
      const { status, stderr } = run('check', file);
      assert.equal(status, 1, file);
      assert.match(stderr, reason);
      assert.match(loaded(file), reason);
    }
    assert.equal(loaded(fit), '');
    const { status, stderr } = run('check', fit);
    assert.equal(status, 0, stderr);
  });
});
