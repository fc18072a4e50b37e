import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ENGINE_VERSION, PARSED_ENTITIES, machineId, type HardwareProfile } from '@wasm-dyno/engine';
import { machineIdentity } from '@wasm-dyno/engine/node';

import { profileExample } from '../profile/profile-example.js';
import { assemble } from '../programs/compile.js';
import { runCli } from './run-cli.js';

const FIBONACCI = fileURLToPath(new URL('../programs/fibonacci.wat', import.meta.url));

interface FuelRowJson {
  phase: string;
  moment: string;
  bytes: number | null;
  fuel: string;
  measuredNanoseconds: number;
  chargedNanoseconds: number | null;
}

interface RunJson {
  results: { type: string; value: string }[];
  exitCode: number;
  consumedFuel: string;
  error?: string;
  fuel: { machine: string; baseline: string; rows: FuelRowJson[] };
  costs: { name: string; layer: string; value: number }[];
}

async function runJson(...arguments_: string[]): Promise<RunJson> {
  return JSON.parse((await runCli(['--json', ...arguments_])).stdout) as RunJson;
}

describe('wasm-dyno run', () => {
  let folder: string;
  let kinds: string;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-run-'));
    kinds = path.join(folder, 'kinds.wasm');
    const text = `(module
      (func (export "same") (param i32 i64 f32 f64 externref) (result i32 i64 f32 f64 externref)
        local.get 0 local.get 1 local.get 2 local.get 3 local.get 4)
      (func (export "v") (param v128) (result v128) local.get 0)
      (func (export "trap") (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
      (func $deep (export "deep") (call $deep)) (memory (export "memory") 1))`;
    fs.writeFileSync(kinds, await assemble(text));
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  it('prints results one a line, by type', async () => {
    const outcome = await runCli([
      kinds,
      '--profile',
      'none',
      '--invoke',
      'same',
      '--',
      '-1',
      '0xffff_ffff_ffff_ffff',
      '0.1',
      '-1e3',
      'null',
    ]);
    assert.deepEqual(outcome, { code: 0, stdout: '-1\n-1\n0.1\n-1000\nnull\n', stderr: '' });
    const special = await runCli([
      kinds,
      '--profile',
      'none',
      '--invoke',
      'same',
      '4294967295',
      '1',
      'nan',
      'inf',
      'null',
    ]);
    assert.equal(special.stdout, '-1\n1\nnan\ninf\nnull\n');
    const vector = `0x${'0123456789abcdef'.repeat(2)}`;
    assert.equal((await runCli([kinds, vector, '--profile', 'none', '--invoke', 'v'])).stdout, `${vector}\n`);
  });

  it('says in one line what is wrong, with the exit code for it', async () => {
    const cases: readonly [readonly string[], number, RegExp][] = [
      [
        [FIBONACCI, '--invoke', 'recursive', 'x'],
        2,
        /argument 1 of recursive is i32: "x" is not; give a whole number/,
      ],
      [[FIBONACCI, '--invoke', 'nothing'], 2, /no exported function "nothing" \(exported: recursive \(i32\)/],
      [[FIBONACCI], 2, /no _start to run: name a function with --invoke/],
      [[], 2, /name a module/],
      [[FIBONACCI, '--fuel', 'much'], 2, /--fuel is "much"/],
      [[FIBONACCI, '--env', 'x'], 2, /--env is "x"; give NAME=VALUE/],
      [[path.join(folder, 'none.wasm')], 1, /none\.wasm: no such file or folder/],
      [[kinds, '--invoke', 'trap'], 1, /^wasm-dyno: trap: integer divide by zero\n$/],
      [[kinds, '--invoke', 'deep'], 1, /^wasm-dyno: trap: call stack exhausted\n$/],
      [
        [fileURLToPath(import.meta.url), '--invoke', 'x'],
        1,
        /^wasm-dyno: .*run-command\.test\.ts: malformed module: /,
      ],
      [
        [kinds, '--invoke', 'trap', '--dir', path.join(folder, 'no-folder')],
        2,
        /--dir .*no-folder is not there; make it, or name a folder that is/,
      ],
      [
        [FIBONACCI, '--invoke', 'recursive', '20', '--fuel', '900'],
        1,
        /^wasm-dyno: out of fuel: .* requires \d+ fuel, \d+ left\n$/,
      ],
      [
        [FIBONACCI, '--invoke', 'recursive', '20', '--fuel', '5'],
        1,
        /out of fuel: parsing a module .* requires \d+ fuel, 5 left/,
      ],
    ];
    const outcomes = await Promise.all(
      cases.map(([arguments_]) => runCli([...arguments_, '--profile', 'none'])),
    );
    for (const [i, [arguments_, code, message]] of cases.entries()) {
      const outcome = outcomes[i]!;
      assert.match(outcome.stderr, message, arguments_.join(' '));
      assert.equal(outcome.code, code, arguments_.join(' '));
      assert.equal(outcome.stdout, '');
    }
    const text = path.join(folder, 'wrong.wat');
    fs.writeFileSync(text, '(module\n  (func (result i32) i32.const))\n');
    const outcome = await runCli([text]);
    assert.equal(outcome.code, 1);
    assert.match(outcome.stderr.split('\n').at(-2)!, /wrong\.wat: line 2, column \d+: /);
  });

  it('splits fuel by phase, the same in every mode but for compiling, and in a second process', async () => {
    const rows = new Map<string, FuelRowJson[]>();
    for (const mode of ['eager', 'lazy-translation', 'lazy']) {
      const run = () =>
        runJson(
          FIBONACCI,
          '--invoke',
          'recursive',
          '15',
          '--profile',
          'none',
          '--mode',
          mode,
          '--report-fuel',
        );
      const [first, second] = await Promise.all([run(), run()]);
      const charged = ({ fuel }: RunJson) =>
        fuel.rows.map(({ phase, moment, bytes, fuel }) => ({ phase, moment, bytes, fuel }));
      assert.deepEqual(charged(second), charged(first));
      assert.equal(first.fuel.rows.at(-1)!.fuel, first.consumedFuel);
      const sum = first.fuel.rows.slice(0, -1).reduce((total, { fuel }) => total + BigInt(fuel), 0n);
      assert.equal(String(sum), first.consumedFuel);
      rows.set(mode, first.fuel.rows);
    }
    const execution = [...rows.values()].map((list) => list.find(({ phase }) => phase === 'execution')!.fuel);
    assert.equal(new Set(execution).size, 1, execution.join());
    const shape = (mode: string) =>
      rows
        .get(mode)!
        .slice(0, -2)
        .map(({ phase, moment }) => `${phase} ${moment}`);
    assert.deepEqual(shape('eager'), ['parse load', 'validate load', 'translate load']);
    assert.deepEqual(shape('lazy-translation'), ['parse load', 'validate load', 'translate first call']);
    assert.deepEqual(shape('lazy'), ['parse load', 'validate first call', 'translate first call']);
  });

  it('runs on the host executor: the same results, and the same fuel for everything', async () => {
    const call = [FIBONACCI, '--invoke', 'recursive', '15', '--profile', 'none', '--report-fuel'];
    const charged = ({ fuel }: RunJson) =>
      fuel.rows
        .filter(({ fuel }) => fuel !== '0')
        .map(({ phase, moment, bytes, fuel }) => ({ phase, moment, bytes, fuel }));
    for (const mode of ['eager', 'lazy-translation', 'lazy']) {
      const [own, host] = await Promise.all(
        ['interpreter', 'host'].map((executor) => runJson(...call, '--mode', mode, '--executor', executor)),
      );
      assert.deepEqual(host!.results, own!.results);
      assert.deepEqual(charged(host!), charged(own!), mode);
      assert.ok(
        host!.fuel.rows.some(
          ({ phase, measuredNanoseconds }) => phase === 'translate' && measuredNanoseconds > 0,
        ),
      );
    }
    const trap = await runCli([kinds, '--invoke', 'trap', '--executor', 'host']);
    assert.equal(trap.code, 1);
    assert.match(trap.stderr, /trap: integer divide by zero/);
    const short = await runCli([
      FIBONACCI,
      '--invoke',
      'recursive',
      '25',
      '--executor',
      'host',
      '--fuel',
      '10000',
    ]);
    assert.equal(short.code, 1);
    assert.match(short.stderr, /out of fuel: the next basic block requires \d+ fuel, \d+ left/);
    assert.equal((await runCli([kinds, '--executor', 'v8'])).code, 2);
  });

  it('charges a lazy first call by the profile, exactly as documented', async () => {
    const machine = machineIdentity();
    const example = profileExample();
    const [plateau, ...near] = [...example.baseline.segments].reverse();
    const slower = { ...plateau!.nanosecondsPerByte, estimate: 0.056, low: 0.055, high: 0.057 };
    const knee = { ...example.baseline.kneesBytes[0]!, estimate: 741_000, low: 740_000, high: 742_000 };
    const beyondCaches = { ...plateau!, fromBytes: 741_000, toBytes: null, nanosecondsPerByte: slower };
    const profile: HardwareProfile = {
      ...example,
      engine: { ...example.engine, version: ENGINE_VERSION },
      machine: { ...example.machine, ...machine, id: machineId(machine) },
      baseline: {
        ...example.baseline,
        toBytes: 4_194_304,
        segments: [...near, { ...plateau!, toBytes: 741_000 }, beyondCaches],
        kneesBytes: [...example.baseline.kneesBytes, knee],
      },
    };
    const file = path.join(folder, 'profile.json');
    fs.writeFileSync(file, JSON.stringify(profile));
    const run = (...extra: string[]) =>
      runJson(
        FIBONACCI,
        '--invoke',
        'iterative',
        '50',
        '--mode',
        'lazy',
        '--report-fuel',
        '--explain-costs',
        ...extra,
      );
    const compare = (outcome: RunJson, layer: string) => {
      for (const phase of ['validate', 'translate'] as const) {
        const row = outcome.fuel.rows.find((candidate) => candidate.phase === phase)!;
        const thousandths =
          layer === 'default' ? 25_000 : profile.policies.warm.phases[phase]!.multiplierThousandths;
        const constants = profile.policies.warm.phases[phase]!.constants;
        const before =
          layer === 'default'
            ? { validate: 100, translate: 300 }[phase]
            : constants.reduce((sum, { constantFuel }) => sum + constantFuel, 0);
        const numerator = BigInt(row.bytes!) * BigInt(thousandths) + BigInt(before * 64_000);
        assert.equal(BigInt(row.fuel), (numerator + 63_999n) / 64_000n, `${layer} ${phase}`);
        assert.equal(outcome.costs.find(({ name }) => name === `${phase}Multiplier`)!.layer, layer);
      }
    };
    const [byDefault, byProfile] = await Promise.all([run('--profile', 'none'), run('--profile', file)]);
    compare(byDefault, 'default');
    compare(byProfile, 'profile');
    assert.equal(byDefault.fuel.rows[0]!.chargedNanoseconds, null);
    assert.ok(byProfile.fuel.rows[0]!.chargedNanoseconds! > 0);
    assert.match(byProfile.fuel.baseline, /wasm-memory-fill-loop \(hot, 16384 to 262144 bytes\)/);
    // By the plateau, not by the last segment, which may lie beyond the caches.
    assert.match(byProfile.fuel.baseline, /, 0\.0115 ns\/byte, /);

    const table = await runCli([
      FIBONACCI,
      '--invoke',
      'iterative',
      '50',
      '--profile',
      file,
      '--report-fuel',
      '--explain-costs',
    ]);
    assert.equal(table.stdout, '12586269025\n');
    assert.match(table.stderr, /^translate +first call +1 +[\d,]+ +[\d,]+ /m);
    assert.match(table.stderr, /^translateMultiplier +\d+\.\d{3} +x memset +profile /m);
    const environment = { WASM_DYNO_PROFILE: file };
    const named = await runCli([FIBONACCI, '--invoke', 'iterative', '50', '--report-fuel'], environment);
    assert.match(named.stderr, /baseline +wasm-memory-fill-loop/);
  });

  it('says when it charges default costs, and refuses a bad profile', async () => {
    const plain = await runCli([FIBONACCI, '--invoke', 'iterative', '5']);
    assert.match(plain.stderr, /no hardware profile: default costs are charged/);
    assert.equal(plain.stdout, '5\n');
    const broken = path.join(folder, 'broken.json');
    fs.writeFileSync(broken, '{');
    const strict = await runCli([FIBONACCI, '--invoke', 'iterative', '5', '--profile', broken]);
    assert.equal(strict.code, 1);
    assert.match(strict.stderr, /broken\.json/);
    const warned = await runCli([
      FIBONACCI,
      '--invoke',
      'iterative',
      '5',
      '--profile',
      broken,
      '--profile-check',
      'warn',
    ]);
    assert.equal(warned.code, 0);
    assert.match(warned.stderr, /broken\.json/);
  });

  it('lists the costs without a module too', async () => {
    const outcome = await runCli(['--explain-costs', '--profile', 'none']);
    assert.equal(outcome.code, 0);
    assert.match(outcome.stdout, /^parseMultiplier +25\.000 +x memset +default +built in/m);
    const { costs } = await runJson('--explain-costs', '--profile', 'none');
    assert.deepEqual(costs.map(({ name }) => name).sort(), [
      'bytesPerFuel',
      ...PARSED_ENTITIES.map((entity) => `parseEntityFuel.${entity}`).sort(),
      'parseMultiplier',
      'translateFunctionFuel',
      'translateMultiplier',
      'validateFunctionFuel',
      'validateMultiplier',
    ]);
  });
});
