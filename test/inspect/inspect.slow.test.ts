import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { generateRecipe } from '@wasm-dyno/corpora';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { inspectModule } from '../../harness/dist/inspect/index.js';
import { wasmDyno } from '../cli/command-line.js';

const TEXT = `(module
  (func $quick (export "q") nop)
  (func $slow (export "s") (result i32) ${'i32.const 1 drop '.repeat(300)} i32.const 2)
  (func $plain ${'nop '.repeat(40)}))`;

describe('inspecting a module', () => {
  let folder: string;
  let bytes: Uint8Array;
  let file: string;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-inspect-'));
    bytes = await parse(TEXT);
    file = path.join(folder, 'm.wasm');
    writeFileSync(file, bytes);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('tells what loading and each first call are charged: what is charged then', () => {
    const inspection = inspectModule(bytes, {});
    for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
      const engine = new Engine({ compilationMode });
      const module = engine.compile(bytes);
      const { instantiationFuel, parseFuel, translateFuel, validateFuel } = inspection;
      equal(
        module.fuelCharged,
        {
          eager: parseFuel + validateFuel + translateFuel,
          'lazy-translation': parseFuel + validateFuel,
          lazy: parseFuel,
        }[compilationMode],
      );
      const store = new Store(engine, { fuel: 1_000_000n });
      const instance = new Linker(engine).instantiate(store, module);
      equal(store.consumedFuel, instantiationFuel);
      const slow = inspection.functions.find(({ name }) => name === 'slow')!;
      const firstCall = {
        eager: 0n,
        'lazy-translation': slow.translateFuel,
        lazy: slow.validateFuel + slow.translateFuel,
      }[compilationMode];
      const s = instance.getFunction('s')!;
      s.call();
      const first = store.consumedFuel - instantiationFuel;
      s.call();
      equal(first - (store.consumedFuel - instantiationFuel - first), firstCall);
    }
  });

  it('has the dearest function first, by the names of the name section', () => {
    deepEqual(
      inspectModule(bytes, {}).functions.map(({ name }) => name),
      ['slow', 'plain', 'quick'],
    );
  });

  it('marks what counts as more than its bytes', () => {
    const hostile = generateRecipe({
      bodyBytes: 1_024,
      functions: 1,
      seed: 1,
      parts: [{ shape: 'block-parameters', intensity: 1_000, share: 1 }],
    });
    const [dearest] = inspectModule(hostile, {}).functions;
    deepEqual(dearest!.outside, ['counts-beyond-bytes']);
    ok(dearest!.countsAs.validate > 100 * dearest!.bodyBytes);
    deepEqual(
      inspectModule(bytes, {}).functions.flatMap(({ outside }) => outside),
      [],
    );
  });

  it('is a table or JSON on the command line, and one line where the file is no module', async () => {
    const table = await wasmDyno(['inspect', file, '--profile', 'none', '--top', '1']);
    equal(table.code, 0);
    match(table.stdout, /slow/);
    match(table.stdout, /and 2 functions more/);
    const json = await wasmDyno(['inspect', file, '--profile', 'none', '--json']);
    const { functions, parseFuel } = JSON.parse(json.stdout) as { functions: unknown[]; parseFuel: string };
    equal(functions.length, 3);
    equal(parseFuel, String(inspectModule(bytes, {}).parseFuel));
    writeFileSync(path.join(folder, 'broken.wasm'), bytes.subarray(0, bytes.length - 3));
    const broken = await wasmDyno(['inspect', path.join(folder, 'broken.wasm'), '--profile', 'none']);
    equal(broken.code, 1);
    equal(broken.stderr.trim().split('\n').length, 1);
    match(broken.stderr, /broken\.wasm/);
  });
});
