import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { CalibrationRunning, lockPath, takeCalibrationLock } from 'wasm-dyno';
import { isAlive, ownIdentity } from '../../harness/machine/process-identity.js';
import { temporaryFolder } from '../../harness/machine/temporary-folder.js';
import { knownReferenceTimes } from '../../harness/run-directory/reference-times.js';
import {
  latestVerificationPath,
  attachVerification,
} from '../../harness/run-directory/latest-verification.js';

describe("What the user's processes leave for each other", function () {
  let folder: string;
  let path: string;
  const kept = new Map<string, string | undefined>();
  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
    folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-lock-'));
    path = join(folder, 'lock');
    for (const name of ['TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME']) {
      kept.set(name, process.env[name]);
      process.env[name] = folder;
    }
  });
  afterEach(() => {
    for (const [name, value] of kept) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('a lock that names process 0, 1 or -1, or another start, holds nobody up', () => {
    for (const pid of [0, 1, -1, 1.5, NaN, process.pid]) {
      writeFileSync(path, JSON.stringify({ pid, since: 'then', directory: '/forged' }));
      takeCalibrationLock('/run', path)();
      writeFileSync(path, JSON.stringify({ pid, startTicks: '1', since: 'then', directory: '/forged' }));
      takeCalibrationLock('/run', path)();
    }
    assert.ok(isAlive(ownIdentity()));
    assert.ok(!existsSync(path));
  });

  it('a pipe, a device, torn or endless text as lock holds nobody up', () => {
    execFileSync('mkfifo', [path]);
    takeCalibrationLock('/run', path)();
    symlinkSync('/dev/zero', path);
    takeCalibrationLock('/run', path)();
    for (const text of ['', 'torn', 'null', '[]', '{"pid":"1"}', ' '.repeat(1 << 20)]) {
      writeFileSync(path, text);
      takeCalibrationLock('/run', path)();
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it('a folder in the place of the lock is named with what to do about it', () => {
    mkdirSync(path);
    assert.throws(
      () => takeCalibrationLock('/run', path),
      /cannot take the lock .*: it is a folder; remove it/,
    );
  });

  it('a planted link is not followed, neither as lock nor as draft', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, path);
    symlinkSync(victim, `${path}.${process.pid}`);
    const unlock = takeCalibrationLock('/run', path);
    assert.ok(lstatSync(path).isFile());
    assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { directory: string }).directory, '/run');
    assert.throws(() => takeCalibrationLock('/other', path), CalibrationRunning);
    unlock();
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
  });

  it("the lock lies in the user's own folder, not in one that is open to others or a link", () => {
    assert.equal(lockPath().startsWith(join(folder, 'wasm-dyno', 'calibration-')), true);
    assert.equal(lstatSync(join(folder, 'wasm-dyno')).mode & 0o077, 0);
    rmSync(join(folder, 'wasm-dyno'), { recursive: true });
    mkdirSync(join(folder, 'theirs'));
    symlinkSync(join(folder, 'theirs'), join(folder, 'wasm-dyno'));
    assert.equal(lockPath().startsWith(join(folder, `wasm-dyno-${os.userInfo().uid}`)), true);
  });

  it('what killed processes left in the temporary folder is cleared by the next, and nothing else', () => {
    const names = {
      stale: 'wasm-dyno-corpus-4194303-77-abcDEF',
      living: `wasm-dyno-corpus-${process.pid}-${ownIdentity().startTicks!}-abcDEF`,
      other: 'wasm-dyno-mine',
      link: 'wasm-dyno-corpus-4194303-78-abcDEF',
    };
    for (const name of [names.stale, names.living, names.other]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, '0.wasm'), 'x');
    }
    symlinkSync(join(folder, names.other), join(folder, names.link));
    const made = temporaryFolder('corpus');
    assert.ok(!existsSync(join(folder, names.stale)));
    assert.ok(existsSync(join(folder, names.living, '0.wasm')));
    assert.ok(existsSync(join(folder, names.other, '0.wasm')));
    assert.ok(existsSync(made.path));
    made.remove();
    assert.ok(!existsSync(made.path));
  });

  it('a state file with null, of a wrong shape, or that is a pipe, is as good as none', () => {
    const engine = { name: 'e', command: [], description: null, failure: null, referenceNanoseconds: null };
    const state = join(folder, 'wasm-dyno', 'reference-times-m.json');
    mkdirSync(join(folder, 'wasm-dyno'), { recursive: true });
    for (const text of [
      '{"e ":null}',
      '{"e ":7}',
      '{"e ":{"nanoseconds":"x"}}',
      '[]',
      'null',
      '',
      '{'.repeat(100),
    ]) {
      writeFileSync(state, text);
      assert.equal(knownReferenceTimes('m', [engine]).size, 0, text);
    }
    rmSync(state);
    execFileSync('mkfifo', [state]);
    assert.equal(knownReferenceTimes('m', [engine]).size, 0);
    execFileSync('mkfifo', [latestVerificationPath('m')]);
    attachVerification('m', join(folder, 'verification.json'));
    assert.ok(!existsSync(join(folder, 'verification.json')));
  });
});
