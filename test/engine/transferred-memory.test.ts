import assert from 'node:assert/strict';

import { Engine, Linker, Memory, Store, Trap } from '@wasm-dyno/engine';
import { loopName, useLoop } from '@wasm-dyno/engine/phases';

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
  const loop = loopName();
  afterEach(() => useLoop(loop));

  it('traps on every access and says why: it gives no zeros and loses no stores', () => {
    const engine = new Engine();
    // The loop in WebAssembly has it in a memory of the host's once it has run, which cannot be transferred.
    useLoop('javascript');
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

  it('traps too when it went before the first call, with either loop', () => {
    const engine = new Engine();
    for (const name of [loop, 'javascript'] as const) {
      useLoop(name);
      const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(BYTES));
      const { buffer } = instance.getMemory('m')!.u8;
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
      for (const call of ['load', 'store', 'grow'])
        assert.throws(() => instance.getFunction(call)!.call(), /transferred away/, `${name} ${call}`);
      assert.deepEqual(instance.getFunction('size')!.call(), [1]);
    }
  });

  it('does so whichever way it went, with pages of one byte too, and when it was empty', async () => {
    const engine = new Engine({ features: { customPageSizes: true } });
    const { port1 } = new MessageChannel();
    const ways: Record<string, (buffer: ArrayBuffer) => void> = {
      clone: (buffer) => structuredClone(buffer, { transfer: [buffer] }),
      message: (buffer) => port1.postMessage(buffer, [buffer]),
      transfer: (buffer) => {
        const { transfer } = buffer as unknown as { transfer?(this: ArrayBuffer): ArrayBuffer };
        // Node 20 has it not.
        if (transfer === undefined) structuredClone(buffer, { transfer: [buffer] });
        else transfer.call(buffer);
      },
    };
    const parts = await binary(`(module (memory (export "m") 16 64 (pagesize 1))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`);
    for (const [name, transfer] of Object.entries(ways)) {
      const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(parts));
      const memory = instance.getMemory('m')!;
      assert.deepEqual(instance.getFunction('load')!.call(15), [0]);
      transfer(memory.buffer);
      for (const call of ['load', 'grow'])
        assert.throws(() => instance.getFunction(call)!.call(1), /transferred away/, name);
      assert.equal(memory.pages, 16);

      const empty = Memory.create(new Store(engine), { limits: { minimum: 0 }, pageSizeLog2: 0 });
      transfer(empty.buffer);
      assert.equal(empty.grow(3), 0, name);
      assert.deepEqual([...new Uint8Array(empty.buffer)], [0, 0, 0]);
    }
    port1.close();
  });

  it('is not one that the host grows where it lies: that cannot be transferred', () => {
    const engine = new Engine();
    const { port1 } = new MessageChannel();
    const memory = Memory.create(new Store(engine), { limits: { minimum: 1, maximum: 2 } });
    const { buffer } = memory;
    // Node 20 copies the bytes, later versions refuse.
    for (const transfer of [structuredClone, port1.postMessage.bind(port1)]) {
      try {
        (transfer as typeof structuredClone)(buffer, { transfer: [buffer] });
      } catch (error) {
        assert.match(String(error), /Cannot transfer object/);
      }
    }
    assert.equal(memory.buffer, buffer);
    assert.equal(buffer.byteLength, 65_536);
    assert.deepEqual([memory.grow(1), buffer.byteLength, memory.buffer.byteLength], [1, 0, 131_072]);
    port1.close();
  });
});
