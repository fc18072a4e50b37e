import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  createWebAssembly,
  Engine,
  type EngineConfig,
  ExecutorError,
  Func,
  functionType,
  Global,
  Linker,
  LinkError,
  Memory,
  OutOfFuelError,
  Store,
  type StoreOptions,
  Table,
  ValueType,
} from '@wasm-dyno/engine';

const EXECUTORS = ['interpreter', 'host'] as const;

/** The same over both executors: what `use` gives for one it gives for the other. */
function sameOnBoth<Result>(
  use: (store: Store, linker: Linker) => Result,
  config: EngineConfig = {},
  options: StoreOptions<unknown> = {},
): Result {
  const [interpreted, hosted] = EXECUTORS.map((executor) => {
    const engine = new Engine({ ...config, executor });
    return use(new Store(engine, options), new Linker(engine));
  });
  deepEqual(hosted, interpreted);
  return interpreted!;
}

function outcome(step: () => unknown): unknown {
  try {
    return step();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe('the API over both executors', () => {
  it('lets a memory or table grow as far as its own maximum and the store’s limits allow, and no further', async () => {
    const bytes = await parse(`(module
      (import "m" "memory" (memory $m 1 100)) (import "m" "table" (table $t 1 5000 funcref)) (table $own 0 9000 funcref)
      (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "table") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
      (func (export "own") (param i32) (result i32) (table.grow $own (ref.null func) (local.get 0))))`);
    const results = sameOnBoth(
      (store, linker) => {
        const memory = Memory.create(store, { limits: { minimum: 1, maximum: 4 } });
        const table = Table.create(store, {
          element: ValueType.FuncRef,
          limits: { minimum: 1, maximum: 4000 },
        });
        const instance = linker
          .define('m', 'memory', memory)
          .define('m', 'table', table)
          .instantiate(store, linker.engine.compile(bytes));
        return [
          ['memory', 4, 100_000],
          ['memory', 3, 7_000],
          ['memory', 2, 100_000],
          ['memory', 1, 100_000],
          ['memory', 2, 0],
          ['table', 4_000, 5_600],
          ['table', 800, 6_600],
          ['table', 801, 6_600],
          ['own', 2_001, 100_000],
          ['own', 2_000, 100_000],
        ].map(([name, by, fuel]) => {
          store.fuel = fuel as number;
          const end = outcome(() => instance.getFunction(name as string)!.call(by));
          return [
            name,
            by,
            end,
            store.fuel,
            memory.pages,
            memory.u8.length >= 65_536 * memory.pages,
            table.size,
          ];
        });
      },
      { compilationMode: 'eager' },
      { limits: { maximumMemoryBytes: 3 * 65_536, maximumTableElements: 2_000 } },
    );
    const ends = results.map(([, , end]) => end);
    deepEqual([...ends.slice(0, 4), ...ends.slice(5)], [[-1], [-1], [1], [-1], [-1], [1], [801], [-1], [0]]);
    ok(/^OutOfFuelError/.test(String(ends[4])));
  });

  it('drops every one of many data segments by itself', async () => {
    const count = 70;
    const range = Array.from({ length: count }, (_, index) => index);
    const bytes = await parse(`(module (memory (export "m") 1) (data (i32.const 64) "here")
      ${range.map((index) => `(data $d${index} "\\${(index + 16).toString(16)}")`).join(' ')}
      ${range
        .map(
          (index) => `
      (func (export "copy${index}") (memory.init $d${index} (i32.const ${index}) (i32.const 0) (i32.const 1)))
      (func (export "drop${index}") (data.drop $d${index}))`,
        )
        .join(' ')})`);
    sameOnBoth((store, linker) => {
      const instance = linker.instantiate(store, store.engine.compile(bytes));
      const copied = () => range.map((index) => outcome(() => instance.getFunction(`copy${index}`)!.call()));
      const trapped = () => range.filter((_, index) => typeof copied()[index] === 'string');
      deepEqual(trapped(), []);
      deepEqual(
        [...instance.getMemory('m')!.u8.subarray(0, count)],
        range.map((index) => index + 16),
      );
      const dropped = [0, 30, 31, 32, 63, 69];
      for (const index of dropped) instance.getFunction(`drop${index}`)!.call();
      deepEqual(trapped(), dropped);
      return copied();
    });
  });

  it('shows functions behind references, whoever they belong to, as the same objects', async () => {
    const first = await parse(`(module (import "host" "f" (func $imported (param i32) (result i32)))
      (table (export "t") 8 funcref)
      (elem (i32.const 0) $exported $hidden $imported)
      (func $exported (export "exported") (result i32) (i32.const 1))
      (func $hidden (result i32) (i32.const 2))
      (func (export "hidden") (result funcref) (ref.func $hidden))
      (func (export "through") (param funcref) (result funcref) (local.get 0))
      (global (export "g") (mut funcref) (ref.func $hidden))
      (func (export "call") (param i32 i32) (result i32)
        (call_indirect (param i32) (result i32) (local.get 1) (local.get 0))))`);
    const second = await parse(`(module (import "a" "t" (table 8 funcref))
      (elem (i32.const 3) $hidden) (func $pad) (func $hidden (result i32) (i32.const 3)))`);
    sameOnBoth((store, linker) => {
      const type = functionType([ValueType.I32], [ValueType.I32]);
      const host = Func.wrap(store, type, (_caller, value) => (value as number) * 2);
      linker.define('host', 'f', host);
      const instance = linker.instantiate(store, linker.engine.compile(first));
      linker.defineInstance('a', instance);
      const other = linker.instantiate(store, linker.engine.compile(second));
      const table = instance.getTable('t')!;
      const exported = instance.getFunction('exported')!;
      const [hidden] = instance.getFunction('hidden')!.call();
      equal(table.get(0), exported);
      equal(table.get(1), hidden);
      equal(table.get(2), host);
      equal((table.get(3) as Func).instance, other);
      equal(table.get(4), null);
      equal(instance.getGlobal('g')!.value, hidden);
      deepEqual(instance.getFunction('through')!.call(host), [host]);
      deepEqual(instance.getFunction('through')!.call(table.get(3)), [table.get(3)]);
      const another = Func.wrap(store, type, (caller, value) => {
        ok(caller.instance === instance && caller.getMemory('none') === undefined);
        return (value as number) + 100;
      });
      table.set(5, another);
      table.set(6, table.get(3));
      instance.getGlobal('g')!.value = another;
      equal(table.get(5), another);
      equal(instance.getGlobal('g')!.value, another);
      throws(() => table.set(0, 7), TypeError);
      throws(() => table.get(8), /out of bounds table access/);
      equal(table.grow(2, exported), 8);
      equal(table.get(9), exported);
      return [
        ...[1, 3, 6].map((at) => (table.get(at) as Func).call()),
        ...[0, 2, 4, 5].map((at) => outcome(() => instance.getFunction('call')!.call(at, 21))),
      ];
    });
  });

  it('keeps every bit of raw values, and lets vectors cross', async () => {
    const bytes = await parse(`(module
      (import "host" "v" (func $v (param v128 f32 externref i64) (result externref v128)))
      (import "host" "g" (global $g f64)) (import "host" "w" (global $w v128))
      (global (export "vector") (mut v128) (v128.const i64x2 1 2)) (global (export "nan") f32 (f32.const nan:0x200001))
      (func (export "imported") (result f64 v128) (global.get $g) (global.get $w))
      (func (export "same") (param f32 f64 v128 externref i32) (result f64 f32 externref v128 i32)
        (local.get 1) (local.get 0) (local.get 3) (local.get 2) (local.get 4))
      (func (export "host") (param v128) (result externref v128)
        (call $v (local.get 0) (f32.const 1.5) (ref.null extern) (i64.const -9))))`);
    const object = {};
    sameOnBoth((store, linker) => {
      const seen: unknown[] = [];
      const host = Func.wrap(
        store,
        functionType(
          [ValueType.V128, ValueType.F32, ValueType.ExternRef, ValueType.I64],
          [ValueType.ExternRef, ValueType.V128],
        ),
        (_caller, vector, ...rest) => {
          seen.push(vector, ...rest);
          return [object, (vector as Uint8Array).map((byte) => byte ^ 0xff)];
        },
      );
      const quiet = Global.create(store, { value: ValueType.F64, mutable: false }, NaN);
      const wide = Global.create(
        store,
        { value: ValueType.V128, mutable: false },
        new Uint8Array(16).fill(7),
      );
      const instance = linker
        .define('host', 'v', host)
        .define('host', 'g', quiet)
        .define('host', 'w', wide)
        .instantiate(store, linker.engine.compile(bytes));
      const vector = instance.getGlobal('vector')!;
      const before = vector.raw;
      vector.value = Uint8Array.from({ length: 16 }, (_, i) => i);
      return [
        before,
        vector.raw,
        instance.getGlobal('nan')!.raw,
        quiet.raw,
        wide.value,
        instance.getFunction('imported')!.callRaw([]),
        instance
          .getFunction('same')!
          .callRaw([0x7fa0_0001n, 0xfff0_0000_0000_0001n, (1n << 127n) | 5n, object, 3n]),
        instance.getFunction('same')!.call(0.1, 0.1, new Uint8Array(16).fill(3), 'text', -1),
        instance.getFunction('host')!.call(Uint8Array.from({ length: 16 }, (_, i) => 16 * i)),
        host.call(new Uint8Array(16), 0.1, null, 2n ** 63n),
        seen,
      ];
    });
  });

  it('hands values over to typed functions and embedder functions alike', async () => {
    const bytes = await parse(`(module
      (import "host" "many" (func $many (result i32 i64))) (import "host" "none" (func $none (param i32)))
      (memory (export "memory") 1) (func (export "many") (result i32 i64) (call $many))
      (func (export "grow") (param i32) (result i32)
        (drop (memory.grow (i32.const 1))) (i32.store (i32.const 70000) (local.get 0)) (call $none (local.get 0))
        (i32.load (i32.const 70004))))`);
    for (const wrong of [[1], 1, ['1', 2n], [1, 2], undefined]) {
      sameOnBoth((store, linker) => {
        const none = functionType([ValueType.I32], []);
        const many = functionType([], [ValueType.I32, ValueType.I64]);
        let answer: unknown = [2 ** 32 + 5, -1n];
        const module = linker.engine.compile(bytes);
        const instance = linker
          .define(
            'host',
            'many',
            Func.wrap(store, many, () => answer),
          )
          .define(
            'host',
            'none',
            Func.wrap(store, none, (caller, value) => {
              const { u8, view, byteLength } = caller.getMemory('memory')!;
              ok(caller.instance!.module === module && byteLength === 131_072);
              view.setInt32(70_004, u8[70_000]! + (value as number), true);
            }),
          )
          .instantiate(store, module);
        const memory = instance.getMemory('memory')!;
        const old = memory.buffer;
        const grow = instance.getFunction('grow')!.typed(['i32'], ['i32']);
        const results: unknown[] = [
          grow(9),
          instance.getFunction('many')!.call(),
          old.byteLength,
          memory.pages,
        ];
        answer = wrong;
        results.push(outcome(() => instance.getFunction('many')!.call()));
        results.push(outcome(() => instance.getFunction('grow')!.call('5')));
        results.push(outcome(() => instance.getFunction('grow')!.call()));
        return results;
      });
    }
  });

  it('reports what compiling was charged, function by function', async () => {
    const bytes = await parse(
      `(module (func $a (export "a") (nop) (nop)) (func (export "b") (call $a)) (func (export "c")))`,
    );
    for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
      const events = sameOnBoth(
        (store, linker) => {
          const seen: string[] = [];
          const { engine } = linker;
          const instance = linker.instantiate(store, engine.compile(bytes));
          instance.getFunction('c')!.call(); // unseen: nobody listens yet
          const stop = engine.on('compile', ({ phase, functionIndex, bodyBytes, fuelCharged }) => {
            if (phase === 'parse' || functionIndex !== undefined)
              seen.push(`${phase} ${functionIndex} ${bodyBytes} ${fuelCharged}`);
          });
          instance.getFunction('b')!.call();
          const late = linker.instantiate(store, engine.compile(bytes));
          late.getFunction('c')!.call();
          stop();
          late.getFunction('a')!.call();
          return [seen.sort(), store.consumedFuel];
        },
        { compilationMode, fuelCosts: { validateMultiplier: 70, translateMultiplier: 90 } },
      );
      ok((events[0] as string[]).length >= 3);
    }
  });

  it('consumes no fuel where it is not metered, and traps all the same', async () => {
    const bytes = await parse(`(module (memory 1 2)
      (func (export "truncate") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))`);
    sameOnBoth(
      (store, linker) => {
        const instance = linker.instantiate(store, linker.engine.compile(bytes));
        const calls = [
          ['truncate', 1.5],
          ['truncate', NaN],
          ['truncate', 1e20],
          ['grow', 2],
          ['grow', 1],
          ['fill', 131_072],
          ['fill', 131_073],
        ] as const;
        const ends = calls.map(([name, value]) => outcome(() => instance.getFunction(name)!.call(value)));
        return [...ends, store.consumedFuel];
      },
      { consumeFuel: false },
      { fuel: 10 },
    );
  });

  it('refuses what belongs to the other executor', async () => {
    const [own, host] = EXECUTORS.map((executor) => new Store(new Engine({ executor })));
    const bytes = await parse('(module (import "m" "x" (memory 1)))');
    for (const [store, other] of [
      [own!, host!],
      [host!, own!],
    ]) {
      const memory = Memory.create(other!, { limits: { minimum: 1 } });
      throws(
        () => new Linker(store!.engine).define('m', 'x', memory),
        (error) =>
          error instanceof LinkError && error.message.includes(`executor "${other!.engine.executor}"`),
      );
    }
    throws(
      () => new Linker(own!.engine).instantiate(own!, host!.engine.compile(bytes)),
      /belong to different engines/,
    );
    const limited = new Store(host!.engine, { limits: { maximumMemoryBytes: 100 } });
    throws(() => Memory.create(limited, { limits: { minimum: 1 } }), LinkError);
  });

  it('links two imports of one name that are different things', async () => {
    const bytes = await parse(`(module (import "m" "x" (func $i (param i32) (result i32)))
      (import "m" "x" (func $f (param f32) (result f32)))
      (func (export "both") (result i32 f32) (call $i (i32.const 3)) (call $f (f32.const 0.5))))`);
    for (const executor of EXECUTORS) {
      const WebAssembly = createWebAssembly({ executor });
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        m: { x: (value: number) => value * 3 },
      });
      deepEqual((exports['both'] as () => unknown)(), [9, 1.5], executor);
    }
  });
});

