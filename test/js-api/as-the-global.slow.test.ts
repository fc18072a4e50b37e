import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { createWebAssembly } from '@wasm-dyno/engine';

import { assemble } from '../programs/compile.js';
import { hostWebAssembly } from './host-web-assembly.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packages as they are, required after the global is replaced; the fuel of the namespace, 0 without one. */
const PROGRAM = `
import { createRequire } from 'node:module';
import { createWebAssembly } from '@wasm-dyno/engine';
const require = createRequire(process.cwd() + '/');
const executor = process.argv[1];
if (executor !== 'none') globalThis.WebAssembly = createWebAssembly({ executor });
const { Database } = await require('sql.js')();
const db = new Database();
db.run('create table t(a, b)');
db.create_function('twice', (x) => 2 * x);
for (let i = 0; i < 10; i++) db.run('insert into t values (?, ?)', [i, 'row ' + i]);
const rows = db.exec('select twice(a), upper(b) from t where a > 7 order by a desc');
const oniguruma = require('vscode-oniguruma');
await oniguruma.loadWASM({ data: require('node:fs').readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')) });
const match = new oniguruma.OnigScanner(['\\\\d{3,}']).findNextMatchSync('12 345', 0);
const fetched = await (await fetch('data:text/plain,fetched')).text();
console.log(JSON.stringify({ rows, match, fetched, paid: (WebAssembly.store?.consumedFuel ?? 0n) > 0n }));
`;

function run(executor: string): { paid: boolean } {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM, executor], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(output) as { paid: boolean };
}

describe('createWebAssembly as globalThis.WebAssembly', () => {
  it("runs packages' glue unmodified, on either executor", () => {
    const expected = run('none');
    assert.equal(expected.paid, false);
    for (const executor of ['host', 'interpreter']) {
      assert.deepEqual(run(executor), { ...expected, paid: true }, executor);
    }
  });

  it('the host executor does not find itself: every part of the API works', async () => {
    const bytes = await assemble(`(module (import "m" "f" (func $f (param f32) (result f32)))
      (memory (export "memory") 1 3) (table (export "table") 1 funcref) (global (export "global") (mut f64) (f64.const 1))
      (func (export "call") (param f32) (result f32) (call $f (local.get 0)))
      (func (export "null") (call_indirect (i32.const 0))))`);
    const host = globalThis as { WebAssembly: unknown };
    try {
      const namespace = createWebAssembly({ executor: 'host' });
      host.WebAssembly = namespace;
      const { instance } = await namespace.instantiate(bytes, { m: { f: (x: number) => x + 1 } });
      const { call, global, memory, table } = instance.exports as unknown as {
        call: (x: number) => number;
        null: () => void;
        global: { value: number };
        memory: { grow(pages: number): number };
        table: { grow(count: number): number };
      };
      assert.equal(call(1.5), 2.5);
      assert.equal(memory.grow(1), 1);
      assert.equal(table.grow(1), 1);
      global.value = NaN;
      assert.ok(Number.isNaN(global.value));
      assert.throws(instance.exports['null'] as () => void, namespace.RuntimeError);
      // One namespace in another's place, and a store made meanwhile.
      const second = createWebAssembly({ executor: 'host' });
      assert.ok(new second.Memory({ initial: 1 }).buffer.byteLength === 65_536);
      assert.throws(() => new second.Module(Uint8Array.of(1)), second.CompileError);
    } finally {
      host.WebAssembly = hostWebAssembly;
    }
  });
});
