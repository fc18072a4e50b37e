import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { wasmDyno } from './command-line.js';

/** What is typed, the exit code, and what is said: the thing, and what to do. */
type Refusal = readonly [words: string, code: 1 | 2, message: RegExp];

const OUT = 'name another place with --out$';

/** Usage is 2: what no file would make right. 1 is for files that are not there, or not what they should be. */
const REFUSALS: readonly Refusal[] = [
  ['run a.wat --dir none', 2, /^--dir none is not there; make it, or name a folder that is$/],
  ['run a.wat --dir ./a.wat', 2, /^--dir \.\/a\.wat is a file; name a folder: it lies in \.$/],
  [
    'run a.wat --dir empty/../a.wat::/x',
    2,
    /^--dir empty\/\.\.\/a\.wat is a file; name a folder: it lies in empty\/\.\.$/,
  ],
  ['run a.wat --dir a.wat/x', 2, /^--dir a\.wat\/x is not there; make it, or name a folder that is$/],
  ['run a.wat --dir-unsafe a.wat', 2, /^--dir-unsafe a\.wat is a file; name a folder: it lies in \.$/],
  ['run a.wat --dir-unsafe none', 2, /^--dir-unsafe none is not there; make it/],
  ['run a.wat --dir ::', 2, /^--dir is "::"; give HOST::GUEST or HOST$/],
  ['run a.wat --env X', 2, /^--env is "X"; give NAME=VALUE$/],
  ['run a.wat --fuel 1e3', 2, /^--fuel is "1e3"; give a whole number from 0 to /],
  ['run a.wat --invoke add 1', 2, /^a\.wat: add takes 2 arguments \(i32, i32\), not the 1 given$/],
  ['run a.wat --invoke one', 2, /^a\.wat: one takes 1 argument \(i32\), not the 0 given$/],
  ['run none.wasm', 1, /^none\.wasm: no such file or folder; name a \.wasm or \.wat file$/],
  ['run a.wat/x', 1, /^a\.wat\/x: part of the path is a file, not a folder; name a \.wasm or \.wat file$/],
  ['run empty', 1, /^empty: is a folder; name a file in it$/],
  ['run a.wat --profile none.json', 1, /^profile none\.json: there is no such file; make one with /],
  [
    'run a.wat --config none.json',
    1,
    /^none\.json: no such file or folder; name a configuration with --config, or none$/,
  ],
  ['run a.wat --config empty', 2, /^empty: a configuration is a \.json, \.js, \.mjs or \.cjs file$/],
  [
    'run a.wat --config other.json',
    2,
    /^other\.json: unknown section "qqq"; take it out: .* lists what there is$/,
  ],
  ['inspect', 2, /^inspect: an argument is missing; give module; wasm-dyno inspect --help tells more$/],
  ['inspect none.wasm', 1, /^none\.wasm: no such file or folder; name a /],
  ['inspect a.wat --top -1', 2, /^--top takes a whole number from 0 on$/],
  [
    'calibrate a.wat --resume none',
    1,
    /none does not exist; name a directory that wasm-dyno calibrate wrote$/,
  ],
  ['calibrate --resume a.wat', 1, /a\.wat is a file; name a directory that wasm-dyno calibrate wrote$/],
  ['calibrate --resume empty', 1, /empty has no run\.json; name a directory that /],
  ['calibrate --precision 200%', 2, /^--precision takes a percentage, for example 3%, not "200%"$/],
  ['census', 2, /^Missing required argument: out; wasm-dyno census --help tells more$/],
  ['census --out a.wat', 1, new RegExp(`^a\\.wat: is a file; a folder is made here; ${OUT}`)],
  [
    'census --out a.wat/x',
    1,
    new RegExp(`^a\\.wat/x: cannot be made: part of the path is a file, .*; ${OUT}`),
  ],
  ...(process.platform === 'linux'
    ? [
        [
          'census --out /proc/x/y',
          1,
          new RegExp(`^/proc/x/y: cannot be made: no such file or folder; ${OUT}`),
        ] as const,
      ]
    : []),
  ['census --out c --passes 0', 2, /^--passes takes a whole number from 1 on$/],
  ['model none', 1, /^none has no census\.json: take one with wasm-dyno calibrate --census, or /],
  ['model a.wat', 1, /^a\.wat\/census\.json cannot be read .*; name a run directory$/],
  [
    'compare a.json',
    2,
    /^compare: an argument is missing; give base and others; wasm-dyno compare --help tells more$/,
  ],
  ['compare none empty', 1, /^profile none: there is no such file; make one with /],
  ['compare empty empty --fail-over 0%', 2, /^--fail-over takes a percentage, for example 10%, not "0%"$/],
  ['corpus hunt --minutes 0', 2, /^--minutes takes a number above 0$/],
  ['corpus hunt --out empty', 1, new RegExp(`^empty: cannot be written: is a folder; ${OUT}`)],
  [
    'corpus hunt --out a.wat/x',
    1,
    new RegExp(`^a\\.wat/x: cannot be written: there is no folder a\\.wat; ${OUT}`),
  ],
  ['corpus hunt --profile none.json', 1, /^profile none\.json: there is no such file; make one with /],
  ['metering none', 1, /none does not exist; name a directory that wasm-dyno calibrate wrote$/],
  [
    'monitor other.json --profile p.json --out none/x',
    1,
    new RegExp(`^none/x: cannot be written: there is no folder none; ${OUT}`),
  ],
  [
    'monitor other.json --out x.json',
    2,
    /^--out needs --profile beside it; wasm-dyno monitor --help tells more$/,
  ],
  ['query select a.wat --out empty', 1, new RegExp(`^empty: cannot be written: is a folder; ${OUT}`)],
  [
    'monitor none.json',
    1,
    /^none\.json: cannot be read: no such file or folder; name a record that a service wrote$/,
  ],
  ['report empty', 1, /empty has no run\.json; name a directory that wasm-dyno calibrate wrote$/],
  [
    'profile merge a.wat --policy p90 --out empty',
    1,
    new RegExp(`^empty: cannot be written: is a folder; ${OUT}`),
  ],
  ['profile bundle none', 1, /^none: no such file or folder; name profiles/],
  [
    'profile export',
    2,
    /^profile export: an argument is missing; give profile; wasm-dyno profile export --help tells more$/,
  ],
  ['profile check empty', 1, /^profile empty: .*; /],
  [
    'profile key --out a.wat',
    1,
    /^a\.wat: cannot be written: is there already; name another file with --out$/,
  ],
  ['profile key --key none', 1, /^none: there is no such file; make one with wasm-dyno profile key$/],
  [
    'profile verify a.json --public-key none',
    1,
    /^none: there is no such file; name a public key, or a file /,
  ],
  ['target build x', 2, /^no target "x" to build; there are /],
];

