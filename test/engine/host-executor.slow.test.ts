import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  Engine,
  type EngineConfig,
  ExecutorError,
  Func,
  functionType,
  Global,
  injectFuel,
  type Instance,
  Linker,
  LinkError,
  OutOfFuelError,
  Store,
  Trap,
  UnsupportedModuleError,
  ValidationError,
  ValueType,
} from '@wasm-dyno/engine';
import { unsigned } from '../encoded-integers.js';

const HOST_ERROR = new RangeError('of the host');

/** `host.fail(1)` throws. */
function fail(value: unknown): void {
  if (value === 1) throw HOST_ERROR;
}

/** What the modules here import. */
function linkerOf(store: Store): Linker {
  const type = functionType([ValueType.I32], []);
  return new Linker(store.engine).define(
    'host',
    'fail',
    Func.wrap(store, type, (_caller, value) => fail(value)),
  );
}

function call(instance: Instance, name: string, ...values: readonly unknown[]): unknown[] {
  return instance.getFunction(name)!.call(...values);
}

/** A module on both executors. */
class Pair {
  readonly store: Store;
  readonly instance: Instance;
  readonly hostStore: Store;
  readonly hostInstance: Instance;

  constructor(bytes: Uint8Array, config: EngineConfig = {}) {
    const [own, host] = (['interpreter', 'host'] as const).map((executor) => {
      const engine = new Engine({ ...config, executor });
      const store = new Store(engine);
      return { store, instance: linkerOf(store).instantiate(store, engine.compile(bytes)) };
    });
    this.store = own!.store;
    this.instance = own!.instance;
    this.hostStore = host!.store;
    this.hostInstance = host!.instance;
  }

  /** Calls on both, with this much fuel, and compares everything; returns how the call ended. */
  call(name: string, values: readonly unknown[] = [], fuel = 1_000_000_000n): unknown[] {
    this.store.fuel = this.hostStore.fuel = fuel;
    const interpreted = ending(() => call(this.instance, name, ...values));
    const injected = ending(() => call(this.hostInstance, name, ...values));
    deepEqual(
      [...injected, this.hostStore.fuel],
      [...interpreted, this.store.fuel],
      `${name}(${values.map(String).join()})`,
    );
    return interpreted;
  }
}

function ending(run: () => unknown[]): unknown[] {
  try {
    return ['results', ...run()];
  } catch (error) {
    if (error instanceof OutOfFuelError) return ['out-of-fuel', error.requiredFuel, error.remainingFuel];
    return error instanceof Trap ? ['trap', error.code, error.message] : ['error', error];
  }
}

const EVERYTHING = `(module
  (import "host" "fail" (func $fail (param i32)))
  (type $void (func)) (type $number (func (result i32)))
  (table $t 4 10 funcref) (elem (i32.const 0) $nothing $three)
  (table $externs 1 2000 externref) (elem $passive func $nothing $three $three)
  (memory 1 3) (data $bytes "0123456789") (global $g (export "g") (mut i32) (i32.const 7))
  (func $nothing) (func $three (result i32) i32.const 3)
  (func (export "indirect") (param i32) (call_indirect (type $void) (local.get 0)))
  (func (export "tail") (param i32) (return_call_indirect (type $void) (local.get 0)))
  (func (export "table.get") (param i32) (drop (table.get $t (local.get 0))))
  (func (export "table.set") (param i32) (table.set $t (local.get 0) (ref.func $three)))
  (func (export "table.fill") (param i32 i32) (table.fill $externs (local.get 0) (ref.null extern) (local.get 1)))
  (func (export "table.grow") (param i32) (result i32) (table.grow $externs (ref.null extern) (local.get 0)))
  (func (export "table.init") (param i32 i32 i32) (table.init $t $passive (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "elem.drop") (elem.drop $passive))
  (func (export "i32.trunc_f32_s") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (export "i32.trunc_f64_u") (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (export "i64.trunc_f32_u") (param f32) (result i64) (i64.trunc_f32_u (local.get 0)))
  (func (export "i64.trunc_f64_s") (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "remainder") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32) (i32.store8 (local.get 0) (i32.const 9)))
  (func (export "memory.fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "memory.copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.init") (param i32 i32 i32) (memory.init $bytes (local.get 0) (local.get 1) (local.get 2)))
  (func (export "data.drop") (data.drop $bytes))
  (func (export "memory.grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "host") (param i32) (call $fail (local.get 0)))
  (func (export "unreachable") unreachable)
  (func (export "two") (param i32) (result i32 i64) (local.get 0) (i64.const -5))
  (func $sum (export "sum") (param i32) (result i32) (local i32 v128 v128 v128)
    (loop $again
      (block $odd
        (br_if $odd (i32.and (local.get 0) (i32.const 1)))
        (local.set 1 (i32.add (local.get 1) (i32.load (i32.const 0)))))
      (if (i32.gt_u (local.get 0) (i32.const 5)) (then (global.set $g (local.get 1))) (else (call $nothing)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (global.get $g)))`;

