import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { writeRunFolder } from '../reports/run-folder.js';
import { environment, PROGRAM, wasmDyno } from './command-line.js';

describe('what --out names', () => {
  let folder: string;
  let run: string;
  let profile: string;
  const at = (name: string): string => join(folder, name);
  const recorded = (): Record<string, string> =>
    Object.fromEntries(readdirSync(run).map((name) => [name, readFileSync(join(run, name), 'base64')]));

  before(() => {
    run = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)],
    });
    profile = join(run, 'profile.json');
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-out-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  after(() => rmSync(run, { recursive: true }));

  it('keeps an earlier report when the disk is full', function () {
    if (process.platform === 'win32') return this.skip();
    writeFileSync(at('report.html'), 'the earlier report');
    // A limit on the size of files fails as a full disk does, in the middle of writing.
    const command = `ulimit -f 16; exec "$0" "$@"`;
    const words = [PROGRAM, 'report', run, '--format', 'html', '--out', at('report.html')];
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, ...words], {
      env: environment(folder),
      encoding: 'utf8',
    });
    assert.equal(status, 1, stderr);
    assert.match(
      stderr,
      /report\.html: cannot be written: the file would become too large; name another place/,
    );
    assert.equal(readFileSync(at('report.html'), 'utf8'), 'the earlier report');
    assert.deepEqual(readdirSync(folder), ['report.html']);
  });

  it('keeps its rights, and a link stays a link', async () => {
    writeFileSync(at('real.md'), 'earlier');
    chmodSync(at('real.md'), 0o640);
    symlinkSync('real.md', at('link.md'));
    const words = ['report', run, '--format', 'markdown', '--out', at('link.md')];
    assert.equal((await wasmDyno(words, folder)).code, 0);
    assert.equal(readlinkSync(at('link.md')), 'real.md');
    assert.match(readFileSync(at('real.md'), 'utf8'), /^# /);
    if (process.platform !== 'win32') assert.equal(statSync(at('real.md')).mode & 0o777, 0o640);
  });

  it('may be a device, which stays one', async function () {
    if (process.platform === 'win32') return this.skip();
    const { code, stderr } = await wasmDyno(['report', run, '--format', 'csv', '--out', '/dev/null'], folder);
    assert.equal(code, 0, stderr);
    assert.ok(statSync('/dev/null').isCharacterDevice());
    const full = await wasmDyno(['report', run, '--format', 'csv', '--out', '/dev/full'], folder);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /\/dev\/full: cannot be written: no space left on the device/);
  });

  it('is no file of a recorded run, whatever command would write it', async () => {
    writeFileSync(at('services.json'), '{}');
    const commands: readonly (readonly string[])[] = [
      ...['run.json', 'measurements.csv', 'summary.csv', 'fits.json', 'profile.json', 'metering.json'].map(
        (name) => [...['report', run, '--format', 'csv', '--out'], join(run, name)],
      ),
      ['report', run, '--format', 'parquet', '--out', join(run, 'run.json')],
      ['report', '--describe-columns', '--out', join(run, 'warm-up.csv')],
      ['report', profile, profile, '--out', join(run, 'modules.csv')],
      ['compare', profile, profile, '--out', join(run, 'run.json')],
      ['query', 'select 1', run, '--csv', '--out', join(run, 'run.json')],
      ['profile', 'bundle', profile, '--out', join(run, 'profile-wasmi.json')],
      ['profile', 'merge', profile, '--policy', 'p90', '--out', join(run, 'run.json')],
      [
        'profile',
        'export',
        profile,
        '--for',
        'wasmi',
        '--operator-nanoseconds',
        '1',
        '--force',
        '--assume-engine',
        '--out',
        join(run, 'run.json'),
      ],
      ['corpus', 'hunt', '--minutes', '0.01', '--out', join(run, 'run.json')],
      ['census', '--out', run],
    ];
    const before = recorded();
    for (const words of commands) {
      const { code, stderr } = await wasmDyno(words, folder);
      assert.equal(code, 1, `${words.join(' ')}: ${stderr}`);
      assert.match(
        stderr,
        /: is a file of a recorded run, and is not written over; name another place with --out\n$/,
        words.join(' '),
      );
    }
    assert.deepEqual(recorded(), before);
  });

  it('leads to no file of a run by a link or a roundabout path', async () => {
    symlinkSync(join(run, 'run.json'), at('report.html'));
    symlinkSync(run, at('linked'));
    const before = recorded();
    for (const out of [
      at('report.html'),
      join(at('linked'), 'summary.csv'),
      `${run}/../${run.split('/').at(-1)!}/run.json`,
    ]) {
      const { code, stderr } = await wasmDyno(['report', run, '--format', 'json', '--out', out], folder);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /is a file of a recorded run/);
    }
    assert.deepEqual(recorded(), before);
  });

  it('is nothing that the text is made from', async () => {
    for (const name of ['a.json', 'b.json']) cpSync(profile, at(name));
    const before = readFileSync(at('b.json'), 'utf8');
    for (const words of [
      ['compare', at('a.json'), at('b.json'), '--out', at('b.json')],
      ['report', at('a.json'), at('b.json'), '--out', at('b.json')],
      ['profile', 'merge', at('a.json'), at('b.json'), '--policy', 'p90', '--out', at('b.json')],
      ['profile', 'bundle', at('a.json'), at('b.json'), '--out', at('b.json')],
      ['profile', 'merge', folder, '--policy', 'p90', '--out', at('b.json')],
      ['profile', 'bundle', folder, '--out', at('b.json')],
      ['profile', 'sign', at('b.json'), '--key', at('a.json'), '--out', at('b.json')],
      [
        ...['profile', 'export', at('a.json'), '--for', 'wasmi', '--operator-nanoseconds', '1', '--force'],
        ...['--assume-engine', '--metering', at('b.json'), '--out', at('b.json')],
      ],
      ['profile', 'sign', at('b.json'), '--key', at('a.json'), '--detached', '--out', at('b.json')],
      ['monitor', at('a.json'), '--profile', at('b.json'), '--out', at('b.json')],
      ['monitor', at('b.json'), '--profile', at('a.json'), '--out', at('b.json')],
    ]) {
      const { code, stderr } = await wasmDyno(words, folder);
      assert.equal(code, 1, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, /b\.json: is what the text would be made from, and is not written over/);
    }
    assert.equal(readFileSync(at('b.json'), 'utf8'), before);
  });

  it('is no input by a link, and no key, also beside the profile', async () => {
    for (const name of ['a.json', 'b.json']) cpSync(profile, at(name));
    assert.equal((await wasmDyno(['profile', 'key', '--out', at('key.pem')])).code, 0);
    cpSync(at('key.pem'), at('a.json.sig'));
    symlinkSync('key.pem', at('linked.pem'));
    symlinkSync('b.json', at('linked.json'));
    const kept = ['a.json', 'b.json', 'key.pem', 'a.json.sig'];
    const texts = () => kept.map((name) => readFileSync(at(name), 'utf8'));
    const before = texts();
    const sign = ['profile', 'sign', at('a.json'), '--key'];
    for (const words of [
      ['profile', 'merge', at('a.json'), at('b.json'), '--policy', 'p90', '--out', at('linked.json')],
      ['profile', 'bundle', at('a.json'), at('linked.json'), '--out', at('b.json')],
      [...sign, at('key.pem'), '--out', at('key.pem')],
      [...sign, at('key.pem'), '--out', at('linked.pem')],
      [...sign, at('linked.pem'), '--detached', '--out', at('key.pem')],
      [...sign, at('a.json.sig'), '--detached'],
    ]) {
      const { code, stderr } = await wasmDyno(words, folder);
      assert.equal(code, 1, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, /^wasm-dyno: \S+: is what the text would be made from, .*--out\n$/);
    }
    assert.deepEqual(texts(), before);
  });

  it('may be what the command wrote into the folder before, which is no input', async () => {
    mkdirSync(at('fleet'));
    cpSync(profile, at('fleet/a.json'));
    const other = JSON.parse(readFileSync(profile, 'utf8')) as object;
    writeFileSync(at('fleet/b.json'), JSON.stringify({ ...other, createdAt: '2026-01-31T00:00:00.000Z' }));
    const merge = ['merge', 'fleet', '--policy', 'p90'];
    for (const words of [
      ['bundle', 'fleet', '--out', 'fleet/profiles.json', '--json'],
      [...merge, '--out', 'fleet/agreed.json', '--json'],
      [...merge, '--config-map', 'prices', '--out', 'fleet/map.json', '--json'],
    ]) {
      const first = await wasmDyno(['profile', ...words], folder);
      assert.equal(first.code, 0, first.stderr);
      const second = await wasmDyno(['profile', ...words], folder);
      assert.equal(second.code, 0, second.stderr);
      assert.equal(second.stdout, first.stdout);
      rmSync(at(words[words.indexOf('--out') + 1]!));
    }
  });

  it('may lie beside the files of a run', async () => {
    for (const out of [join(run, 'report.html'), join(run, 'report.json')]) {
      const { code, stderr } = await wasmDyno(['report', run, '--format', 'html', '--out', out], folder);
      assert.equal(code, 0, stderr);
      rmSync(out);
    }
  });
});

