import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineIdentity } from 'wasm-dyno/engine/node';
import { profileExample } from './profile-example.js';

const main = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));
const run = (...words: string[]) =>
  spawnSync(process.execPath, [main, 'profile', ...words], { encoding: 'utf8' });

describe('wasm-dyno profile', () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-profile-'));
    path = join(folder, 'profile.json');
    writeFileSync(path, JSON.stringify(profileExample()));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('exports Rust for Wasmi and Wasmtime, with where the numbers come from', () => {
    for (const engine of ['wasmi', 'wasmtime']) {
      const { status, stdout, stderr } = run(
        'export',
        path,
        '--for',
        engine,
        '--operator-nanoseconds',
        '2.5',
      );
      assert.equal(status, 0, stderr);
      assert.match(stdout, engine === 'wasmi' ? /CustomFuelCosts/ : /OperatorCost/);
      assert.ok(stdout.includes(profileExample().machine.cpuModel));
    }
  });

  it('says that an operator anchor needs the time of an operator, and takes it', () => {
    const without = run('export', path, '--for', 'wasmi', '--anchor', 'operator');
    assert.equal(without.status, 3);
    assert.match(without.stderr, /executed fuel/);
    const { status, stderr } = run(
      'export',
      path,
      '--for',
      'wasmi',
      '--anchor',
      'operator',
      '--operator-nanoseconds',
      '2.5',
    );
    assert.equal(status, 0, stderr);
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
    const example = profileExample();
    const here = join(folder, 'here.json');
    writeFileSync(
      here,
      JSON.stringify({ ...example, machine: { ...example.machine, ...machineIdentity() } }),
    );
    const { stderr } = run('check', here);
    assert.doesNotMatch(stderr, /another machine/);
  });
});
