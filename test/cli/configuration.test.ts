import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { wasmDyno } from './command-line.js';

interface Explained {
  readonly config: string | null;
  readonly options: readonly { command: string; option: string; value: unknown; origin: string }[];
}

describe('the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-config-'));
    fs.writeFileSync(path.join(folder, 'package.json'), '{"name":"project"}');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (content: unknown, file = 'wasm-dyno.config.json'): void =>
    fs.writeFileSync(
      path.join(folder, file),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  const explain = async (words: string, cwd = folder): Promise<Explained> => {
    const { code, stdout, stderr } = await wasmDyno([...words.split(' '), '--explain-config', '--json'], cwd);
    assert.deepEqual([code, stderr], [0, ''], words);
    return JSON.parse(stdout) as Explained;
  };
  const optionOf = ({ options }: Explained, name: string): [unknown, string | undefined] => {
    const found = options.find(({ option }) => option === name);
    return [found?.value, found?.origin];
  };

  it('goes after the command line and before defaults, a command before what is common, with each origin told', async () => {
    const file = 'wasm-dyno.config.json';
    write({ common: { format: 'json', force: true }, compare: { failOver: '10%', format: 'html' } });
    const explained = await explain('compare --same-within 5%');
    assert.equal(explained.config, file);
    assert.deepEqual(optionOf(explained, 'fail-over'), ['10%', `${file}: compare`]);
    assert.deepEqual(optionOf(explained, 'format'), ['html', `${file}: compare`]);
    assert.deepEqual(optionOf(explained, 'force'), [true, `${file}: common`]);
    assert.deepEqual(optionOf(explained, 'same-within'), ['5%', 'command line']);
    assert.deepEqual(optionOf(explained, 'out'), [null, 'default']);
    assert.deepEqual(optionOf(await explain('compare --format svg'), 'format'), ['svg', 'command line']);
    assert.deepEqual(optionOf(await explain('compare --failOver 3%'), 'fail-over'), ['3%', 'command line']);
    assert.deepEqual(optionOf(await explain('--config none compare'), 'fail-over'), [null, 'default']);
  });

  it('may come out of the environment, which goes after the command line and before the file', async () => {
    write({ compare: { 'fail-over': '10%', force: false, format: 'html' } });
    const environment = {
      WASM_DYNO_COMPARE_FAIL_OVER: '20%',
      WASM_DYNO_COMPARE_FORCE: 'true',
      WASM_DYNO_COMPARE_FORMAT: '',
      WASM_DYNO_CALIBRATE_ENGINE: 'embedded, wasmi',
      WASM_DYNO_CALIBRATE_SEED: '7',
    };
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      const explained = await explain('compare --format svg');
      assert.deepEqual(optionOf(explained, 'fail-over'), ['20%', 'environment: WASM_DYNO_COMPARE_FAIL_OVER']);
      assert.deepEqual(optionOf(explained, 'force'), [true, 'environment: WASM_DYNO_COMPARE_FORCE']);
      assert.deepEqual(optionOf(explained, 'format'), ['svg', 'command line']);
      const { options } = await explain('calibrate');
      const value = (name: string) => options.find(({ option }) => option === name)?.value;
      assert.deepEqual([value('engine'), value('seed')], [['embedded', 'wasmi'], 7]);
      for (const [name, text, told] of [
        [
          'WASM_DYNO_COMPARE_FORCE',
          'yes',
          /^wasm-dyno: WASM_DYNO_COMPARE_FORCE is "yes"; give true or false\n$/,
        ],
        [
          'WASM_DYNO_COMPARE_FORMAT',
          'pdf',
          /^wasm-dyno: WASM_DYNO_COMPARE_FORMAT is "pdf"; give one of .*json/,
        ],
        [
          'WASM_DYNO_COMPARE_FAILOVER',
          '1',
          /^wasm-dyno: .*FAILOVER: unknown variable; did you mean WASM_DYNO_COMPARE_FAIL_OVER\?\n$/,
        ],
      ] as const) {
        process.env[name] = text;
        const { code, stderr } = await wasmDyno(['compare', 'a', 'b'], folder);
        assert.equal(code, 2);
        assert.match(stderr, told);
        process.env[name] = environment[name as keyof typeof environment] ?? '';
      }
    } finally {
      // Not put in its place: a plain object would no longer be the environment of the process.
      for (const name of Object.keys(process.env)) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      }
    }
  });

  it('has a JSON Schema that takes what the commands take, and $schema may name it', async () => {
    const schema = JSON.parse(
      fs.readFileSync(new URL('../../harness/dist/config.schema.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    const good = {
      $schema: './node_modules/wasm-dyno/dist/config.schema.json',
      common: { quiet: true, json: false },
      calibrate: { effort: 'thorough', engine: ['embedded', 'wasmi'], out: './calibration' },
      compare: { failOver: '10%', 'same-within': '5%' },
      'profile sign': { key: './signing-key.pem' },
    };
    assert.ok(validate(good), JSON.stringify(validate.errors));
    write(good);
    assert.deepEqual(optionOf(await explain('compare'), 'fail-over')[0], '10%');
    for (const bad of [
      { calibrate: { effort: 'much' } },
      { calibrate: { force: 'yes' } },
      { calibrat: {} },
      { compare: { 'fail-ovr': '1%' } },
      { calibrate: { seed: '7' } },
    ]) {
      assert.ok(!validate(bad), JSON.stringify(bad));
      write(bad);
      assert.equal((await wasmDyno(['compare', 'a', 'b'], folder)).code, 2, JSON.stringify(bad));
    }
  });

  it('is what a command runs with, an option before the command too', async () => {
    fs.writeFileSync(
      path.join(folder, 'p.wat'),
      '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
    );
    write({ common: { json: true }, run: { invoke: 'add', fuel: 1_000_000, profile: 'none' } });
    const { code, stdout, stderr } = await wasmDyno(['run', 'p.wat', '2', '3'], folder);
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual((JSON.parse(stdout) as { results: unknown }).results, [{ type: 'i32', value: '5' }]);
    const plain = await wasmDyno(['--fuel', '1', 'run', 'p.wat', '2', '3', '--json=false'], folder);
    assert.match(plain.stderr, /fuel/);
    assert.notEqual(plain.code, 0);
  });

  it('satisfies what an option demands, and may give one without its value', async () => {
    write({ 'profile export': { for: 'wasmi' }, calibrate: { execution: true, engine: 'nothing', seed: 3 } });
    assert.match(
      (await wasmDyno(['profile', 'export', 'no.json'], folder)).stderr,
      /^wasm-dyno: profile no\.json: there is no such file/,
    );
    const { stderr } = await wasmDyno(['calibrate'], folder);
    assert.match(stderr, /^wasm-dyno: unknown engine "nothing"/);
    assert.deepEqual(optionOf(await explain('calibrate'), 'engine')[0], ['nothing']);
  });

  it('puts aside what cannot stand beside a typed option', async () => {
    write({ calibrate: { out: 'run', precision: '3%' } });
    const explained = await explain('calibrate --resume old');
    assert.deepEqual(optionOf(explained, 'out'), [null, 'default']);
    assert.deepEqual(optionOf(explained, 'precision'), [null, 'default']);
    assert.deepEqual(optionOf(await explain('calibrate'), 'out')[0], 'run');
  });

  it('is a script or a key of package.json too, is found from below, and up to the project alone', async () => {
    const below = path.join(folder, 'a', 'b');
    fs.mkdirSync(below, { recursive: true });
    fs.writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ 'wasm-dyno': { run: { profile: './p.json', dir: ['./data::/data', 'x'] } } }),
    );
    const explained = await explain('run', below);
    const real = fs.realpathSync(folder);
    const origin = `${path.join('..', '..', 'package.json')}: run`;
    assert.deepEqual(optionOf(explained, 'profile'), [path.join(real, 'p.json'), origin]);
    assert.deepEqual(optionOf(explained, 'dir')[0], [path.join(real, 'data::/data'), 'x']);
    fs.writeFileSync(path.join(below, 'package.json'), '{}');
    assert.equal((await explain('run', below)).config, null);
    for (const [file, text] of [
      ['wasm-dyno.config.cjs', 'module.exports = { run: { fuel: 7 } };'],
      ['wasm-dyno.config.mjs', 'export default { run: { fuel: 7 } };'],
    ] as const) {
      write(text, file);
      assert.deepEqual(optionOf(await explain('run'), 'fuel'), ['7', `${file}: run`]);
      assert.equal((await explain(`run --config ${file}`)).config, file);
      fs.rmSync(path.join(folder, file));
    }
  });

  it('is refused in one line for what no command knows, with what was probably meant', async () => {
    const cases: readonly [unknown, RegExp][] = [
      [{ comon: {} }, /: unknown section "comon"; did you mean "common"\?$/],
      [{ common: { jsn: true } }, /: common: unknown key "jsn"; did you mean "json"\?$/],
      [{ compare: { 'fail-ovr': '1%' } }, /: compare: unknown key "fail-ovr"; did you mean "fail-over"\?$/],
      [{ compare: { failOvr: '1%' } }, /: compare: unknown key "failOvr"; did you mean "fail-over"\?$/],
      [{ 'profile sgn': {} }, /: unknown section "profile sgn"; did you mean "profile sign"\?$/],
      [{ compare: { base: 'x' } }, /: compare: unknown key "base"/],
      [{ machine: { config: 'x' } }, /: machine: unknown key "config"/],
      [{ machine: { constructor: 1 } }, /: machine: unknown key "constructor"/],
      [{ machine: { json: 'yes' } }, /: machine: json of machine is "yes"; give true or false$/],
      [{ calibrate: { seed: '1' } }, /: calibrate: seed of calibrate is "1"; give a number$/],
      [{ calibrate: { effort: 'lots' } }, /effort of calibrate is "lots"; give one of smoke, quick, /],
      [{ calibrate: { corpus: ['real', 'x'] } }, /; give one of generated, real/],
      [{ run: { dir: [{}] } }, /: run: dir of run is .*; give texts$/],
      [{ run: { fuel: null } }, /: run: fuel of run is null; give a text$/],
      [{ run: { invoke: true } }, /: run: invoke of run is true; give a text$/],
      [[], /: is no object of keys and values$/],
      [{ run: 3 }, /: run: is no object of keys and values$/],
    ];
    const outcomes = await Promise.all(
      cases.map(([content], i) => {
        write(content, `${i}.json`);
        return wasmDyno(['machine', '--config', `${i}.json`], folder);
      }),
    );
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      assert.deepEqual([code, stdout, stderr.split('\n').length], [2, '', 2], stderr);
      assert.match(stderr.trimEnd(), cases[i]![1]);
      assert.ok(stderr.startsWith(`wasm-dyno: ${i}.json: `));
    }
    write('{');
    const broken = await wasmDyno(['machine'], folder);
    assert.match(broken.stderr, /^wasm-dyno: wasm-dyno\.config\.json: cannot be read: .*\n$/);
    assert.equal(broken.code, 1);
    assert.equal((await wasmDyno(['machine', '--help'], folder)).code, 0);
    assert.match(
      (await wasmDyno(['machine', '--config', 'no.json'], folder)).stderr,
      /no\.json: no such file/,
    );
    assert.match(
      (await wasmDyno(['machine', '--config', 'a.yaml'], folder)).stderr,
      /a\.yaml: a configuration is/,
    );
  });

  it('is written by `init` with every option, which all hold when their // is taken away, and never overwritten', async () => {
    const file = path.join(folder, 'wasm-dyno.config.mjs');
    const { code, stderr } = await wasmDyno(['init'], folder);
    assert.deepEqual([code, stderr], [0, '']);
    const text = fs.readFileSync(file, 'utf8');
    const again = await wasmDyno(['init'], folder);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /wasm-dyno\.config\.mjs is here already/);
    assert.equal(fs.readFileSync(file, 'utf8'), text);
    const written = await explain('--config none');
    fs.writeFileSync(file, text.replace(/^ {4}\/\/"/gm, '    "'));
    const { default: sections } = (await import(pathToFileURL(file).href)) as {
      default: Record<string, Record<string, unknown>>;
    };
    for (const { command, option } of written.options)
      assert.ok(option in sections[command]!, `${command} ${option}`);
    const all = await explain('--json');
    const plain = ({ options }: Explained) =>
      options.map(({ command, option, value }) => [command, option, value]);
    assert.deepEqual(plain(all), plain(written));
    assert.ok(all.options.every(({ value, origin }) => value === null || origin !== 'default'));
  });
});
