import assert from 'node:assert/strict';

import {
  createWebAssembly,
  Engine,
  OutOfFuelError,
  Store,
  Trap,
  type WebAssemblyNamespace,
} from '@wasm-dyno/engine';

import { assemble, assembleProgram } from '../programs/compile.js';

type Functions = Record<string, (...values: unknown[]) => unknown>;

async function instantiate(
  WebAssembly: WebAssemblyNamespace,
  text: string,
  imports = {},
): Promise<Functions> {
  const { instance } = await WebAssembly.instantiate(await assemble(text), imports);
  return instance.exports as unknown as Functions;
}

describe('what createWebAssembly adds to the standard', () => {
  it('charges loading and running to the fuel of its store', async () => {
    const bytes = await assembleProgram('fibonacci');
    const WebAssembly = createWebAssembly({ fuel: 1_000_000 });
    const module = new WebAssembly.Module(bytes);
    const loading = WebAssembly.store.consumedFuel;
    assert.ok(loading > 0n);
    const { exports } = new WebAssembly.Instance(module);
    assert.equal((exports as unknown as Functions)['recursive']!(10), 55n);
    assert.ok(WebAssembly.store.consumedFuel > loading);
    assert.equal(WebAssembly.store.fuel + WebAssembly.store.consumedFuel, 1_000_000n);
  });

  it('tells running out of fuel apart, and lets the very call go on', async () => {
    const bytes = await assembleProgram('fibonacci');
    const WebAssembly = createWebAssembly();
    const { instance } = await WebAssembly.instantiate(bytes);
    WebAssembly.store.fuel = 500n;
    const recursive = (instance.exports as unknown as Functions)['recursive']!;
    let cause: unknown;
    assert.throws(
      () => recursive(15),
      (error: Error) => {
        ({ cause } = error);
        return error instanceof WebAssembly.RuntimeError && /requires \d+ fuel/.test(error.message);
      },
    );
    assert.ok(cause instanceof OutOfFuelError);
    WebAssembly.store.addFuel(10_000_000n);
    assert.deepEqual(cause.suspendedCall!.resume(), { state: 'finished', results: [610n] });
  });

  it('refuses to load what the fuel does not cover', async () => {
    const WebAssembly = createWebAssembly({ fuel: 10 });
    const bytes = await assembleProgram('fibonacci');
    assert.throws(
      () => new WebAssembly.Module(bytes),
      (error: Error) => error instanceof WebAssembly.RuntimeError && error.cause instanceof OutOfFuelError,
    );
    assert.equal(WebAssembly.store.consumedFuel, 0n);
  });

  it('gives traps their codes', async () => {
    const WebAssembly = createWebAssembly();
    const exports = await instantiate(
      WebAssembly,
      '(module (func (export "f") unreachable) (func $deep (export "deep") (call $deep)))',
    );
    const code = (name: string): string => {
      try {
        exports[name]!();
      } catch (error) {
        assert.ok(error instanceof WebAssembly.RuntimeError);
        return ((error as Error).cause as Trap).code;
      }
      return 'none';
    };
    assert.equal(code('f'), 'unreachable');
    assert.equal(code('deep'), 'stack-exhausted');
  });

  it('ends host and WebAssembly calling each other without end, as exhaustion', async () => {
    const WebAssembly = createWebAssembly();
    const exports = await instantiate(
      WebAssembly,
      `(module (import "host" "again" (func $again (param i32) (result i32)))
        (func (export "f") (param i32) (result i32)
          (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $again (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))`,
      { host: { again: (n: number) => exports['f']!(n) } },
    );
    assert.equal(exports['f']!(50), 50);
    assert.throws(() => exports['f']!(1_000_000), WebAssembly.RuntimeError);
    assert.equal(exports['f']!(50), 50);
  });

  it('compiles lazily where told, with CompileErrors on the call', () => {
    // A body that leaves a value too many, which only validating the body finds.
    const bytes = Uint8Array.of(
      ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
      ...[10, 6, 1, 4, 0, 0x41, 0, 0x0b],
    );
    assert.throws(() => new (createWebAssembly().Module)(bytes), { name: 'CompileError' });
    const lazy = createWebAssembly({ compilationMode: 'lazy' });
    const { exports } = new lazy.Instance(new lazy.Module(bytes));
    assert.throws(() => (exports as unknown as Functions)['f']!(), lazy.CompileError);
  });

  it('lives in a given store', async () => {
    const store = new Store(new Engine({ compilationMode: 'eager' }), { fuel: 15000 });
    const WebAssembly = createWebAssembly({ store });
    assert.equal(WebAssembly.store, store);
    assert.equal(WebAssembly.engine, store.engine);
    await instantiate(WebAssembly, '(module (func (export "f")))');
    assert.ok(store.consumedFuel > 0n);
    assert.throws(() => createWebAssembly({ store, fuel: 3 }), /excludes other options: fuel/);
  });

  it('keeps namespaces apart', async () => {
    const [a, b] = [createWebAssembly(), createWebAssembly()];
    const bytes = await assemble('(module (import "m" "memory" (memory 1)))');
    const memory = new a.Memory({ initial: 1 });
    assert.ok(new a.Instance(new a.Module(bytes), { m: { memory } }));
    assert.throws(() => new b.Instance(new b.Module(bytes), { m: { memory } }), b.LinkError);
    assert.throws(() => new b.Instance(new a.Module(bytes), { m: { memory } }), TypeError);
    assert.ok(!(memory instanceof b.Memory));
    assert.ok(!(new a.LinkError('x') instanceof b.LinkError));
  });

  it('never lets names of a module reach prototypes', async () => {
    const WebAssembly = createWebAssembly();
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
    for (const name of names) {
      const own = await assemble(`(module (import "m" "${name}" (func)))`);
      assert.throws(
        () => new WebAssembly.Instance(new WebAssembly.Module(own), { m: {} }),
        WebAssembly.LinkError,
        name,
      );
      class Inheriting {}
      assert.throws(
        () => new WebAssembly.Instance(new WebAssembly.Module(own), { m: new Inheriting() }),
        WebAssembly.LinkError,
        name,
      );
      assert.throws(
        () => new WebAssembly.Instance(new WebAssembly.Module(own), { m: () => undefined }),
        WebAssembly.LinkError,
        name,
      );
      const outer = await assemble(`(module (import "${name}" "constructor" (func)))`);
      assert.throws(() => new WebAssembly.Instance(new WebAssembly.Module(outer), {}), name);
      // The host's own property of that name counts.
      const given = Object.defineProperty({}, name, { value: () => undefined, enumerable: true });
      assert.ok(new WebAssembly.Instance(new WebAssembly.Module(own), { m: given }));
    }
    const exporting = names.map((name) => `(func (export "${name}"))`).join('');
    const exports = await instantiate(WebAssembly, `(module ${exporting})`);
    assert.deepEqual(Object.keys(exports).sort(), [...names].sort());
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal(Object.getPrototypeOf(exports), null);
    assert.throws(() => {
      exports['x'] = () => 1;
    }, TypeError);
  });

  it('finds imports that a class or a proxy provides', async () => {
    const WebAssembly = createWebAssembly();
    class Host {
      answer(): number {
        return 42;
      }
    }
    const text =
      '(module (import "m" "answer" (func $f (result i32))) (func (export "f") (result i32) (call $f)))';
    assert.equal((await instantiate(WebAssembly, text, { m: new Host() }))['f']!(), 42);
    const proxy = new Proxy({}, { get: (_target, name) => () => String(name).length });
    assert.equal((await instantiate(WebAssembly, text, { m: proxy }))['f']!(), 6);
    const constructor = text.replace('"answer"', '"constructor"');
    assert.equal((await instantiate(WebAssembly, constructor, { m: proxy }))['f']!(), 11);
  });

  it('respects the limits it was given', async () => {
    const WebAssembly = createWebAssembly({
      limits: { maximumMemoryBytes: 131_072, maximumTableElements: 10, maximumCallDepth: 50 },
    });
    assert.throws(() => new WebAssembly.Memory({ initial: 3 }), RangeError);
    const memory = new WebAssembly.Memory({ initial: 1 });
    memory.grow(1);
    assert.throws(() => memory.grow(1), RangeError);
    const table = new WebAssembly.Table({ element: 'externref', initial: 10 });
    assert.throws(() => table.grow(1), RangeError);
    assert.throws(() => new WebAssembly.Table({ element: 'externref', initial: 11 }), RangeError);
    const exports = await instantiate(
      WebAssembly,
      `(module (memory 1) (func (export "grow") (result i32) (memory.grow (i32.const 2)))
        (func $down (export "down") (param i32) (result i32)
          (if (result i32) (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 7)))))`,
    );
    assert.equal(exports['grow']!(), -1);
    assert.equal(exports['down']!(40), 7);
    assert.throws(() => exports['down']!(60), WebAssembly.RuntimeError);
  });

  it('has memories and tables of 64-bit addresses, sized by bigints', () => {
    const WebAssembly = createWebAssembly();
    const memory = new WebAssembly.Memory({ initial: 1n, maximum: 3n, address: 'i64' });
    assert.equal(memory.grow(1n), 1n);
    assert.throws(() => memory.grow(1), TypeError);
    assert.deepEqual(memory.type(), { minimum: 2n, maximum: 3n, shared: false, address: 'i64' });
    const table = new WebAssembly.Table({ element: 'externref', initial: 2n, address: 'i64' });
    table.set(1n, 'x');
    assert.deepEqual([table.length, table.get(1n), table.grow(1n)], [2n, 'x', 2n]);
  });

  it('takes a DataView for bytes, and types by reflection', async () => {
    const WebAssembly = createWebAssembly();
    const bytes = await assemble(
      '(module (global (export "g") (mut i64) (i64.const 1)) (table (export "t") 1 2 funcref))',
    );
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(view));
    assert.deepEqual((exports['g'] as unknown as { type(): object }).type(), { value: 'i64', mutable: true });
    assert.deepEqual((exports['t'] as unknown as { type(): object }).type(), {
      element: 'anyfunc',
      minimum: 1,
      maximum: 2,
      address: 'i32',
    });
    assert.throws(() => new WebAssembly.Tag({ parameters: [] }), /not supported/);
  });

  it('takes descriptors from reflection again', () => {
    const { Global, Table } = createWebAssembly();
    const table = new Table({ element: 'anyfunc', initial: 1, maximum: 3 });
    const { minimum, ...rest } = table.type();
    assert.deepEqual(new Table({ ...rest, initial: minimum } as never).type(), table.type());
    const global = new Global({ value: 'anyfunc', mutable: true });
    assert.deepEqual(new Global(global.type() as never).type(), { value: 'anyfunc', mutable: true });
  });

  it('shows no source of exported functions', async () => {
    const bytes = await assemble('(module (func (export "f") (param i32)))');
    for (const executor of ['interpreter', 'host'] as const) {
      const WebAssembly = createWebAssembly({ executor });
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
      assert.match(String(f), /^function \w*\(\) \{ \[native code\] \}$/);
      assert.deepEqual([(f as () => void).name, (f as () => void).length], ['0', 1]);
      assert.throws(() => Reflect.construct(Object, [], f as never), TypeError);
    }
  });

  it('takes bytes where a view has them, whatever its class says of them', async () => {
    const bytes = await assemble('(module (func (export "f")))');
    class Lying extends Uint8Array {
      override get buffer(): never {
        return new ArrayBuffer(8) as never;
      }
      override get byteOffset(): number {
        return 3;
      }
      override get byteLength(): number {
        return 1;
      }
      override get length(): number {
        return 2 ** 30;
      }
    }
    const lying = new Lying(bytes);
    const WebAssembly = createWebAssembly();
    assert.equal(WebAssembly.validate(lying as never), true);
    assert.equal(WebAssembly.Module.exports(new WebAssembly.Module(lying as never)).length, 1);
    assert.equal(new Engine().compile(lying).exports.length, 1);
    assert.equal(new Engine().validate(lying), true);
    const view = new DataView(bytes.slice().buffer);
    Object.defineProperty(view, 'byteLength', { value: 2 });
    assert.equal(WebAssembly.validate(view), true);
  });

  it('streams from a response', async () => {
    const WebAssembly = createWebAssembly();
    const bytes = await assemble('(module (func (export "f") (result i32) (i32.const 3)))');
    const response = (type: string, status = 200) =>
      new Response(bytes, { status, headers: { 'Content-Type': type } });
    const { instance } = await WebAssembly.instantiateStreaming(
      Promise.resolve(response('application/wasm')),
    );
    assert.equal((instance.exports as unknown as Functions)['f']!(), 3);
    assert.ok(
      (await WebAssembly.compileStreaming(response('application/wasm'))) instanceof WebAssembly.Module,
    );
    await assert.rejects(WebAssembly.compileStreaming(response('text/html')), TypeError);
    await assert.rejects(WebAssembly.compileStreaming(response('application/wasm', 404)), TypeError);
  });
});
