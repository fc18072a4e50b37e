import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is tried in turn until the machine is quiet enough: an engine takes no profile of insufficient data. */
const EFFORTS = ['quick', 'quick', 'standard'] as const;

/**
 * The way of a profile from a machine to a service, with what is installed in a folder and nothing else: calibrate, sign, bundle; a service
 * chooses out of the bundle by itself, demands the signature, and charges by the profile.
 *
 * On a machine that is too busy for sufficient data the way ends at the bundle: how quiet it is there is no fault of the packages.
 *
 * @returns a line that tells what came of it
 */
export function rollOut(home: string): string {
  const program = join(home, 'node_modules', '.bin', 'wasm-dyno');
  const run = (...words: string[]): string =>
    execFileSync(program, words, { cwd: home, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const effort = calibrated(program, home);
  if (effort === undefined && !isForced(program, home)) return 'not calibrated: the machine is too busy';
  run('profile', 'key', '--out', 'key.pem');
  run('profile', 'sign', 'run/profile.json', '--key', 'key.pem');
  const verify = ['run/profile.json', '--public-key', 'key.pem.pub', '--run', 'run'];
  assert.match(run('profile', 'verify', ...verify), /verified, signed/);
  run('profile', 'bundle', 'run/profile.json', '--out', 'profiles.json');
  if (effort === undefined)
    return 'calibrated (forced), signed, bundled; not charged: the machine is too busy';
  const { rank } = JSON.parse(run('profile', 'choose', 'profiles.json', '--json')) as { rank: string };
  assert.equal(rank, 'exact');

  writeFileSync(join(home, 'service.mjs'), SERVICE);
  const service = (...words: string[]): Service =>
    JSON.parse(
      execFileSync(process.execPath, ['service.mjs', ...words], { cwd: home, encoding: 'utf8' }),
    ) as Service;
  const [measured, byDefault] = [service('profiles.json'), service()];
  assert.deepEqual([measured.result, byDefault.result], [42, 42]);
  assert.equal(measured.rank, 'exact');
  assert.ok(measured.charged > 0 && byDefault.charged > 0 && measured.charged !== byDefault.charged);

  run('profile', 'key', '--out', 'other.pem');
  const forged = spawnSync(process.execPath, ['service.mjs', 'profiles.json', 'other.pem.pub'], {
    cwd: home,
    encoding: 'utf8',
  });
  assert.notEqual(forged.status, 0);
  assert.match(forged.stderr, /signature|signed/);

  const asked = spawnSync(program, ['query', 'from profiles', 'run'], { cwd: home, encoding: 'utf8' });
  assert.deepEqual([asked.status, asked.stdout], [1, '']);
  assert.match(asked.stderr, /^wasm-dyno: query needs DuckDB, .*npm install @duckdb\/node-api[^\n]*\n$/);
  return `calibrated (${effort}), signed, bundled, chosen (${measured.rank}), charged ${measured.charged} fuel instead of ${byDefault.charged}`;
}

/** The effort that came to sufficient data; undefined on a machine that is too busy for any. */
function calibrated(program: string, home: string): string | undefined {
  for (const effort of EFFORTS) {
    if (calibrationEnds(program, home, effort) === 0 && existsSync(join(home, 'run', 'profile.json')))
      return effort;
  }
  return undefined;
}

/** How often a profile of insufficient data is tried for: where not even a unit of fuel is found, there is none by force either. */
const FORCED_TRIES = 8;

/** Whether a profile was written by force. */
function isForced(program: string, home: string): boolean {
  for (let tries = 0; tries < FORCED_TRIES; tries++)
    if (calibrationEnds(program, home, 'smoke', '--force') === 0) return true;
  return false;
}

/** The exit code of a calibration into `run`: 0, or 3 where data are insufficient. */
function calibrationEnds(program: string, home: string, effort: string, ...more: readonly string[]): number {
  rmSync(join(home, 'run'), { recursive: true, force: true });
  const words = ['calibrate', '--effort', effort, '--quiet', '--out', 'run', ...more];
  const { status } = spawnSync(program, words, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  assert.ok(status === 0 || status === 3, `calibrate --effort ${effort} ended with exit code ${status}`);
  return status;
}

interface Service {
  readonly result: number;
  readonly charged: number;
  readonly rank?: string;
}

/** Takes its profile out of a bundle, where one is named, and no other than a signed one. */
const SERVICE = `
import { readFileSync } from 'node:fs';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';
const [path, key = 'key.pem.pub'] = process.argv.slice(2);
const requireSignature = [readFileSync(key, 'utf8').trim()];
const { profile } = path === undefined ? {} : loadProfile({ profile: 'auto', path, requireSignature });
const engine = new Engine(profile === undefined ? {} : { profile, requireSignature });
const bytes = Uint8Array.from(
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11],
);
const store = new Store(engine, { fuel: 1_000_000n });
const [result] = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('add').call(40, 2);
console.log(JSON.stringify({ result, charged: Number(1_000_000n - store.fuel), rank: engine.explain().profile?.rank }));
`;
