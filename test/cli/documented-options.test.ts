import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadCommands } from '../../harness/cli/commands.js';
import { CONFIG_OPTIONS } from '../../harness/cli/config/configuration.js';
import { optionCatalog } from '../../harness/cli/config/option-catalog.js';
import { ON_BY_DEFAULT, withLeftOutValues, withoutNegations } from '../../harness/cli/usage.js';
import { wasmDyno } from './command-line.js';

describe('switches that are on by default', () => {
  it('are written --no-name too, they alone, and only before a bare --', () => {
    const words = ['calibrate', '--no-census', '--no-force', '--no-census=x', '--', '--no-census'];
    assert.deepEqual(withoutNegations(words), [
      ...['calibrate', '--census=false', '--no-force', '--no-census=x', '--', '--no-census'],
    ]);
    assert.deepEqual(withoutNegations(['run', 'x.wasm', '--no-census']), ['run', 'x.wasm', '--no-census']);
  });

  it('are those whose default is true, or hangs on others', async () => {
    const commands = optionCatalog(await loadCommands('--help'));
    const on = commands.flatMap(({ name, options }) => {
      const names = options.filter(({ kind, ...own }) => kind === 'switch' && own.default !== false);
      return names.length === 0 ? [] : [[name, names.map((option) => option.name)] as const];
    });
    assert.deepEqual(Object.fromEntries(on), ON_BY_DEFAULT);
  });

  it('are taken by the command line, and help tells of them', async () => {
    const explained = await wasmDyno(['calibrate', '--explain-config', '--json', '--no-census']);
    assert.deepEqual([explained.code, explained.stderr], [0, '']);
    assert.match(explained.stdout.replace(/\s+/g, ' '), /"census", "value": false, "origin": "command line"/);
    const { stdout } = await wasmDyno(['calibrate', '--help']);
    assert.match(stdout.replace(/\s+/g, ' '), /--no-census leaves it out/);
    const refused = await wasmDyno(['calibrate', '--explain-config', '--no-force']);
    assert.equal(refused.code, 2);
  });
});

describe('an option whose value may be left out', () => {
  it('does not take the file or folder behind it for its value, nor what is behind a bare --', () => {
    const words = (text: string) => withLeftOutValues(text.split(' ')).join(' ');
    for (const file of ['my.wasm', './interpreter', 'a/b', 'test'])
      assert.equal(words(`calibrate --execution ${file}`), `calibrate --execution=interpreter ${file}`);
    for (const same of [
      'calibrate --execution',
      'calibrate --execution host my.wasm',
      'calibrate --execution interpreter',
      'calibrate --execution --force my.wasm',
      // A value that was mistyped, as nothing of that name is there.
      'calibrate --execution hots',
      'calibrate -- --execution my.wasm',
      'run --execution my.wasm',
    ])
      assert.equal(words(same), same);
  });

  it('is understood by the command line', async () => {
    const { code, stderr } = await wasmDyno(['calibrate', '--execution', './none.wasm']);
    assert.equal(code, 1);
    assert.match(stderr, /none\.wasm: no such file or folder/);
  });
});

const documentsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name));

describe('the documents', () => {
  it('name options of wasm-dyno that there are', async () => {
    const commands = optionCatalog(await loadCommands('--help'));
    const shared = [...Object.keys(CONFIG_OPTIONS), 'help', 'version', 'json'];
    const files = ['README.md', ...['docs', 'examples'].flatMap(documentsIn)];
    assert.ok(files.length > 20);
    let seen = 0;
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      for (const { name, options } of commands) {
        const known = [
          ...shared,
          ...options.map((option) => option.name),
          ...(ON_BY_DEFAULT[name] ?? []).map((one) => `no-${one}`),
        ];
        for (const [, line] of text.matchAll(
          new RegExp(`(?:wasm-dyno |\`)${name}((?: [^\\n\`|;&#]*)?)`, 'g'),
        ))
          for (const [, option] of line!.split(' -- ')[0]!.matchAll(/ --([a-z][\w-]*)/g)) {
            seen++;
            assert.ok(known.includes(option!), `${file}: ${name}${line!} names --${option}`);
          }
      }
      for (const [, option] of text.matchAll(/`--(no-census[\w-]*)`/g))
        assert.equal(option, `no-${ON_BY_DEFAULT['calibrate']![0]}`, file);
    }
    assert.ok(seen > 30, `${seen} options`);
  });
});
