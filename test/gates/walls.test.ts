import assert from 'node:assert/strict';
import { ESLint } from 'eslint';
import { ROOT } from './package-files.js';

/** From which file, what it imports, and what is said of it; undefined: it may. */
const IMPORTS: readonly (readonly [string, string, RegExp | undefined])[] = [
  ['engine/runtime/x.ts', '../../harness/index.js', /engine\/ may not import harness\//],
  ['engine/runtime/x.ts', '../../corpora/index.js', /engine\/ may not import corpora\//],
  ['engine/runtime/x.ts', '../../reports/index.js', /engine\/ may not import reports\//],
  ['engine/runtime/x.ts', '../../test/x.js', /engine\/ may not import test\//],
  ['engine/runtime/x.ts', 'wasm-dyno', /engine\/ may not import harness\//],
  ['engine/runtime/x.ts', '@wasm-dyno/corpora/random', /engine\/ may not import corpora\//],
  ['engine/runtime/x.ts', '@wasm-dyno/engine', /does not import itself by its name/],
  ['engine/runtime/x.ts', 'node:fs', /imports nothing from outside/],
  ['engine/runtime/x.ts', 'ajv', /imports nothing from outside/],
  ['engine/node/x.ts', '../../harness/index.js', /engine\/ may not import harness\//],
  ['engine/node/x.ts', '../../corpora/index.js', /engine\/ may not import corpora\//],
  ['engine/node/x.ts', '../../reports/index.js', /engine\/ may not import reports\//],
  ['engine/node/x.ts', '@wasm-dyno/reports', /engine\/ may not import reports\//],
  ['engine/node/x.ts', 'ajv', /only node: builtins/],
  ['engine/node/x.ts', 'node:fs', undefined],
  ['engine/node/x.ts', '../index.js', undefined],
  ['engine/wasi/x.ts', '../../harness/index.js', /engine\/ may not import harness\//],
  ['engine/wasi/x.ts', 'ajv', /only node: builtins/],
  ['engine/wasi/x.ts', 'node:fs', undefined],
  ['corpora/real/x.ts', '../../harness/index.js', /corpora\/ may not import harness\//],
  ['corpora/real/x.ts', 'wasm-dyno', /corpora\/ may not import harness\//],
  ['corpora/real/x.ts', '../../reports/index.js', /corpora\/ may not import reports\//],
  ['corpora/real/x.ts', '@wasm-dyno/reports/recorded-run', /corpora\/ may not import reports\//],
  ['corpora/real/x.ts', '../../engine/index.js', /imports @wasm-dyno\/engine by its name/],
  ['corpora/real/x.ts', '@wasm-dyno/engine', undefined],
  ['corpora/real/x.ts', '@wasm-dyno/corpora', /does not import itself by its name/],
  ['reports/x.ts', '../harness/index.js', /reports\/ may not import harness\//],
  ['reports/x.ts', 'wasm-dyno', /reports\/ may not import harness\//],
  ['reports/recorded-run/x.ts', '../../harness/index.js', /reports\/ may not import harness\//],
  ['reports/recorded-run/x.ts', '../../engine/index.js', /reports\/ may not import engine\//],
  ['reports/recorded-run/x.ts', '@wasm-dyno/engine', /reports\/ may not import engine\//],
  ['reports/x.ts', '../corpora/index.js', /reports\/ may not import corpora\//],
  ['reports/x.ts', '@wasm-dyno/corpora', /reports\/ may not import corpora\//],
  ['harness/measure/x.ts', '../../test/x.js', /harness\/ may not import test\//],
  ['harness/measure/x.ts', '../../dist/x.js', /built code is for tests/],
  ['harness/measure/x.ts', 'wasm-dyno', /does not import itself by its name/],
  ['harness/measure/x.ts', '../../engine/index.js', /imports @wasm-dyno\/engine by its name/],
  ['harness/measure/x.ts', '../../reports/index.js', /imports @wasm-dyno\/reports by its name/],
  ['harness/measure/x.ts', '@wasm-dyno/reports', undefined],
  ['harness/run/x.ts', '../cli/terminal.js', /only the command line imports harness\/cli\//],
  ['harness/x.ts', './cli/main.js', /only the command line imports harness\/cli\//],
  ['harness/cli/x.ts', '../../test/x.js', /harness\/ may not import test\//],
  ['harness/cli/x.ts', './main.js', undefined],
];

describe('the walls between folders', () => {
  const eslint = new ESLint({ cwd: ROOT });

  /** A declaration, a call while running, and a type: each leads through a wall. */
  const WAYS: Readonly<Record<string, (target: string) => string>> = {
    import: (target) => `import '${target}';\n`,
    're-export': (target) => `export * from '${target}';\n`,
    'import lazily': (target) => `await import('${target}');\n`,
    'take a type from': (target) => `export type X = import('${target}').X;\n`,
  };

  for (const [file, target, message] of IMPORTS) {
    it(`${file} ${message === undefined ? 'may' : 'may not'} import ${target}`, async () => {
      for (const [way, code] of Object.entries(WAYS)) {
        const [result] = await eslint.lintText(code(target), { filePath: `${ROOT}${file}` });
        const found = result!.messages.filter(({ ruleId }) => /^no-restricted-/.test(ruleId ?? ''));
        if (message === undefined) assert.deepEqual(found, [], way);
        else
          assert.ok(
            found.some((one) => message.test(one.message)),
            `${way}: ${JSON.stringify(found)}`,
          );
      }
    }).timeout(600_000);
  }
});