describe('what a command refuses', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-refusals-'));
    fs.writeFileSync(
      path.join(folder, 'a.wat'),
      '(module (func (export "_start")) (func (export "add") (param i32 i32)) (func (export "one") (param i32)))',
    );
    fs.writeFileSync(path.join(folder, 'other.json'), '{"qqq": 1}');
    fs.mkdirSync(path.join(folder, 'empty'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it('is told in one line, alone, with the thing and the mend, and nothing is left behind', async () => {
    const others: object[] = [];
    for (let at = 0; at < REFUSALS.length; at += 4) {
      const some = REFUSALS.slice(at, at + 4);
      const outcomes = await Promise.all(some.map(([words]) => wasmDyno(words.split(' '), folder)));
      for (const [place, [words, code, message]] of some.entries()) {
        const { stderr, stdout, code: found } = outcomes[place]!;
        const [, line] = /^wasm-dyno: ([^\n]*)\n$/.exec(stderr) ?? [];
        if (line === undefined || !message.test(line) || found !== code || stdout !== '')
          others.push({ words, code: found, stderr, stdout });
      }
    }
    assert.deepEqual(others, []);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['a.wat', 'empty', 'other.json']);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'empty')), []);
  });

  it('is an argument or a path that is empty, as wrong usage', async () => {
    for (const [words, told] of [
      [['query', '', 'a.wat'], 'the query is empty; for example '],
      [['query', ' ; -- nothing', 'a.wat'], 'the query is empty; for example '],
      [['query', 'select 1', ''], 'sources is empty; name a file'],
      [['profile', 'show', ''], 'profile is empty; name a file'],
      [['profile', 'validate', 'a.json', ''], 'profiles is empty; name a file'],
      [['profile', 'bundle', ''], 'profiles is empty; name a file'],
      [['profile', 'choose', ''], 'source is empty; name a file'],
      [['profile', 'key', '--key', ''], '--key is empty; name a file'],
      [['profile', 'verify', 'a.json', '--public-key', ''], '--public-key is empty; name a file'],
      [['profile', 'sign', 'a.json', '--run', ''], '--run is empty; name a file'],
      [['run', 'a.wat', '--profile', ''], '--profile is empty; name a file'],
      [['target', 'check', ''], 'name a target or a program to check'],
    ] as const) {
      const { code, stderr } = await wasmDyno(words, folder);
      assert.ok(
        code === 2 && stderr.startsWith(`wasm-dyno: ${told}`),
        `${words.join(' ')}: ${code} ${stderr}`,
      );
    }
  });

  it('is not that a file is missing which cannot be reached', async function () {
    if (process.platform === 'win32') this.skip();
    const loop = path.join(fs.mkdtempSync(path.join(folder, 'loop-')), 'loop');
    fs.symlinkSync(loop, loop);
    const reason = 'a symbolic link that leads back to itself';
    for (const words of ['profile key --key', 'profile verify a.json --public-key', 'monitor', 'inspect']) {
      const { stderr } = await wasmDyno([...words.split(' '), loop], folder);
      assert.ok(stderr.endsWith(`${reason}\n`), stderr);
    }
  });
});
