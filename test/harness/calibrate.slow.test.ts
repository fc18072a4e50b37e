import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { parseProfile } from '@wasm-dyno/engine';
import { resumeCalibration, ResumeRefused, readRunRecord } from 'wasm-dyno';
import { readMeasurements, readRecordedRun } from '@wasm-dyno/reports';

import { forcedRun } from './forced-run.js';
import { killAndResume } from './kill-and-resume.js';

const program = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));
const fake = fileURLToPath(new URL('./fixtures/fake-target.mjs', import.meta.url));
const schema = fileURLToPath(
  new URL('../../reports/recorded-run/schemas/profile.schema.json', import.meta.url),
);
const SMOKE = ['calibrate', '--effort', 'smoke', '--corpus', 'generated', '--quiet'];

describe('wasm-dyno calibrate', function () {
  this.timeout(600_000);
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  before(() => {
    folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-calibrate-'));
    // A lock of its own: other runs on this machine are no concern of these tests.
    environment = {
      ...process.env,
      TMPDIR: folder,
      XDG_STATE_HOME: folder,
      XDG_RUNTIME_DIR: folder,
      NO_COLOR: '1',
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const dyno = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      env: environment,
      encoding: 'utf8',
      timeout: 500_000,
    });
    return { status, stdout, stderr };
  };
  const rowKeys = (directory: string): string[] =>
    readMeasurements(directory).rows.map(({ process, round, arm }) => `${process} ${round} ${arm}`);

  it('measures the embedded engine and writes the files, each in its form', async () => {
    const directory = join(folder, 'run');
    const { status, stdout, stderr } = await forcedRun(directory, () =>
      dyno(...SMOKE, '--force', '--out', directory),
    );
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /One fuel \(64B\) is [\d.]+ ns .*: the slope of wasm-memory-fill-loop from 16 KiB to/,
    );
    assert.match(stdout, /Recommended prices \(warm\):/);
    assert.match(stdout, /translate .*insufficient-data/);
    const names = readdirSync(directory).sort();
    for (const name of ['measurements.csv', 'profile.json', 'run.json', 'summary.csv'])
      assert.ok(names.includes(name));
    assert.ok(!names.some((name) => name.includes('.new') || name.startsWith('.probe')));

    const text = readFileSync(join(directory, 'profile.json'), 'utf8');
    const check = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    assert.ok(check(JSON.parse(text)), JSON.stringify(check.errors));
    const profile = parseProfile(JSON.parse(text));
    assert.equal(profile.forced, true);
    assert.deepEqual(Object.keys(profile.policies.warm.phases).sort(), ['parse', 'translate', 'validate']);
    // Behind the last process monitors saw the corpus compiled as services do.
    const { parse, ...functionPhases } = profile.policies.warm.phases;
    assert.equal(parse!.watched, undefined);
    for (const [phase, { watched }] of Object.entries(functionPhases)) {
      for (const time of ['eager', 'lazy'] as const) {
        const { functions, high, low, modules, timesWarm } = watched![time];
        assert.ok(
          modules >= 4 && functions >= 16_000,
          `${phase} ${time}: ${functions} functions of ${modules}`,
        );
        assert.ok(
          low > 0 && low < timesWarm && timesWarm < high,
          `${phase} ${time}: ${low} ${timesWarm} ${high}`,
        );
      }
    }
    const cold = /^Cold \(--policy cold\), the first call of a process: .*x [\d.,]+ a byte \(.*\)\.$/m;
    assert.equal(cold.test(stdout), profile.policies.cold !== undefined, stdout);

    const run = readRecordedRun(directory);
    assert.equal(run.run.state, 'finished');
    assert.ok(run.summary.some(({ temperature, phase }) => temperature === 'cold' && phase === 'translate'));
    assert.ok(run.warmUp.length > 0);
    const { rows, torn } = readMeasurements(directory);
    assert.equal(torn, false);
    assert.equal(new Set(rowKeys(directory)).size, rows.length, 'no row twice');
    for (const phase of rows.filter((row) => row.phase !== 'memset')) {
      const partners = rows.filter(
        ({ phase: p, process, round, pair }) =>
          p === 'memset' && process === phase.process && round === phase.round && pair === phase.pair,
      );
      assert.ok(partners.length > 0);
      for (const partner of partners) assert.equal(partner.bytes / partner.calls, phase.bytes / phase.calls);
    }
    assert.match(
      dyno('report', directory, '--format', 'csv').stdout,
      /^run,machine,runCreatedAt,engine,temperature,phase/,
    );
  });

  it('says that the data are insufficient with exit code 3, and writes no profile', () => {
    const directory = join(folder, 'insufficient');
    const { status, stdout } = dyno(...SMOKE, '--json', '--out', directory);
    assert.equal(status, 3);
    const { state, profiles } = JSON.parse(stdout) as { state: string; profiles: { state: string }[] };
    assert.deepEqual([state, profiles[0]!.state], ['finished', 'insufficient-data']);
    assert.ok(!readdirSync(directory).includes('profile.json'));
  });

  it('names targets that crash, lie or talk nonsense, flags their rows, and goes on with the others', () => {
    const directory = join(folder, 'bad-targets');
    const modes = { crash: 40, 'lie-bytes': 40, garbage: 0, 'lie-growth': 0, honest: 0 };
    const engines = Object.entries(modes).flatMap(([mode, after]) => [
      '--engine',
      `${mode}="${process.execPath}" "${fake}" ${mode} ${after}`,
    ]);
    const { status, stderr } = dyno(...SMOKE, '--force', ...engines, '--out', directory);
    assert.equal(status, 1, stderr);
    const { engines: recorded, processes } = readRunRecord(directory);
    const failureOf = (name: string) => recorded.find((engine) => engine.name === name)!.failure;
    assert.match(failureOf('crash')!, /"crash" ended with exit code 70/);
    assert.match(failureOf('lie-bytes')!, /"lie-bytes" lies .*lie-bytes/);
    assert.match(failureOf('garbage')!, /"garbage" answered describe with a line that is not JSON/);
    assert.match(failureOf('lie-growth')!, /"lie-growth" lies: 16 times the calls/);
    assert.equal(failureOf('honest'), null);
    const { rows } = readMeasurements(directory);
    assert.ok(rows.some(({ engine, flags }) => engine === 'lie-bytes' && flags.includes('lie-bytes')));
    assert.ok(
      rows.every(({ engine, flags }) => engine !== 'honest' || !flags.some((flag) => flag.startsWith('lie'))),
    );
    const cut = new Set(processes.filter(({ state }) => state === 'failed').map(({ process }) => process));
    assert.ok(cut.size > 0);
    assert.ok(rows.every(({ process, flags }) => cut.has(process) === flags.includes('interrupted')));
    assert.ok(readdirSync(directory).includes('profile-honest.json'));
  });

  it('refuses wrong usage with exit code 2 and a line that names it', () => {
    for (const [args, pattern] of [
      [['calibrate', '--engine', 'nonsense'], /unknown engine "nonsense"; known: embedded/],
      [['calibrate', '--precision', 'much'], /--precision takes a percentage/],
      [['calibrate', '--effort', 'none'], /effort/],
      [['nonsense'], /nonsense/],
      [[], /Name a command/],
    ] as const) {
      const { status, stderr } = dyno(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, pattern);
    }
  });

  it('loses and doubles no row when it is killed at any moment and resumed', async () => {
    const directory = join(folder, 'killed');
    // Moments all over the run, drawn once and for all; the run itself starts after about a second.
    const moments = [900, 1700, 2600, 3400];
    const start = [...SMOKE, '--force', '--out', directory];
    assert.ok((await killAndResume({ start, directory, environment, moments })) > 0);
  });

  it('resumes only what it can: same machine, same corpus', async () => {
    const directory = join(folder, 'run');
    const path = join(directory, 'run.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as {
      machine: { cpuModel: string };
      corpusDigest: string;
    };
    const old = process.env['XDG_RUNTIME_DIR'];
    process.env['XDG_RUNTIME_DIR'] = folder;
    try {
      writeFileSync(path, JSON.stringify({ ...record, machine: { ...record.machine, cpuModel: 'another' } }));
      await assert.rejects(
        resumeCalibration(directory),
        (error) => error instanceof ResumeRefused && /CPU model was "another"/.test(error.message),
      );
      writeFileSync(path, JSON.stringify({ ...record, corpusDigest: 'other' }));
      await assert.rejects(resumeCalibration(directory), /corpus .* has changed/);
    } finally {
      writeFileSync(path, JSON.stringify(record));
      if (old === undefined) delete process.env['XDG_RUNTIME_DIR'];
      else process.env['XDG_RUNTIME_DIR'] = old;
    }
  });

  it("starts no program on the word of a run's record alone", () => {
    const directory = join(folder, 'planted');
    const proof = join(folder, 'was-run');
    const engine = `evil=touch ${proof}`;
    mkdirSync(directory);
    const record = JSON.parse(readFileSync(join(folder, 'run', 'run.json'), 'utf8')) as { options: object };
    const planted = { ...record, options: { ...record.options, engines: ['embedded', engine] } };
    writeFileSync(join(directory, 'run.json'), JSON.stringify(planted));
    const { status, stderr } = dyno('calibrate', '--resume', directory, '--quiet');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /would start a program of its own, "evil=touch .*": if you trust it, name it again with --engine/,
    );
    assert.ok(!existsSync(proof));
    const other = dyno('calibrate', '--resume', directory, '--engine', 'v8-lazy', '--quiet');
    assert.match(other.stderr, /was not begun with the engine "v8-lazy"/);
    cpSync(join(folder, 'run', 'summary.csv'), join(directory, 'summary.csv'));
    const metering = dyno('metering', directory, '--quiet');
    assert.match(metering.stderr, /would start a program of its own, "evil=touch/);
    assert.ok(!existsSync(proof));
    dyno('calibrate', '--resume', directory, '--engine', engine, '--quiet');
    assert.ok(existsSync(proof));
  });

  it('writes over nothing that was measured, and takes a folder in which a run had just begun', () => {
    const used = dyno(...SMOKE, '--out', join(folder, 'run'));
    assert.match(used.stderr, /holds a run already: resume it with --resume .*, or choose another --out/);
    const half = join(folder, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'profile.json'), '{}');
    const { status, stderr } = dyno(...SMOKE, '--out', half);
    assert.match(stderr, /half holds profile\.json without the run\.json it belongs to: move it away/);
    assert.equal(status, 1);
    assert.equal(readFileSync(join(half, 'profile.json'), 'utf8'), '{}');
    const begun = join(folder, 'begun');
    mkdirSync(begun);
    writeFileSync(
      join(begun, 'measurements.csv'),
      readFileSync(join(folder, 'run', 'measurements.csv'), 'utf8').split('\n', 1)[0]! + '\n',
    );
    // 3: a machine so busy that no unit of fuel was found; the folder was taken all the same.
    assert.ok([0, 3].includes(dyno(...SMOKE, '--force', '--out', begun).status!));
    assert.equal(readRunRecord(begun).state, 'finished');
  });

  it('resumes with the --force that the run began with', () => {
    const directory = join(folder, 'forced');
    const run = JSON.parse(readFileSync(join(folder, 'run', 'run.json'), 'utf8')) as {
      options: { force: boolean };
    };
    assert.equal(run.options.force, true);
    cpSync(join(folder, 'run'), directory, { recursive: true });
    rmSync(join(directory, 'profile.json'));
    const { status, stderr } = dyno('calibrate', '--resume', directory, '--quiet');
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(join(directory, 'profile.json')));
  });

  it('leaves no process behind', function () {
    if (process.platform !== 'linux') this.skip();
    const commands = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.ok(!commands.includes(folder));
  });
});
