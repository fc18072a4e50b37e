import assert from 'node:assert/strict';
import buffer from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { jsonText, visibleLine, visibleLines, visibleStyled } from '../../harness/console/visible-text.js';
import { jsonListPieces, writeJson } from '../../harness/console/write-json.js';
import { terminalTable } from '../../harness/console/terminal.js';
import { environment, PROGRAM, wasmDyno } from './command-line.js';

const TITLE = '\u001b]0;owned\u0007';
// eslint-disable-next-line no-control-regex
const COMMAND = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

describe('what is printed', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-output-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("shows commands to a terminal escaped, but for this program's own colours", () => {
    assert.equal(
      visibleLine(`a${TITLE}\r\nb\u009b2J\u202e`),
      'a\\u{1b}]0;owned\\u{7}\\r\\nb\\u{9b}2J\\u{202e}',
    );
    assert.equal(visibleLines('a\tb\r\nc\u001b[31m', 100), 'a\tb\nc\\u{1b}[31m');
    assert.equal(
      visibleStyled('\u001b[32mok\u001b[39m\u001b[8m\u001b[2J'),
      '\u001b[32mok\u001b[39m\\u{1b}[8m\\u{1b}[2J',
    );
    assert.equal(visibleLine('x'.repeat(5000), 10), `${'x'.repeat(10)}...`);
    const table = terminalTable([{ head: 'name' }], [[`evil${TITLE}\nrow`]]);
    assert.equal(table.split('\n').length, 2);
    assert.doesNotMatch(table, COMMAND);
    const colours = terminalTable(
      [{ head: 'state', styled: true }, { head: 'name' }],
      [['\u001b[32mok\u001b[39m', 'others\u001b[31m']],
    );
    assert.ok(colours.endsWith('\u001b[32mok\u001b[39m     others\\u{1b}[31m'), JSON.stringify(colours));
    const value = { name: `${TITLE}\u009b2J\u202e\u007f` };
    assert.doesNotMatch(jsonText(value), COMMAND);
    assert.deepEqual(JSON.parse(jsonText(value)), value);
  });

  it('writes JSON in pieces that are together what it is as one string', () => {
    const values: readonly unknown[] = [
      'plain',
      null,
      undefined,
      -0,
      NaN,
      [],
      {},
      { left: undefined, out: () => 0, at: Symbol('all') },
      [undefined, () => 0, Symbol('null'), [[]], { a: {} }],
      { text: `\n"\\ ${TITLE}\u009b\u202e`, 'a "name"\n': { n: 1.5, list: [1, 'two', { three: true }] } },
      { date: new Date(0), shown: { toJSON: () => ['as', 'this'] } },
      [`x${'\ud83d\ude00'.repeat(70_000)}`, `${'\ud83d\ude00'.repeat(70_000)}\ud83d`, '\udc00\ud800'],
      Object.assign(Object.create({ inherited: 1 }) as object, { own: 2 }),
    ];
    for (const value of values) {
      const pieces: string[] = [];
      writeJson(value, (piece) => pieces.push(piece));
      const whole = value === undefined ? 'null\n' : jsonText(value);
      assert.ok(pieces.join('') === whole, `${whole.slice(0, 100)} became ${pieces.join('').slice(0, 100)}`);
      assert.ok(pieces.every((piece) => piece.length < 1_000_000));
    }
    assert.throws(() => writeJson({ n: 1n }, () => undefined), TypeError);
  });

  it('writes JSON that no string could hold', () => {
    let letters = 0;
    const most = buffer.constants.MAX_STRING_LENGTH;
    const text = 'x'.repeat(2 ** 20);
    writeJson(new Array(Math.ceil(most / text.length) + 1).fill(text), (piece) => (letters += piece.length));
    assert.ok(letters > most);
  });

  it('writes a list whose items come some at a time as one that is there', async () => {
    const lists: readonly (readonly (readonly unknown[])[])[] = [
      [],
      [[], []],
      [[{ n: 1, at: [null, TITLE] }], [], ['two', {}, []]],
      [new Array(100).fill('x'.repeat(5000))],
    ];
    for (const some of lists) {
      let text = '';
      for await (const piece of jsonListPieces(toAsync(some))) text += piece;
      assert.equal(text, jsonText(some.flat()));
    }
  });

  it('lines up the columns of a table of many rows', () => {
    const rows = Array.from({ length: 450 }, (_, i) => [
      String(i),
      i === 440 ? 'the widest cell' : 'x',
      'end',
    ]);
    const lines = terminalTable(
      [{ head: 'n', align: 'right' }, { head: 'text' }, { head: 'last' }],
      rows,
    ).split('\n');
    assert.equal(lines.length, 451);
    assert.equal(lines[0], '  n  text             last');
    assert.equal(lines[1], '  0  x                end');
    assert.equal(lines[441], '440  the widest cell  end');
  });

  it('shows escapes in export, import, module and engine names and in targets’ errors escaped', async () => {
    const evil = '\\1b]0;owned\\07\\c2\\9b2J\\1b[31m';
    const named = path.join(folder, `evil${TITLE}.wat`);
    fs.writeFileSync(named, `(module (func (export "${evil}")) (func (export "f")))`);
    const linked = path.join(folder, 'linked.wat');
    fs.writeFileSync(linked, `(module (import "${evil}" "${evil}\\0a" (func)) (func (export "_start")))`);
    const target = path.join(folder, 'target.mjs');
    fs.writeFileSync(
      target,
      `process.stderr.write(${JSON.stringify(TITLE)}); process.stdin.once('data', (line) => process.stdout.write(
        JSON.stringify({ id: JSON.parse(line).id, error: { code: 'internal', message: 'bad \\u001b]0;owned\\u0007' } }) + '\\n'));`,
    );
    const outcomes = await Promise.all([
      wasmDyno(['run', named, '--profile', 'none'], folder),
      wasmDyno(['inspect', named, '--profile', 'none'], folder),
      wasmDyno(['run', linked, '--profile', 'none'], folder),
      wasmDyno(['run', linked, '--profile', 'none', '--json'], folder),
      wasmDyno(['target', 'check', '--', process.execPath, target], folder),
      wasmDyno(
        ['calibrate', '--engine', `evil=${process.execPath} ${target}`, '--effort', 'smoke', '--out', 'r'],
        folder,
      ),
      wasmDyno(['calibrate', '--engine', `x${TITLE}`], folder),
      wasmDyno([`x${TITLE}`], folder),
    ]);
    for (const { stdout, stderr } of outcomes) {
      assert.doesNotMatch(stdout + stderr, COMMAND);
      assert.match(stdout + stderr, /\]0;owned/);
    }
  });

  it('ends quietly when nobody reads, and says in a line that the device is full', function () {
    if (process.platform !== 'linux') this.skip();
    const shell = (command: string) =>
      spawnSync('bash', ['-c', command], {
        env: { ...environment(folder), NODE: process.execPath, PROGRAM },
        cwd: folder,
        encoding: 'utf8',
      });
    const costs = '"$NODE" "$PROGRAM" run --explain-costs --profile none';
    const closed = shell(`${costs} | true; exit \${PIPESTATUS[0]}`);
    assert.deepEqual([closed.status, closed.stderr], [0, '']);
    const full = shell(`${costs} > /dev/full`);
    assert.equal(full.stderr, 'wasm-dyno: standard output: no space left on the device\n');
    assert.equal(full.status, 1);
    const mute = shell(`"$NODE" "$PROGRAM" machnie 2> /dev/full`);
    assert.equal(mute.status, 2);
  });

  it('goes on measuring when its progress cannot be shown', function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(600_000);
    const words = `calibrate --effort smoke --corpus generated --force --out shown --json`;
    const { status, stdout } = spawnSync('bash', ['-c', `"$NODE" "$PROGRAM" ${words} 2> /dev/full`], {
      env: { ...environment(folder), NODE: process.execPath, PROGRAM },
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    // 3: what was measured is insufficient even by force, on a machine so busy that no unit of fuel was found.
    assert.ok(status === 0 || status === 3, String(status));
    assert.equal((JSON.parse(stdout) as { state: string }).state, 'finished');
  });

  it('a terminal that closes (SIGHUP) interrupts a calibration in order', async function () {
    if (process.platform === 'win32') this.skip();
    this.timeout(600_000);
    const words = ['calibrate', '--effort', 'quick', '--corpus', 'generated', '--out', 'hung-up'];
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: environment(folder),
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const begun = errors.includes('processes, ');
      errors += text;
      if (!begun && errors.includes('processes, ')) child.kill('SIGHUP');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 1, errors);
    assert.match(errors, /Interrupted; go on with: wasm-dyno calibrate --resume/);
    const record = JSON.parse(fs.readFileSync(path.join(folder, 'hung-up', 'run.json'), 'utf8')) as object;
    assert.equal((record as { state: string }).state, 'interrupted');
  });
});

async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
