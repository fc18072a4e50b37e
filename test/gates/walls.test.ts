import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';
import { ROOT } from './package-files.js';

/** Where an import stands, and by which message of which others it is held back. */
interface Room {
  readonly file: string;
  /** The packages that it may use, by name. */
  readonly uses: readonly string[];
}

const PACKAGES: Readonly<Record<string, string>> = {
  engine: '@wasm-dyno/engine',
  corpora: '@wasm-dyno/corpora',
  reports: '@wasm-dyno/reports',
  harness: 'wasm-dyno',
};

const ROOMS: readonly Room[] = [
  { file: 'engine/x.ts', uses: [] },
  { file: 'engine/runtime/x.ts', uses: [] },
  { file: 'engine/node/x.ts', uses: [] },
  { file: 'engine/wasi/x.ts', uses: [] },
  { file: 'corpora/x.ts', uses: ['engine'] },
  { file: 'corpora/real/x.ts', uses: ['engine'] },
  { file: 'reports/x.ts', uses: [] },
  { file: 'reports/recorded-run/x.ts', uses: [] },
  { file: 'harness/x.ts', uses: ['engine', 'corpora', 'reports'] },
  { file: 'harness/measure/x.ts', uses: ['engine', 'corpora', 'reports'] },
  { file: 'harness/cli/x.ts', uses: ['engine', 'corpora', 'reports'] },
];

/** What is imported, and what is said of it; undefined: it may. */
type Case = readonly [target: string, message: RegExp | undefined];

/** The way from a file up to the root. */
const up = (file: string): string => '../'.repeat(file.split('/').length - 1);

/** One folder seen from a room, by every way that leads there. */
function waysInto(room: Room, other: string): Case[] {
  const folder = room.file.split('/')[0]!;
  const name = PACKAGES[other];
  const isUsed = room.uses.includes(other);
  const said = isUsed ? /by its name$/ : new RegExp(`^${folder}/ may not import ${other}/$`);
  const to = up(room.file);
  const byPath: Case[] = [
    [`${to}${other}/x.js`, said],
    [`${to}${other}`, said],
    [`./${to}${other}/x.js`, said],
    [`${to}docs/../${other}/x.js`, said],
    [`${to}${other.replace('e', '%65')}/x.js`, said],
    [`./${to.replace('..', '%2e%2E')}${other}/x.js`, said],
  ];
  if (name === undefined) return byPath;
  const byName = isUsed ? undefined : new RegExp(`^${folder}/ may not import ${other}/$`);
  return [
    ...byPath,
    [name, byName],
    [`${name}/part`, byName],
    [`${to}node_modules/${name}/x.js`, /packages are imported by their names/],
    [`${to}${other}/dist/x.js`, /built code is for tests/],
  ];
}

