import assert from 'node:assert/strict';

import { Engine, Func, type Instance, Linker, Memory, Store } from '@wasm-dyno/engine';

import { binary } from './whole-module.js';

const NO_VALUES = { parameters: [], results: [] };

describe('memories of the host executor', () => {
  const engine = new Engine({ executor: 'host' });
  let pages: () => number = () => 0;

  async function growing(store: Store): Promise<(count: number) => Instance[]> {
    const module = engine.compile(
      await binary(`(module (import "host" "look" (func $look)) (memory (export "m") 1)
        (func (export "call") (local $i i32)
          (local.set $i (i32.const 100))
          (loop $again (call $look) (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
        (func (export "grow") (param i32) (drop (memory.grow (local.get 0))) (i32.store8 (i32.const 65536) (i32.const 7)) (call $look)))`),
    );
    const look = Func.wrap(store, NO_VALUES, () => void pages());
    const linker = new Linker(engine).define('host', 'look', look);
    return (count) => Array.from({ length: count }, () => linker.instantiate(store, module));
  }

  it('are not walked when an embedder function is called: a hundred calls with a thousand instances look at none', async () => {
    const instances = (await growing(new Store(engine)))(1000);
    const { prototype } = WebAssembly.Memory;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'buffer')!;
    let looks = 0;
    Object.defineProperty(prototype, 'buffer', {
      ...descriptor,
      get(this: WebAssembly.Memory) {
        looks++;
        return descriptor.get!.call(this) as ArrayBuffer;
      },
    });
    try {
      instances[999]!.getFunction('call')!.call();
    } finally {
      Object.defineProperty(prototype, 'buffer', descriptor);
    }
    assert.equal(looks, 0);
  });

  it('have grown whenever they are looked at: within the call, after it, and by each view', async () => {
    const [instance] = (await growing(new Store(engine)))(1);
    const memory = instance!.getMemory('m')!;
    const seen: number[] = [];
    pages = () => seen.push(memory.pages, memory.u8[65_536]!);
    const before = memory.buffer;
    instance!.getFunction('grow')!.call(1);
    pages = () => 0;
    assert.deepEqual(seen, [2, 7]);
    assert.equal(before.byteLength, 0);
    assert.deepEqual([memory.grow(1), memory.pages, memory.byteLength], [2, 3, 3 * 65_536]);
    for (const view of [memory.u8, memory.u16, memory.i32, memory.i64, memory.view]) {
      assert.equal(view.buffer, memory.buffer);
      assert.equal(view.byteLength, 3 * 65_536);
    }
    assert.equal(memory.view.getUint8(65_536), 7);
  });

  it('made by the embedder grow the same way', () => {
    const memory = Memory.create(new Store(engine), { limits: { minimum: 1, maximum: 2 } });
    const { u8 } = memory;
    assert.deepEqual([memory.grow(1), memory.grow(1), memory.pages, u8.length], [1, -1, 2, 0]);
    assert.equal(memory.u8.length, 2 * 65_536);
  });
});