describe('host executor', () => {
  let bytes: Uint8Array;
  before(async () => {
    bytes = await parse(EVERYTHING);
  });

  it('gives the results, traps and fuel of the interpreter', () => {
    const pair = new Pair(bytes);
    const ends = [
      ['indirect', 0],
      ['indirect', 1],
      ['indirect', 2],
      ['indirect', 4],
      ['tail', 0],
      ['tail', 1],
      ['tail', 3],
      ['tail', -1],
      ['table.get', 3],
      ['table.get', 4],
      ['table.set', 2],
      ['table.set', 4],
      ['indirect', 2],
      ['table.fill', 1, 0],
      ['table.fill', 2, 0],
      ['table.fill', 0, 2],
      ['table.grow', 16],
      ['table.grow', 2_000],
      ['table.grow', -1],
      ['table.fill', 1, 16],
      ['table.fill', 1, 17],
      ['table.init', 0, 1, 2],
      ['table.init', 3, 1, 2],
      ['table.init', 0, 2, 2],
      ['table.init', 0, 2, -1],
      ['table.init', 0, 3, 0],
      ['table.copy', 1, 0, 3],
      ['table.copy', 1, 0, 4],
      ['table.copy', 0, 4, 1],
      ['elem.drop'],
      ['table.init', 0, 0, 0],
      ['table.init', 0, 0, 1],
      ['i32.trunc_f32_s', -2.5],
      ['i32.trunc_f32_s', NaN],
      ['i32.trunc_f32_s', 3e9],
      ['i32.trunc_f64_u', 3e9],
      ['i32.trunc_f64_u', -1],
      ['i32.trunc_f64_u', NaN],
      ['i64.trunc_f32_u', 1e10],
      ['i64.trunc_f32_u', NaN],
      ['i64.trunc_f64_s', -1e10],
      ['i64.trunc_f64_s', Infinity],
      ['divide', 7, -2],
      ['divide', 7, 0],
      ['divide', -2_147_483_648, -1],
      ['remainder', 7n, 4n],
      ['remainder', 7n, 0n],
      ['load', 65_532],
      ['load', 65_533],
      ['store', -1],
      ['memory.fill', 0, 63],
      ['memory.fill', 0, 64],
      ['memory.fill', 65_536, 0],
      ['memory.fill', 65_537, 0],
      ['memory.fill', 1, -1],
      ['memory.copy', 100, 0, 1_000],
      ['memory.copy', 65_000, 0, 1_000],
      ['memory.copy', 0, 65_000, 1_000],
      ['memory.init', 0, 2, 8],
      ['memory.init', 0, 2, 9],
      ['memory.init', 0, 2, -1],
      ['memory.init', 65_535, 0, 2],
      ['memory.init', 65_536, 10, 0],
      ['data.drop'],
      ['memory.init', 0, 0, 0],
      ['memory.init', 0, 0, 1],
      ['memory.grow', 0],
      ['memory.grow', 1],
      ['memory.grow', 2],
      ['memory.grow', -1],
      ['load', 65_533],
      ['host', 0],
      ['host', 1],
      ['unreachable'],
      ['two', 3],
      ['sum', 20],
    ].map(([name, ...values]) => pair.call(name as string, values)[0]);
    deepEqual([...new Set(ends)].sort(), ['error', 'results', 'trap']);
  });

  it('runs out of fuel where the interpreter does, with the same charged and the same done', () => {
    for (const [name, values, isRepeatable] of [
      ['sum', [9], true],
      ['indirect', [0], true],
      ['memory.fill', [0, 640], true],
      ['table.copy', [0, 0, 4], true],
      ['memory.grow', [1], false],
      ['table.grow', [100], false],
    ] as const) {
      // Fuel for compiling included: the first calls stop before their functions are paid for.
      const config = { fuelCosts: { translateMultiplier: 1 } };
      const whole = new Pair(bytes, config);
      whole.call(name, values);
      const total = whole.store.consumedFuel;
      let pair = new Pair(bytes, config);
      let stops = 0;
      for (let fuel = 0n; fuel <= total; fuel += isRepeatable ? 1n : 9n) {
        if (!isRepeatable) pair = new Pair(bytes, config);
        const [end] = pair.call(name, values, fuel);
        if (end === 'out-of-fuel') stops++;
        pair.call('load', [0], 10_000n);
        equal(call(pair.hostInstance, 'memory.grow', 0)[0], call(pair.instance, 'memory.grow', 0)[0]);
      }
      ok(stops > 1, `${name} stopped ${stops} times`);
    }
  });

  it('charges compiling once per store, or once per module where that is shared', () => {
    for (const shareCompilation of [false, true]) {
      const engine = new Engine({ executor: 'host', shareCompilation });
      const module = engine.compile(bytes);
      const costs = [new Store(engine), new Store(engine)].map((store) => {
        const [first, second] = [1, 2].map(() => linkerOf(store).instantiate(store, module));
        return [first!, second!, first!].map((instance) => {
          const before = store.consumedFuel;
          call(instance, 'load', 0);
          return store.consumedFuel - before;
        });
      });
      const compilation = engine.phaseFuel('translate', module.bodyBytes(17), module.bodyBytes(17));
      const [own, other] = costs as [bigint[], bigint[]];
      deepEqual(own, [2n + compilation, 2n, 2n]);
      deepEqual(other, shareCompilation ? [2n, 2n, 2n] : own);
    }
  });

  it('charges nothing for compiling where it is told so', () => {
    const engine = new Engine({ executor: 'host', compilationMode: 'eager' });
    const module = engine.compile(bytes);
    const store = new Store(engine, { fuel: module.instantiationFuel });
    const instance = linkerOf(store).instantiate(store, module);
    store.addFuel(1_000n);
    call(instance, 'load', 0);
    deepEqual([store.fuel, store.consumedFuel], [998n, module.instantiationFuel + 2n]);
    store.addFuel(5);
    deepEqual([store.fuel, store.consumedFuel], [1_003n, module.instantiationFuel + 2n]);
  });

  it('meters linked instances from one tank, and tells their tables apart', async () => {
    const [own, host] = (['interpreter', 'host'] as const).map((executor) => {
      const engine = new Engine({ executor, fuelCosts: { translateMultiplier: 1 } });
      return { store: new Store(engine), linker: new Linker(engine) };
    });
    const { store } = own!;
    const hostStore = host!.store;
    const add = async (name: string, text: string) => {
      const binary = await parse(text);
      const [instance, injected] = [own!, host!].map(({ store: one, linker }) => {
        const made = linker.instantiate(one, one.engine.compile(binary));
        linker.defineInstance(name, made);
        return made;
      });
      return { instance: instance!, injected: injected! };
    };
    await add(
      'a',
      `(module (table (export "t") 3 funcref) (elem (i32.const 0) $f) (type $v (func)) (type $n (func (result i32)))
        (func $f (result i32) (i32.const 4))
        (func (export "through") (param i32) (result i32) (call_indirect (type $n) (local.get 0))))`,
    );
    const last = await add(
      'b',
      `(module (import "a" "through" (func $through (param i32) (result i32))) (import "a" "t" (table $t 3 funcref))
        (table $own 2 funcref) (elem (table $own) (i32.const 1) func $g) (elem (table $t) (i32.const 1) func $g)
        (type $v (func)) (global $g (export "g") (mut i32) (i32.const 3))
        (func $g (global.set $g (i32.const 8)))
        (func (export "through a") (param i32) (result i32) (call $through (local.get 0)))
        (func (export "own") (param i32) (call_indirect $own (type $v) (local.get 0)))
        (func (export "theirs") (param i32) (call_indirect $t (type $v) (local.get 0))))`,
    );
    for (const [name, element, end] of [
      ['through a', 0, 'results'],
      ['through a', 1, 'indirect-call-type-mismatch'],
      ['through a', 2, 'uninitialized-element'],
      ['own', 0, 'uninitialized-element'],
      ['own', 1, 'results'],
      ['own', 2, 'undefined-element'],
      ['theirs', 0, 'indirect-call-type-mismatch'],
      ['theirs', 1, 'results'],
      ['theirs', 2, 'uninitialized-element'],
    ] as const) {
      store.fuel = hostStore.fuel = 1_000n;
      const interpreted = ending(() => last.instance.getFunction(name)!.call(element));
      const injected = ending(() => call(last.injected, name, element));
      deepEqual([...injected, hostStore.fuel], [...interpreted, store.fuel], `${name} ${element}`);
      ok(interpreted.includes(end), `${name} ${element}: ${interpreted.join()}`);
    }
    deepEqual(last.injected.getGlobal('g')!.value, 8, 'an exported global behind those that were added');
  });

  it('runs start functions last, metered', async () => {
    const text = (body: string) =>
      `(module (table 1 funcref) (type $v (func)) (func $s ${body}) (start $s) (memory 0))`;
    const engine = new Engine({ executor: 'host', compilationMode: 'eager' });
    const run = async (body: string) => {
      const store = new Store(engine, { fuel: 100_000n });
      const module = engine.compile(await parse(text(body)));
      const outcome = ending(() => {
        new Linker(engine).instantiate(store, module);
        return [];
      });
      return [...outcome, store.consumedFuel - module.instantiationFuel];
    };
    deepEqual(await run('(drop (i32.const 1))'), ['results', 1n]);
    deepEqual((await run('(call_indirect (type $v) (i32.const 0))')).slice(1), [
      'uninitialized-element',
      'uninitialized element',
      2n,
    ]);
  });

  it('maps traps of active segments', async () => {
    for (const [field, code] of [
      ['(memory 1) (data (i32.const 65536) "x")', 'memory-out-of-bounds'],
      ['(table 1 funcref) (func $f) (elem (i32.const 1) $f)', 'table-out-of-bounds'],
    ] as const) {
      const engine = new Engine({ executor: 'host' });
      const module = engine.compile(await parse(`(module ${field})`));
      const [, found] = ending(() => {
        new Linker(engine).instantiate(new Store(engine), module);
        return [];
      });
      equal(found, code);
    }
  });

  it('ends deep recursion in a trap', async () => {
    const pair = new Pair(
      await parse('(module (func $deep (export "deep") (param i32) (call $deep (local.get 0))))'),
    );
    throws(() => call(pair.hostInstance, 'deep', 1), { code: 'stack-exhausted' });
    throws(() => call(pair.instance, 'deep', 1), { code: 'stack-exhausted' });
  });

  it('keeps the host’s own error as the cause, and passes errors of embedder functions on as they are', () => {
    const pair = new Pair(bytes);
    const trap = (() => {
      try {
        call(pair.hostInstance, 'unreachable');
      } catch (error) {
        return error as Error;
      }
    })();
    match((trap?.cause as Error).stack!, /wasm/);
    throws(
      () => call(pair.hostInstance, 'host', 1),
      (error) => error === HOST_ERROR,
    );
  });

  it('accounts in functions that have no local or no byte to spare', () => {
    for (const [locals, statements] of [
      [49_999, 3],
      [50_000, 3],
      [2, 500_000],
    ] as const) {
      // i32.const 1, drop, block, br_if 0, end: short blocks, so that charges outweigh them.
      const piece = [0x02, 0x40, 0x41, 0x01, 0x0d, 0x00, 0x0b];
      const body = [1, ...unsigned(locals), 0x7f];
      const code = new Uint8Array(body.length + piece.length * statements + 1);
      code.set(body);
      for (let index = 0; index < statements; index++) code.set(piece, body.length + index * piece.length);
      code[code.length - 1] = 0x0b;
      const content = [1, ...unsigned(code.length)];
      const head = [
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
        ...[10, ...unsigned(content.length + code.length), ...content],
      ];
      const module = new Uint8Array(head.length + code.length);
      module.set(head);
      module.set(code, head.length);
      // More locals than the host executor's stack takes unless told.
      const pair = new Pair(module, { limits: { maximumStackSlots: 60_000 } });
      const fuel = pair.call('f');
      deepEqual(fuel, ['results']);
      for (const part of [0n, 1n, 2n, 5n, 6_250n, 6_251n, 6_252n, 100_000n]) pair.call('f', [], part);
    }
  });

  it('does not confuse its imports and exports with the module’s', async () => {
    const engine = new Engine({ executor: 'host' });
    const module = engine.compile(
      await parse(`(module (import "wasm-dyno" "fuel" (global $theirs i64)) (import "wasm-dyno'" "f" (func))
        (table 1 funcref) (export "wasm-dyno:table0" (table 0)) (global $own i64 (i64.const 9))
        (func (export "sum") (result i64) (i64.add (global.get $theirs) (global.get $own))))`),
    );
    const store = new Store(engine);
    const instance = new Linker(engine)
      .define('wasm-dyno', 'fuel', Global.create(store, { value: ValueType.I64, mutable: false }, 5n))
      .define(
        "wasm-dyno'",
        'f',
        Func.wrap(store, functionType([], []), () => undefined),
      )
      .instantiate(store, module);
    deepEqual(call(instance, 'sum'), [14n]);
    deepEqual([...instance.exports.keys()], ['wasm-dyno:table0', 'sum']);
  });

  it('leaves a module without work as it is', async () => {
    const engine = new Engine({ executor: 'host', compilationMode: 'eager' });
    const module = engine.compile(await parse('(module (func (export "f") (param i32) nop))'));
    const store = new Store(engine, { fuel: module.instantiationFuel });
    deepEqual(call(new Linker(engine).instantiate(store, module), 'f', 1), []);
    equal(store.fuel, 0n);
  });

  it('makes valid modules of features that this host may lack', async () => {
    const engine = new Engine({ features: { wideArithmetic: true } });
    const module = engine.compile(
      await parse(`(module (memory i64 1 9) (memory 1 3) (table $t i64 3 9 funcref) (type $v (func)) (data $d "abc")
        (global $a i32 (i32.const 2)) (global $b (export "b") i32 (i32.add (global.get $a) (i32.const 3)))
        (elem $e (table $t) (offset (i64.const 0)) func $f) (data (memory 1) (global.get $a) "xyz") (elem $p func $f)
        (func $f)
        (func (export "i") (param i64) (call_indirect $t (type $v) (local.get 0)))
        (func (export "m") (param i64 i32) (result i64)
          (memory.fill 0 (local.get 0) (i32.const 1) (local.get 0))
          (memory.copy 0 1 (local.get 0) (local.get 1) (local.get 1))
          (memory.copy 0 0 (local.get 0) (local.get 0) (local.get 0))
          (memory.init 0 $d (local.get 0) (local.get 1) (local.get 1))
          (table.init $t $p (local.get 0) (local.get 1) (local.get 1))
          (table.fill $t (local.get 0) (ref.null func) (local.get 0))
          (table.copy $t $t (local.get 0) (local.get 0) (local.get 0))
          (drop (table.grow $t (ref.null func) (local.get 0)))
          (drop (memory.grow 1 (local.get 1)))
          (memory.grow 0 (local.get 0))))`),
    );
    const injected = injectFuel(module.parsed, { bytesPerFuel: 64, compilationFuel: () => 1n });
    engine.compile(injected.bytes);
  });

  it('refuses what it cannot do, and says so', async () => {
    const engine = new Engine({ executor: 'host' });
    const { hostInstance } = new Pair(bytes);
    for (const refused of [
      () => hostInstance.getFunction('sum')!.callResumable(1),
      () => hostInstance.getFunction('sum')!.callRawResumable([1n]),
    ]) {
      throws(
        refused,
        (error) =>
          error instanceof ExecutorError &&
          /cannot resume calls at once: use callResumableAsync.*executor "interpreter"/.test(error.message),
      );
    }
    throws(() => new Engine({ executor: 'other' as 'host' }), /unknown executor "other"/);
    const wide = new Engine({ executor: 'host', features: { wideArithmetic: true } });
    const unsupported = await parse(`(module (func (param i64) (result i64 i64)
        (i64.mul_wide_u (local.get 0) (local.get 0))))`);
    throws(
      () => wide.compile(unsupported),
      (error) => error instanceof UnsupportedModuleError && /executor "interpreter"/.test(error.message),
    );
    // Bodies are validated before they are injected: an index behind the module's own would name an added function.
    const body = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x10, 1, 0x0b];
    const invalid = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...body]);
    for (const compilationMode of ['eager', 'lazy-translation'] as const) {
      throws(() => new Engine({ executor: 'host', compilationMode }).compile(invalid), ValidationError);
    }
    new Engine({ executor: 'host', compilationMode: 'lazy' }).compile(invalid);
    const store = new Store(engine);
    throws(() => new Linker(engine).instantiate(store, engine.compile(bytes)), LinkError);
  });
});