describe('a pipe where a command wants a file', () => {
  it('is not waited for', async function () {
    if (process.platform === 'win32') return this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-pipe-'));
    try {
      const named = ['pipe.json', 'pipe.wasm', 'pipe.pem', 'summary.csv'].map((name) => join(folder, name));
      for (const path of named) execFileSync('mkfifo', [path]);
      const [json, wasm, pem, csv] = named as [string, string, string, string];
      const commands: readonly (readonly string[])[] = [
        ['report', json],
        ['report', json, json],
        ['compare', json, json],
        ['query', 'select 1', csv],
        ['query', 'select 1', json],
        ['profile', 'show', json],
        ['profile', 'validate', json],
        ['profile', 'check', json],
        ['profile', 'verify', json, '--key', pem],
        ['profile', 'sign', json, '--key', pem],
        ['profile', 'key', '--key', pem],
        ['profile', 'merge', json, '--policy', 'p90', '--out', join(folder, 'merged.json')],
        ['profile', 'bundle', json, '--out', join(folder, 'bundle.json')],
        ['profile', 'choose', json],
        ['profile', 'export', json, '--for', 'wasmi'],
        ['monitor', json],
        ['inspect', wasm],
        ['run', wasm],
        ['run', wasm, '--profile', json],
        ['calibrate', wasm, '--out', join(folder, 'run')],
        ['calibrate', '--resume', json],
        ['metering', json],
        ['model', json],
        ['corpus', 'list', '--config', json],
        ['machine', '--config', json],
      ];
      for (const words of commands) {
        const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
          env: environment(folder),
          encoding: 'utf8',
          cwd: tmpdir(),
          // Far longer than a refusal takes on any machine: what waits for the pipe waits for ever.
          timeout: 120_000,
        });
        assert.equal(signal, null, `${words.join(' ')} waits`);
        assert.ok(status === 1 || status === 2, `${words.join(' ')}: ${status} ${stderr}`);
        // A calibration warns of a busy machine first.
        const lines = stderr.split('\n').filter((line) => line.startsWith('wasm-dyno: '));
        assert.equal(lines.length, 1, `${words.join(' ')}: ${stderr}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(300_000);

  it('is not waited for in the place of a configuration that is looked for', function () {
    if (process.platform === 'win32') return this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-pipe-'));
    try {
      execFileSync('mkfifo', [join(folder, 'wasm-dyno.config.json')]);
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'machine'], {
        env: environment(folder),
        encoding: 'utf8',
        cwd: folder,
        timeout: 120_000,
      });
      assert.equal(status, 1, stderr);
      assert.match(stderr, /wasm-dyno\.config\.json: cannot be read: is not a regular file; mend it/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