function casesOf(room: Room): Case[] {
  const folder = room.file.split('/')[0]!;
  const others = [...Object.keys(PACKAGES), 'test', 'examples', 'build'].filter((one) => one !== folder);
  const isEngine = folder === 'engine';
  const isOfNode = /^engine\/(node|wasi)\//.test(room.file);
  const outside = isOfNode ? /only node: builtins/ : /engine\/ imports nothing from outside itself/;
  return [
    ...others.flatMap((other) => waysInto(room, other)),
    [PACKAGES[folder]!, /does not import itself by its name/],
    ['./x.js', undefined],
    [`${up(room.file)}${folder}/x.js`, undefined],
    ['node:fs', isEngine && !isOfNode ? outside : undefined],
    ['fs', isEngine && !isOfNode ? outside : undefined],
    ['ajv', isEngine ? outside : undefined],
    [`${up(room.file)}../x.js`, /from outside the repository/],
    [`${up(room.file)}dist/x.js`, /built code is for tests/],
    ['/x.js', /no path from the root of a machine/],
    [pathToFileURL(`${ROOT}harness/index.js`).href, /imports are of files and of packages/],
    ['data:text/javascript,1', /imports are of files and of packages/],
    ['#harness', /there are no # imports/],
  ];
}

describe('the walls between packages', () => {
  const eslint = new ESLint({ cwd: ROOT });

  async function said(file: string, code: string): Promise<string[]> {
    const [result] = await eslint.lintText(code, { filePath: `${ROOT}${file}` });
    return result!.messages.filter(({ ruleId }) => ruleId === 'walls/imports').map(({ message }) => message);
  }

  /** The ways to write an import that all lead through the same wall. */
  const WAYS: Readonly<Record<string, (target: string) => string>> = {
    import: (target) => `import '${target}';`,
    'import a type': (target) => `import type { X } from '${target}';\nexport type Y = X;`,
    're-export': (target) => `export * from '${target}';`,
    're-export by name': (target) => `export { x } from '${target}';`,
    'import lazily': (target) => `await import('${target}');`,
    'import a template': (target) => `await import(\`${target}\`);`,
    'import a sum': (target) => `await import('${target.slice(0, 3)}' + '${target.slice(3)}');`,
    'take a type from': (target) => `export type X = import('${target}').X;`,
    'import as a module': (target) => `import x = require('${target}');\nexport { x };`,
    require: (target) => `export const x = require('${target}');`,
    resolve: (target) => `export const x = import.meta.resolve('${target}');`,
    augment: (target) => `declare module '${target}' {}`,
  };

  for (const room of ROOMS) {
    it(`hold around ${room.file}, whatever way leads through`, async () => {
      for (const [target, message] of casesOf(room)) {
        const found = await said(room.file, WAYS.import!(target));
        if (message === undefined) assert.deepEqual(found, [], target);
        else assert.ok(found.length === 1 && message.test(found[0]!), `${target}: ${JSON.stringify(found)}`);
      }
    }).timeout(600_000);
  }

  for (const [way, code] of Object.entries(WAYS)) {
    it(`hold however an import is written: ${way}`, async () => {
      for (const [file, target] of [
        ['engine/runtime/x.ts', '../../harness/index.js'],
        ['corpora/real/x.ts', 'wasm-dyno'],
        ['reports/x.ts', '@wasm-dyno/engine'],
      ] as const) {
        assert.equal((await said(file, code(target))).length, 1, `${file}: ${target}`);
      }
      assert.deepEqual(await said('harness/measure/x.ts', code('@wasm-dyno/engine')), []);
    }).timeout(600_000);
  }

  it('want every import written out, but where a file is loaded that the user names', async () => {
    const lazily = 'export const load = (name: string) => import(name);';
    assert.match((await said('harness/measure/x.ts', lazily)).join(), /write out what is imported/);
    assert.match((await said('harness/x.ts', 'export const x = require(`./${y}`);')).join(), /write out/);
    assert.deepEqual(await said('harness/cli/config/config-file.ts', lazily), []);
  });

  it('leave no way round by what Node makes of a string', async () => {
    for (const made of [
      "import { createRequire } from 'node:module';\nexport const x = createRequire('/');",
      "import { createRequire as make } from 'node:module';\nexport const x = make('/');",
      "import * as module from 'node:module';\nexport const x = module.createRequire('/')('ajv');",
      "import module from 'node:module';\nexport const x = module['createRequire']('/')('ajv');",
      "import module from 'node:module';\nexport const { createRequire: make } = module;",
      "export const x = process.getBuiltinModule('module').createRequire('/')('ajv');",
      "export const { createRequire } = await import('node:module');",
    ])
      for (const file of ['engine/node/x.ts', 'reports/x.ts', 'harness/x.ts'])
        assert.match(
          (await said(file, made)).join(),
          /^createRequire leads round the walls/,
          `${file}: ${made}`,
        );
    for (const built of [
      "export const x = process.getBuiltinModule('node:fs');",
      "export const x = globalThis.process?.getBuiltinModule?.('fs');",
      "export const x = process['getBuiltinModule']('fs');",
    ]) {
      assert.match((await said('engine/runtime/x.ts', built)).join(), /imports nothing from outside/, built);
      assert.deepEqual(await said('engine/node/x.ts', built), [], built);
    }
  });

  it('hold in every kind of source file', async () => {
    for (const ending of ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'cjs'])
      assert.equal((await said(`reports/x.${ending}`, "import 'wasm-dyno';")).length, 1, ending);
  });

  it('let only the command line import harness/cli/', async () => {
    for (const [file, target] of [
      ['harness/measure/x.ts', '../cli/terminal.js'],
      ['harness/measure/x.ts', './../cli/terminal.js'],
      ['harness/x.ts', './cli/main.js'],
    ] as const)
      assert.match((await said(file, WAYS.import!(target))).join(), /only the command line/, file);
    assert.deepEqual(await said('harness/cli/x.ts', WAYS.import!('./main.js')), []);
    assert.deepEqual(await said('harness/cli/profile/x.ts', WAYS.import!('../main.js')), []);
  });
});
