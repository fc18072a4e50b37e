import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ENGINE_VERSION } from '@wasm-dyno/engine';
import { writeOutputFile } from '../../harness/cli/output-file.js';
import { dangerOf } from '../../harness/run-module/opened-folder.js';
import { writeAtomically } from '../../harness/run-directory/atomic-file.js';
import { wasmDyno } from './command-line.js';

/** Prints its arguments, each with a NUL behind it. */
const ARGUMENTS = `(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (drop (call $get (i32.const 16) (i32.const 1024)))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.load (i32.const 4)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 4)))))`;

describe('the words of a command line', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-words-'));
    fs.writeFileSync(path.join(folder, 'p.wat'), ARGUMENTS);
    fs.writeFileSync(path.join(folder, 'start.wat'), '(module (func (export "_start") (param i32)))');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it('`run` hands - and help and whatever follows -- to the program', async () => {
    const printed = async (...words: string[]): Promise<string[]> => {
      const { stdout, stderr } = await wasmDyno(['run', 'p.wat', '--profile', 'none', ...words], folder);
      assert.equal(stderr, '');
      return stdout.split('\0').slice(1, -1);
    };
    const lists = [
      ['a', '-', 'b'],
      ['help'],
      ['-', 'help', '-'],
      ['--', '-x', '--', 'help', '--json', '1e3'],
    ];
    const seen = await Promise.all(lists.map((words) => printed(...words)));
    assert.deepEqual(seen, [...lists.slice(0, 3), lists[3]!.slice(1)]);
  });

  it('of an option given twice the last counts', async () => {
    const words = ['run', 'p.wat', '--invoke', 'add', '2', '3', '--profile', 'none'];
    const outcomes = await Promise.all([
      wasmDyno([...words, '--fuel', '5', '--fuel', '1000000'], folder),
      wasmDyno(
        [...words, '--mode', 'lazy', '--mode', 'eager', '--invoke', 'nothing', '--invoke', 'add'],
        folder,
      ),
      wasmDyno([...words, '--json', '--json'], folder),
    ]);
    for (const { code, stderr } of outcomes) assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(
      outcomes.slice(0, 2).map(({ stdout }) => stdout),
      ['5\n', '5\n'],
    );
  });

  it('wrong usage is told in one line, alone, with the command whose help tells more, and exit code 2', async () => {
    const cases: readonly [string, RegExp][] = [
      ['', /^Name a command; wasm-dyno --help tells more$/],
      ['machnie', /^Unknown command: machnie; did you mean machine\?; wasm-dyno --help/],
      ['frobnicate', /^Unknown command: frobnicate; wasm-dyno --help/],
      ['target frobnicate', /^Unknown command: frobnicate; wasm-dyno target --help/],
      ...['run p.wat --deterministic 5', 'run --deterministic 5 p.wat'].map((words): [string, RegExp] => [
        words,
        /^--deterministic takes a seed behind "=" alone: give --deterministic=5, or --deterministic=0 5 /,
      ]),
      ['run p.wat --deterministic=', /^--deterministic is ""; give a whole number from 0 to /],
      ['target chekc', /^Unknown command: chekc; did you mean check\?; wasm-dyno target --help/],
      ['target', /^Name a command of target: build, check, list; wasm-dyno target --help/],
      ['target check', /^name a target or a program to check; wasm-dyno target check --help/],
      ['target check --', /^name a target or a program to check; wasm-dyno target check --help/],
      ['run --fule 3 p.wat', /^Unknown argument: fule; did you mean --fuel\?; wasm-dyno run --help/],
      [
        'calibrate --eff quick',
        /^Unknown argument: eff; did you mean --effort\?; wasm-dyno calibrate --help/,
      ],
      ['machine foo', /^Unknown argument: foo; wasm-dyno machine --help/],
      [
        'calibrate --effort lots',
        /^--effort is "lots"; it takes smoke, quick, .*; wasm-dyno calibrate --help/,
      ],
      [
        'calibrate --effort standrd',
        /^--effort is "standrd"; did you mean standard\? it takes smoke, quick, /,
      ],
      ['report p.wat --format htm', /^--format is "htm"; did you mean html\? it takes /],
      ['calibrate --corpus genrated', /^--corpus is "genrated"; did you mean generated\? it takes /],
      ['completion bsh', /^shell is "bsh"; did you mean bash\? it takes /],
      [
        'calibrate --explain-config --efort quick',
        /^Unknown argument: efort; did you mean --effort\?; wasm-dyno calibrate --help/,
      ],
      ['compare --explain-config --failOvr 3%', /^Unknown argument: failOvr; did you mean --fail-over\?/],
      ['calibrate --explain-config --effort standrd', /^--effort is "standrd"; did you mean standard\?/],
      ['calibrate --explain-config --seed x', /^--seed takes a number/],
      ['--explain-config --efort=quick', /^--efort is no option without a command; name the command/],
      ['calibrate --resume', /^Not enough arguments following: resume; wasm-dyno calibrate --help/],
      ['calibrate --seed', /^Not enough arguments following: seed; /],
      ['calibrate --seed x', /^--seed takes a number/],
      ['calibrate --seed 1.5', /^--seed takes a whole number/],
      [
        'calibrate --unit 99999999999B',
        /^--unit takes up to 4294967295 bytes, for example 64B, not "99999999999B"/,
      ],
      ['calibrate --unit 10fs', /^--unit takes times from 100fs to 10000000ns, for example 10ps, not "10fs"/],
      ['calibrate --unit 10000001ns', /^--unit takes times from 100fs to 10000000ns, /],
      ['calibrate --unit=-1ps', /^--unit takes bytes or a time, such as 64B or 10ps, not "-1ps"/],
      ['verify --experiments abc', /^--experiments takes a number/],
      ['verify --experiments 0', /^--experiments takes a whole number from 1 on/],
      ['report', /^name the run directory to report on, or --describe-columns; wasm-dyno report --help/],
      ['report p.wat --format', /^Not enough arguments following: format/],
      ['calibrate --engine v8,embedded,nothing', /^unknown engine "nothing"; known: embedded, /],
      ['run p.wat --invoke nothing', /^p\.wat: no exported function "nothing"/],
      ...['no-fuel', 'no-dir', 'no-out', 'no-arg', 'no-json', 'no-help', 'fuel.x=3', 'dir.a=x'].map(
        (name): [string, RegExp] => [
          `run p.wat --${name}`,
          new RegExp(`^Unknown arguments?: ${name.split('=')[0]}`),
        ],
      ),
      ['run p.wat --args=zz', /^--args is no option: give args without a name/],
      ['run --module=p.wat', /^--module is no option/],
      ['run p.wat --json=abc', /^--json takes no value; wasm-dyno run --help/],
      ['run p.wat --help=x', /^--help takes no value/],
      ['run p.wat -h=x', /^-h takes no value/],
      ['calibrate --engine ,', /^--engine is ","; name one/],
      ['calibrate --engine=', /^Not enough arguments following: engine/],
      ['metering x --engine ,', /^--engine is ","; name one/],
      ['--versoin', /^Unknown argument: versoin; did you mean --version\?; wasm-dyno --help/],
      ...['-5', '0', 'Infinity', '1e-30'].map((text): [string, RegExp] => [
        `profile export p.json --for wasmi --operator-nanoseconds ${text}`,
        /^--operator-nanoseconds is .*; give nanoseconds from 0\.001 to 1000000/,
      ]),
      ['run start.wat', /^start\.wat: _start is .*; call it with --invoke _start/],
      ['run', /^name a module to run; wasm-dyno run --help/],
    ];
    const empties: readonly (readonly string[])[] = [
      ['calibrate', '--out', ''],
      ['calibrate', '--resume='],
      ['report', ''],
      ['run', ''],
    ];
    const outcomes = await Promise.all(
      cases.map(([words]) => wasmDyno(words.split(' ').filter(Boolean), folder)),
    );
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      const [words, message] = cases[i]!;
      assert.deepEqual([code, stdout, stderr.split('\n').length], [2, '', 2], `${words}: ${stderr}`);
      assert.match(stderr.replace(/^wasm-dyno: /, '').trimEnd(), message, words);
    }
    for (const { code, stderr } of await Promise.all(empties.map((words) => wasmDyno(words, folder)))) {
      assert.match(stderr, /^wasm-dyno: (--)?\w+ is empty; name a file or folder, "\." for this one\n$/);
      assert.equal(code, 2);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), ['p.wat', 'start.wat']);
  });

  it("a seed stands behind = alone: the next word is the program's", async () => {
    const words = ['run', '--profile', 'none', '--deterministic', 'p.wat', '5', '--deterministic'];
    const { stdout, stderr, code } = await wasmDyno(words, folder);
    assert.deepEqual([code, stderr, stdout], [0, '', 'p.wat\x005\0']);
    const behind = await wasmDyno(['run', 'p.wat', '--profile', 'none', '--deterministic=0', '5'], folder);
    assert.deepEqual([behind.code, behind.stderr, behind.stdout], [0, '', 'p.wat\x005\0']);
  });

  it('an exit code that no process has is an error, not some other code', async () => {
    const source = (code: number) => `(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "_start") (call $exit (i32.const ${code}))))`;
    for (const code of [0, 3, 255, 256, -1])
      fs.writeFileSync(path.join(folder, `exit${code}.wat`), source(code));
    const codes = await Promise.all(
      [0, 3, 255, 256, -1].map((code) => wasmDyno(['run', `exit${code}.wat`, '--profile', 'none'], folder)),
    );
    for (const code of [0, 3, 255, 256, -1]) fs.rmSync(path.join(folder, `exit${code}.wat`));
    assert.deepEqual(
      codes.map(({ code }) => code),
      [0, 3, 255, 1, 1],
    );
    assert.match(
      codes[3]!.stderr,
      /^wasm-dyno: the program ended with exit code 256; processes have 0 to 255/,
    );
  });

  it('a file is no run directory, and a full device is named with the mend', async () => {
    for (const command of ['report', 'metering']) {
      const { code, stderr } = await wasmDyno([command, 'p.wat'], folder);
      assert.match(stderr, /p\.wat is a file; name a directory that wasm-dyno calibrate wrote\n$/);
      assert.equal(code, 1);
    }
    assert.throws(
      () => writeOutputFile(path.join(folder, 'none', 'x'), 'text'),
      /none.x: cannot be written: no such/,
    );
    if (process.platform === 'linux')
      assert.throws(
        () => writeOutputFile('/dev/full', 'text'),
        /^CommandFailure: \/dev\/full: cannot be written: no space left on the device; name another place with --out$/,
      );
  });

  it('a file that cannot take its name leaves nothing beside it', () => {
    const taken = path.join(folder, 'taken');
    fs.mkdirSync(path.join(taken, 'full'), { recursive: true });
    assert.throws(() => writeAtomically(taken, 'text'), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    fs.rmSync(taken, { recursive: true });
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.startsWith('taken')),
      [],
    );
  });

  it('the home folder is that of the system too, wherever HOME points', () => {
    const { HOME } = process.env;
    try {
      process.env['HOME'] = path.join(folder, 'nonexistent');
      const host = os.userInfo().homedir;
      if (fs.existsSync(host) && fs.realpathSync(host) !== path.parse(host).root)
        assert.equal(dangerOf({ host, guest: '/' }), 'your home folder');
    } finally {
      process.env['HOME'] = HOME;
    }
  });

  it('what cannot be read is told in one line, whatever it is', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = path.join(folder, 'pipe');
    (await import('node:child_process')).execFileSync('mkfifo', [pipe]);
    const cases: readonly [readonly string[], RegExp][] = [
      [['run', '/dev/zero'], /^\/dev\/zero: is not a regular file; /],
      [['run', pipe], /pipe: is not a regular file; /],
      [['run', folder], /: is a folder; name a file in it$/],
      [['run', 'none.wasm'], /^none\.wasm: no such file or folder; name a \.wasm or \.wat file$/],
      [
        ['run', 'p.wat/x'],
        /^p\.wat\/x: part of the path is a file, not a folder; name a \.wasm or \.wat file$/,
      ],
      [
        ['calibrate', '/dev/zero', '--out', 'new/run', '--effort', 'smoke', '--quiet'],
        /is not a regular file; name \.wasm or \.wat files, or folders of them$/,
      ],
    ];
    const outcomes = await Promise.all(cases.map(([words]) => wasmDyno(words, folder)));
    for (const [i, { code, stderr }] of outcomes.entries()) {
      assert.match(stderr.replace(/^wasm-dyno: /, '').trimEnd(), cases[i]![1]);
      assert.deepEqual([code, stderr.split('\n').length], [1, 2]);
    }
    fs.rmSync(pipe);
    assert.ok(!fs.existsSync(path.join(folder, 'new')), 'a calibration that cannot start leaves no folder');
  });

  it('`target list` names every engine and how to get it, `target build` what there is to build', async () => {
    const [list, json, unknown] = await Promise.all([
      wasmDyno(['target', 'list'], folder),
      wasmDyno(['target', 'list', '--json'], folder),
      wasmDyno(['target', 'build', 'v9'], folder),
    ]);
    const ready = new RegExp(`^embedded +ready +${ENGINE_VERSION} +the engine of this package$`, 'm');
    assert.match(list.stdout, ready);
    const targets = JSON.parse(json.stdout) as { name: string; missing?: string; version?: string }[];
    assert.equal(targets.find(({ name }) => name === 'v8-liftoff')?.version, process.versions.v8);
    assert.ok(targets.some(({ name }) => name === 'wasmtime-winch'));
    for (const { missing } of targets)
      if (missing !== undefined)
        assert.match(
          missing,
          /: wasm-dyno target build (?:(?:wasmi|wasmtime) \(needs cargo|wazero \(needs go)\)$/,
        );
    assert.match(
      unknown.stderr,
      /no target "v9" to build; there are wasmi, wasmtime, wazero; wasm-dyno target build --help/,
    );
    assert.equal(unknown.code, 2);
  });

  it("a reactor's _initialize runs before the function called, whatever the module imports", async () => {
    const text = `(module (global $g (mut i32) (i32.const 0)) (func (export "_initialize") (global.set $g (i32.const 42)))
      (func (export "get") (result i32) (global.get $g)))`;
    fs.writeFileSync(path.join(folder, 'reactor.wat'), text);
    const words = ['run', 'reactor.wat', '--profile', 'none', '--invoke', 'get'];
    assert.equal((await wasmDyno(words, folder)).stdout, '42\n');
    fs.rmSync(path.join(folder, 'reactor.wat'));
  });
});
