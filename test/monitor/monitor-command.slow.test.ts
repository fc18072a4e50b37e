import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CompileMonitor, Engine, type MonitorReport, parseProfile } from '@wasm-dyno/engine';
import { profileExample } from '../profile/profile-example.js';
import { CompilingMachine } from './compiling-machine.js';

const MAIN = path.resolve('harness/dist/cli/main.js');

describe('wasm-dyno monitor', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-monitor-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => path.join(folder, name);
  const run = (...words: string[]) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, 'monitor', ...words], {
      encoding: 'utf8',
    });
    return { status, stderr, stdout };
  };

  before(() => {
    const profile = profileExample();
    writeFileSync(file('profile.json'), JSON.stringify(profile));
    const engine = new Engine({ profile, profileCheck: 'warn' });
    [1, 1, 3].forEach((factor, i) => {
      const machine = new CompilingMachine(i + 1, factor);
      const monitor = CompileMonitor.of(engine, {
        profile,
        reference: machine.reference,
        warmUpFunctions: 0,
      });
      for (let n = 0; n < 2_000; n++) monitor.observe(machine.compile('translate'));
      writeFileSync(file(`service-${i + 1}.json`), JSON.stringify(monitor));
    });
    writeFileSync(file('cut.json'), readFileSync(file('service-1.json')).subarray(0, 100));
    const other = CompileMonitor.of(engine, { profile, margin: 0.5 });
    writeFileSync(file('other.json'), JSON.stringify(other));
  });

  it('merges records and draws them', () => {
    const { status, stderr, stdout } = run(file('service-1.json'), file('service-2.json'));
    deepEqual([status, stderr], [0, '']);
    match(stdout, /^2 services, charged by the warm policy of the profile of 2026-01-31T12:00:00Z$/m);
    match(stdout, /^translate +4,000 .* steady$/m);
    match(stdout, /^translate +\|.*█.*\|$/m);
  });

  it('counts a record once that several files hold, and says so', () => {
    const [service] = [file('service-3.json')];
    copyFileSync(service, file('copy.json'));
    writeFileSync(file('marked.json'), `\uFEFF${readFileSync(service, 'utf8')}`);
    const { stderr, stdout } = run(service, service, file('copy.json'), file('marked.json'));
    match(stdout, /^1 service, /m);
    match(stdout, /^translate +2,000 /m);
    equal(stderr.match(/^note: .* is the record of .*service-3\.json again, and counted once$/gm)?.length, 3);
  });

  it('ends with 3 on drift, and writes the adjusted profile', () => {
    const files = [file('service-1.json'), file('service-3.json')];
    const { status, stderr, stdout } = run(
      ...files,
      '--profile',
      file('profile.json'),
      '--out',
      file('new.json'),
    );
    equal(status, 3);
    match(stdout, /DRIFT: slower/);
    match(stderr, /translate is slower than charged by more than the margin; calibrate again/);
    const before = profileExample().policies.warm.phases.translate!.multiplierThousandths;
    const adjusted = parseProfile(JSON.parse(readFileSync(file('new.json'), 'utf8')));
    const factor = adjusted.policies.warm.phases.translate!.multiplierThousandths / before;
    equal(Math.round(factor), 3);
  });

  it('leaves no profile that was adjusted to an earlier drift where there is none any more', () => {
    const out = file('charged.json');
    const adjust = (service: string) => run(file(service), '--profile', file('profile.json'), '--out', out);
    equal(adjust('service-3.json').status, 3);
    notEqual(readFileSync(out, 'utf8'), readFileSync(file('profile.json'), 'utf8'));
    const { status, stderr } = adjust('service-1.json');
    equal(status, 0);
    match(stderr, /^note: nothing is to be adjusted: .*charged\.json is the profile as it is$/m);
    equal(readFileSync(out, 'utf8'), readFileSync(file('profile.json'), 'utf8'));
  });

  it('prints JSON', () => {
    const { status, stdout } = run('--json', file('service-3.json'));
    equal(status, 3);
    deepEqual((JSON.parse(stdout) as MonitorReport).drift, ['translate']);
  });

  it('names the file that is none, and the one that does not go with the others', () => {
    for (const [words, message] of [
      [[file('cut.json')], /cut\.json: no JSON/],
      [[file('none.json')], /none\.json: cannot be read/],
      [[file('profile.json')], /profile\.json: no monitor's record: kind is/],
      [
        [file('service-1.json'), file('other.json')],
        /other\.json: the monitors compare with different settings/,
      ],
    ] as const) {
      const { status, stderr } = run(...words);
      equal(status, 1);
      match(stderr, message);
      equal(stderr.trim().split('\n').length, 1);
    }
  });
});
