import assert from 'node:assert/strict';

import { Engine, Linker, Store, Trap } from '@wasm-dyno/engine';

import { binary } from './whole-module.js';

const BYTES = await binary(`(module (memory (export "m") 1 4)
  (data $d "abc")
  (func (export "load") (result i32) (i32.load8_u (i32.const 8)))
  (func (export "wide") (result i64) (i64.load (i32.const 9)))
  (func (export "store") (i32.store (i32.const 8) (i32.const 9)))
  (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 9)))
  (func (export "copy") (memory.copy (i32.const 0) (i32.const 8) (i32.const 9)))
  (func (export "init") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)))
  (func (export "grow") (drop (memory.grow (i32.const 1))))
  (func (export "size") (result i32) (memory.size)))`);

describe('a memory whose buffer was transferred away', () => {
  it('traps on every access and says why: it gives no zeros and loses no stores', () => {
    const engine = new Engine();
    for (const name of ['load', 'wide', 'store', 'fill', 'copy', 'init', 'grow']) {
      const store = new Store(engine);
      const instance = new Linker(engine).instantiate(store, engine.compile(BYTES));
      const memory = instance.getMemory('m')!;
      instance.getFunction('store')!.call();
      assert.deepEqual(instance.getFunction('load')!.call(), [9]);
      const { buffer } = memory.u8;
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
      assert.throws(
        () => instance.getFunction(name)!.call(),
        (error) => error instanceof Trap && /the memory's buffer was transferred away/.test(error.message),
        name,
      );
      assert.deepEqual(instance.getFunction('size')!.call(), [1]);
      assert.throws(() => memory.grow(1), /transferred away/);
    }
  });
});