describe('a start function that runs out of fuel', () => {
  const START = `(module (global (export "g") (mut i32) (i32.const 0)) (start $s)
    (func $s (loop $l (global.set 0 (i32.add (global.get 0) (i32.const 1))) (br_if $l (i32.lt_u (global.get 0) (i32.const 50)))))
    (func (export "get") (result i32) (global.get 0)))`;

  it('gives the instance with the call to resume', async () => {
    const engine = new Engine();
    const module = engine.compile(await parse(START));
    const store = new Store(engine, { fuel: module.instantiationFuel + 100n });
    let stopped: unknown;
    try {
      new Linker(engine).instantiate(store, module);
    } catch (error) {
      stopped = error;
    }
    ok(stopped instanceof OutOfFuelError);
    let call: ReturnType<NonNullable<typeof stopped.suspendedCall>['resume']> = stopped.suspendedCall!;
    for (let rounds = 0; call.state === 'out-of-fuel'; rounds++) {
      ok(rounds < 100);
      store.addFuel(50);
      call = call.resume();
    }
    equal(call.state, 'finished');
    store.addFuel(1_000);
    deepEqual(stopped.instance!.getFunction('get')!.call(), [50]);
    deepEqual(stopped.instance!.getGlobal('g')!.value, 50);
  });

  it('gives it through the JavaScript API too', async () => {
    const WebAssembly = createWebAssembly({ fuel: 15_000 });
    const module = new WebAssembly.Module(await parse(START));
    WebAssembly.store.fuel = new Engine().compile(await parse(START)).instantiationFuel + 100n;
    const stopped = await WebAssembly.instantiate(module).then(
      () => undefined,
      (error: unknown) => error as Error & { instance?: { exports: Record<string, unknown> } },
    );
    ok(stopped instanceof WebAssembly.RuntimeError && stopped.cause instanceof OutOfFuelError);
    WebAssembly.store.addFuel(10_000);
    equal(stopped.cause.suspendedCall!.resume().state, 'finished');
    const { instance } = stopped as { instance?: { exports: Record<string, unknown> } };
    ok(instance instanceof WebAssembly.Instance);
    equal((instance.exports['get'] as () => number)(), 50);
  });

  it('has none where the call cannot be resumed', async () => {
    const engine = new Engine({ executor: 'host' });
    const module = engine.compile(await parse(START));
    throws(
      () =>
        new Linker(engine).instantiate(new Store(engine, { fuel: module.instantiationFuel + 100n }), module),
      (error) =>
        error instanceof OutOfFuelError && error.instance === undefined && error.suspendedCall === undefined,
    );
    throws(
      () => new Linker(engine).instantiate(new Store(engine), module).getFunction('get')!.callResumable(),
      ExecutorError,
    );
  });
});
