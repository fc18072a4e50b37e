import { deepEqual, equal, ok } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { executionKernels, KERNEL_CLASSES } from '@wasm-dyno/corpora';
import { Engine, Func, Linker, Store } from '@wasm-dyno/engine';

import { countClasses } from '../../harness/dist/execution/executed-program.js';

/** What a kernel answers, call after call. */
function answers(bytes: Uint8Array, name: string, executor: 'interpreter' | 'host'): unknown[] {
  const engine = new Engine({ executor });
  const store = new Store(engine);
  const linker = new Linker(engine);
  const module = engine.compile(bytes);
  for (const { module: from, name: imported, type } of module.imports) {
    if (type.kind !== 'function') throw new TypeError(imported);
    linker.define(
      from,
      imported,
      Func.wrap(store, type.type, () => 0),
    );
  }
  const func = linker.instantiate(store, module).getFunction(name)!;
  return [func.call(), func.call(), func.call()];
}

describe('kernels of operator classes', function () {
  this.timeout(600_000);

  it('are the same for the same seed, and others for another', () => {
    deepEqual(executionKernels(7, 1), executionKernels(7, 1));
    const [one, other] = [executionKernels(7, 1), executionKernels(8, 1)];
    ok(one.every(({ bytes }, i) => !Buffer.from(bytes).equals(other[i]!.bytes)));
  });

  it('are valid, end, and answer alike on both executors', () => {
    for (const { bytes, export: name, name: kernel } of executionKernels(3, 2)) {
      deepEqual(answers(bytes, name, 'host'), answers(bytes, name, 'interpreter'), kernel);
    }
  });

  it('each execute most of what they are named after, among several other classes', () => {
    const kernels = executionKernels(1, 1);
    equal(kernels.length, KERNEL_CLASSES.length);
    KERNEL_CLASSES.forEach((name, i) => {
      const { bytes, export: exported } = kernels[i]!;
      const counts = countClasses(bytes, exported);
      ok((counts.get(name) ?? 0) > 0, `${name}: ${JSON.stringify([...counts])}`);
      ok(counts.size >= 5, name);
    });
  });
});

describe('counts of executed classes', () => {
  it('are those of a program counted by hand', async () => {
    const bytes = await parse(`(module
      (memory 1) (table 4 funcref)
      (func $callee (param i32) (result i32) local.get 0)
      (func (export "run") (result i32) (local $i i32)
        (local.set $i (i32.const 5))
        (loop $again
          (drop (f64.div (f64.const 1) (f64.const 3)))
          (drop (call $callee (local.get $i)))
          (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 130))
        (table.fill (i32.const 0) (ref.null func) (i32.const 3))
        (i32.const 0)))`);
    deepEqual(
      Object.fromEntries([...countClasses(bytes, 'run')].sort()),
      Object.fromEntries(
        Object.entries({
          constant: 1 + 5 * 3 + 3 + 2 + 1,
          'local-read': 5 * 3,
          'local-write': 1 + 5,
          loop: 1,
          'f64-division': 5,
          call: 5,
          'i32-arithmetic': 5,
          'conditional-branch': 5,
          'memory-bulk': 1,
          'bulk-bytes': 3,
          reference: 1,
          'table-bulk': 1,
          'table-elements': 3,
        }).sort(),
      ),
    );
  });
});
