import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { createWebAssembly, type WebAssemblyNamespace } from '@wasm-dyno/engine';

import { compileAssemblyScript } from '../programs/compile.js';
import { hostWebAssembly } from './host-web-assembly.js';
import { loadGlue, packageFile, require } from './load-glue.js';

/** Runs a package's own code over the host's WebAssembly and over ours: both must come to the same. */
async function sameOverBoth<T>(use: (WebAssembly: WebAssemblyNamespace) => Promise<T>): Promise<T> {
  const expected = await use(hostWebAssembly);
  for (const executor of ['interpreter', 'host'] as const) {
    const namespace = createWebAssembly({ executor });
    assert.deepEqual(await use(namespace), expected, executor);
    assert.ok(namespace.store.consumedFuel > 0n, 'the package did not run on the engine');
  }
  return expected;
}

/** A package that may not be installed yet: the test is skipped by name then. */
function installed(test: Mocha.Context, name: string, file: string): string {
  try {
    return packageFile(name, file);
  } catch (error) {
    test.test!.title += ` (skipped: ${(error as Error).message})`;
    return test.skip();
  }
}

describe("packages' own glue over createWebAssembly", () => {
  it('sql.js: tables, functions of JavaScript, transactions, errors', async () => {
    interface Database {
      run(sql: string, parameters?: unknown[]): void;
      exec(sql: string): unknown;
      create_function(name: string, body: (x: number) => number): void;
      export(): Uint8Array;
      close(): void;
    }
    type SqlJs = (options: object) => Promise<{ Database: new (data?: Uint8Array) => Database }>;
    const result = await sameOverBoth(async (WebAssembly) => {
      const file = packageFile('sql.js', 'dist/sql-wasm.js');
      const load = loadGlue<SqlJs>(file, WebAssembly);
      const { Database } = await load({ locateFile: (name: string) => path.join(path.dirname(file), name) });
      const db = new Database();
      db.run('create table t(a integer primary key, b text, c real)');
      for (let i = 1; i <= 20; i++) db.run('insert into t values (?, ?, ?)', [i, `row ${i}`, i / 3]);
      db.create_function('cube', (x) => x ** 3);
      const rows = db.exec(
        'select a, upper(b), round(c, 5), cube(a), hex(b) from t where a % 7 = 0 order by c desc',
      );
      const sums = db.exec('select count(*), sum(c), group_concat(a) from t');
      let message = '';
      try {
        db.run('select 1 from nowhere');
      } catch (error) {
        message = (error as Error).message;
      }
      const copy = new Database(db.export());
      const again = copy.exec('select max(a) from t');
      db.close();
      copy.close();
      return { rows, sums, message, again };
    });
    assert.match(JSON.stringify(result.rows), /ROW 14/);
    assert.equal(result.message, 'no such table: nowhere');
  });

  it('vscode-oniguruma: scanners', async () => {
    interface Oniguruma {
      loadWASM(options: { data: Uint8Array }): Promise<void>;
      OnigScanner: new (patterns: string[]) => { findNextMatchSync(text: string, start: number): unknown };
    }
    const match = await sameOverBoth(async (WebAssembly) => {
      const oniguruma = loadGlue<Oniguruma>(packageFile('vscode-oniguruma', 'release/main.js'), WebAssembly);
      await oniguruma.loadWASM({
        data: fs.readFileSync(packageFile('vscode-oniguruma', 'release/onig.wasm')),
      });
      const scanner = new oniguruma.OnigScanner(['(?<word>\\w+)@(\\w+)\\.org', '\\d{3,}', 'ü+']);
      return [0, 5, 20].map((start) => scanner.findNextMatchSync('12 grüße an anna@example.org 4711', start));
    });
    assert.equal(match.length, 3);
  });

  it('source-map: mappings of this very package', async () => {
    interface Consumer {
      eachMapping(
        callback: (mapping: { originalLine: number; generatedColumn: number; name: string | null }) => void,
      ): void;
      originalPositionFor(position: { line: number; column: number }): unknown;
      destroy(): void;
    }
    const map = JSON.parse(
      fs.readFileSync(new URL('../../engine/dist/node/load-profile.js.map', import.meta.url), 'utf8'),
    ) as object;
    const result = await sameOverBoth(async (WebAssembly) => {
      const file = packageFile('source-map', 'lib/source-map-consumer.js');
      const { SourceMapConsumer } = loadGlue<{ SourceMapConsumer: new (map: object) => Promise<Consumer> }>(
        file,
        WebAssembly,
      );
      const consumer = await new SourceMapConsumer(map);
      let mappings = 0;
      let sum = 0;
      consumer.eachMapping(({ originalLine, generatedColumn }) => {
        mappings++;
        sum += originalLine * 7 + generatedColumn;
      });
      const position = consumer.originalPositionFor({ line: 5, column: 9 });
      consumer.destroy();
      return { mappings, sum, position };
    });
    assert.ok(result.mappings > 10);
  });

  it('web-tree-sitter: the runtime, and a language linked to it as a side module', async function () {
    const language = installed(this, 'tree-sitter-json', 'tree-sitter-json.wasm');
    interface TreeSitter {
      Parser: { new (): Parser; init(options: object): Promise<void> };
      Language: { load(bytes: Uint8Array): Promise<object> };
    }
    interface Parser {
      setLanguage(language: object): void;
      parse(text: string): { rootNode: { toString(): string; hasError: boolean } };
    }
    const trees = await sameOverBoth(async (WebAssembly) => {
      const file = packageFile('web-tree-sitter', 'web-tree-sitter.cjs');
      const { Parser, Language } = loadGlue<TreeSitter>(file, WebAssembly);
      await Parser.init({ locateFile: (name: string) => path.join(path.dirname(file), name) });
      const parser = new Parser();
      parser.setLanguage(await Language.load(fs.readFileSync(language)));
      return ['{"a":[1,2,null],"b":{"c":true}}', '[1,', ''].map((text) =>
        parser.parse(text).rootNode.toString(),
      );
    });
    assert.match(trees[0]!, /^\(document \(object \(pair key: /);
  });

  it('wasm-bindgen: a formatter in Rust', async function () {
    const file = installed(this, '@wasm-fmt/lua_fmt', 'lua_fmt_web.js');
    interface Formatter {
      initSync(bytes: Uint8Array): void;
      format(source: string, options?: object): string;
    }
    const texts = await sameOverBoth(async (WebAssembly) => {
      const formatter = loadGlue<Formatter>(file, WebAssembly);
      formatter.initSync(fs.readFileSync(packageFile('@wasm-fmt/lua_fmt', 'lua_fmt_bg.wasm')));
      const source = 'local   x={1,2,   y="é"}\nif x then print( x[1] )   end';
      let message = '';
      try {
        formatter.format('local = = end');
      } catch (error) {
        message = String(error);
      }
      return [
        formatter.format(source),
        formatter.format(source, { indent_style: 'space', indent_width: 2 }),
        message,
      ];
    });
    assert.match(texts[1]!, /^ {2}print\(x\[1\]\)$/m);
  });

  it('AssemblyScript: the bindings that its compiler writes', async () => {
    interface Exports {
      run(iterations: number, seed: number): number;
      mean(values: Float64Array): number;
      greet(name: string): string;
      squares(count: number): bigint[];
    }
    const program = await compileAssemblyScript('core-mark-like');
    const file = path.join(path.dirname(require.resolve('assemblyscript/package.json')), 'program.js');
    const result = await sameOverBoth(async (WebAssembly) => {
      const { instantiate } = loadGlue<{ instantiate(module: object, imports?: object): Promise<Exports> }>(
        { text: program.glue, file },
        WebAssembly,
      );
      const exports = await instantiate(await WebAssembly.compile(program.bytes), { env: {} });
      return {
        crc: exports.run(3, 0x3415),
        mean: exports.mean(Float64Array.of(1, 2.5, 1e300, -3)),
        greeting: exports.greet('wörld'),
        squares: exports.squares(9),
      };
    });
    assert.equal(result.greeting, 'Hello, WÖRLD!');
    assert.equal(result.squares[8], 64n);
  });
});
