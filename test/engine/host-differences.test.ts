import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  Engine,
  type ExecutorName,
  type Func,
  type Instance,
  Linker,
  LinkError,
  Store,
  Trap,
  UnsupportedModuleError,
} from '@wasm-dyno/engine';

import { hostWebAssembly } from '../js-api/host-web-assembly.js';

const EXECUTORS = ['interpreter', 'host'] as const;

/** An instance; undefined where the host does not know what the module is made of, of which the refusal tells. */
function instanceOn(executor: ExecutorName, bytes: Uint8Array): Instance | undefined {
  const engine = new Engine({ executor });
  try {
    const module = engine.compile(bytes);
    return new Linker(engine).instantiate(new Store(engine), module);
  } catch (error) {
    if (!(error instanceof UnsupportedModuleError)) throw error;
    equal(executor, 'host');
    match(error.message, /this host cannot compile the module, use the executor "interpreter"/);
    ok(!hostWebAssembly.validate(bytes), 'the host itself takes the module');
    return undefined;
  }
}

function trapOf(step: () => unknown): string {
  try {
    step();
    return 'none';
  } catch (error) {
    ok(error instanceof Trap, String(error));
    return error.code;
  }
}

describe('where hosts differ', () => {
  for (const executor of EXECUTORS) {
    for (const address of ['i32', 'i64']) {
      it(`a null element and a mismatch are told apart, whatever words the host has: ${address} table, ${executor}`, async () => {
        const index = address === 'i32' ? '(local.get 0)' : '(i64.extend_i32_u (local.get 0))';
        const bytes = await parse(`(module (type $n (func (result i32)))
          (table $t ${address === 'i32' ? '' : 'i64'} 3 3 funcref) (elem (table $t) (${address}.const 0) func $f $g)
          (func $f (result i32) (i32.const 7)) (func $g)
          (func (export "call") (param i32) (result i32) (call_indirect $t (type $n) ${index}))
          (func (export "tail") (param i32) (result i32) (return_call_indirect $t (type $n) ${index})))`);
        const instance = instanceOn(executor, bytes);
        if (instance === undefined) return;
        for (const name of ['call', 'tail']) {
          const called: Func = instance.getFunction(name)!;
          deepEqual(called.call(0), [7]);
          equal(
            trapOf(() => called.call(1)),
            'indirect-call-type-mismatch',
            name,
          );
          equal(
            trapOf(() => called.call(2)),
            'uninitialized-element',
            name,
          );
          equal(
            trapOf(() => called.call(3)),
            'undefined-element',
            name,
          );
          equal(
            trapOf(() => called.call(-1)),
            'undefined-element',
            name,
          );
        }
      });
    }

    it(`a memory with 64-bit addresses grows, from inside and from outside: ${executor}`, async () => {
      const bytes = await parse(`(module (memory (export "memory") i64 1 4)
        (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))`);
      const instance = instanceOn(executor, bytes);
      if (instance === undefined) return;
      const memory = instance.getMemory('memory')!;
      deepEqual(instance.getFunction('grow')!.call(1n), [1n]);
      equal(memory.grow(2), 2);
      equal(memory.grow(1), -1);
      equal(memory.buffer.byteLength, 4 * 65_536);
    });

    it(`a module that declares more than a host compiles is loaded, and refused where it would be made: ${executor}`, async () => {
      const refused = (text: string) => async (): Promise<void> => {
        const bytes = await parse(text);
        throws(() => {
          if (instanceOn(executor, bytes) === undefined)
            throw new LinkError('this host has not even the type');
        }, LinkError);
      };
      await refused('(module (table 0xffff_ffff funcref))')();
      await refused('(module (table i64 0xffff_ffff_ffff_ffff funcref))')();
      await refused('(module (memory i64 0x1_0000_0000_0000))')();
      await refused('(module (import "m" "t" (table 0xffff_ffff externref)) (func (import "m" "f")))')();
      const bytes = await parse(`(module (memory i64 0 0x1_0000_0000_0000) (table 0 0xffff_ffff funcref)
        (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))`);
      const instance = instanceOn(executor, bytes);
      if (instance !== undefined) deepEqual(instance.getFunction('grow')!.call(1n), [0n]);
    });

    it(`a table larger than a host can make is refused, though the store would allow it: ${executor}`, async () => {
      const engine = new Engine({ executor, limits: { maximumTableElements: 10_000_000 } });
      const module = engine.compile(await parse('(module (table 10_000_001 funcref))'));
      throws(() => new Linker(engine).instantiate(new Store(engine), module), LinkError);
    });
  }

  it('says so where the host has no WebAssembly when the engine is loaded', async () => {
    const host = globalThis as { WebAssembly?: unknown };
    const { WebAssembly } = host;
    const bundle = new URL('../../engine/dist/bundle.js?without-webassembly', import.meta.url).href;
    try {
      delete host.WebAssembly;
      // The bundle's exports have names of its own; the class keeps the one it was given.
      const values = Object.values((await import(bundle)) as object) as { name?: unknown }[];
      const Fresh = values.find((value) => value?.name === 'Engine') as typeof Engine;
      throws(() => new Fresh({ executor: 'host' }), /no WebAssembly.*executor "interpreter"/);
      equal(new Fresh().executor, 'interpreter');
    } finally {
      host.WebAssembly = WebAssembly;
    }
  });

  it('the host executor goes on with the namespace that was there when the engine was loaded', async () => {
    const host = globalThis as { WebAssembly?: unknown };
    const { WebAssembly } = host;
    const bytes = await parse('(module (func (export "f") (result i32) (i32.const 5)))');
    try {
      for (const other of [undefined, {}, { Module: 1 }]) {
        host.WebAssembly = other;
        deepEqual(instanceOn('host', bytes)!.getFunction('f')!.call(), [5]);
      }
    } finally {
      host.WebAssembly = WebAssembly;
    }
  });
});
