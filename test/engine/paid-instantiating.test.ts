import { equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  Engine,
  Func,
  functionType,
  Linker,
  LinkError,
  OutOfFuelError,
  Store,
  Trap,
} from '@wasm-dyno/engine';

const BOTH = ['interpreter', 'host'] as const;
/** Of an instance, a memory, a table, a global, a function, any other entity. */
const [INSTANCE, MEMORY, TABLE, GLOBAL, FUNCTION, ENTITY] = [1_000n, 1_000n, 1_000n, 40n, 10n, 20n];

/** Fuel that an instantiation consumes, the same on both executors and before it is made. */
async function fuelOf(text: string, ends?: new (...values: never[]) => Error): Promise<bigint> {
  const bytes = await parse(`(module ${text})`);
  const consumed = BOTH.map((executor) => {
    const engine = new Engine({ executor });
    const store = new Store(engine);
    const module = engine.compile(bytes);
    const linker = new Linker(engine).define(
      'host',
      'f',
      Func.wrap(store, functionType([], []), () => undefined),
    );
    if (ends === undefined) linker.instantiate(store, module);
    else throws(() => linker.instantiate(store, module), ends);
    equal(store.consumedFuel, module.instantiationFuel);
    return store.consumedFuel;
  });
  equal(consumed[1], consumed[0], 'the host executor');
  return consumed[0]!;
}

describe('instantiating is paid for', () => {
  it('an empty instance costs a thousand', async () => {
    equal(await fuelOf(''), INSTANCE);
  });

  it('a memory of 256 MiB costs the memset of its bytes', async () => {
    equal(await fuelOf('(memory 4096)'), INSTANCE + MEMORY + 4096n * 1024n);
    equal(await fuelOf('(memory 0)'), INSTANCE + MEMORY);
  });

  it('a table costs one fuel an element', async () => {
    equal(await fuelOf('(table 1000 externref)'), INSTANCE + TABLE + 1000n);
  });

  it('active data costs begun units of its bytes, passive data its segment alone', async () => {
    const memory = INSTANCE + MEMORY + 1024n;
    equal(await fuelOf(`(memory 1) (data (i32.const 0) "${'a'.repeat(65)}")`), memory + ENTITY + 1n + 2n);
    equal(await fuelOf(`(memory 1) (data "${'a'.repeat(65)}")`), memory + ENTITY);
  });

  it('every element of a segment costs one, and every operator of an expression', async () => {
    const base = INSTANCE + TABLE + 10n;
    const functions = FUNCTION; // $g
    const list = (items: string) => `(table 10 funcref) (func $g) (elem (i32.const 0) ${items})`;
    equal(await fuelOf(list('func $g $g $g')), base + functions + ENTITY + 3n + 1n);
    equal(
      await fuelOf(list('funcref (ref.func $g) (ref.null func)')),
      base + functions + ENTITY + 2n + 1n + 2n,
    );
  });

  it('a global costs its initial expression: a chain of multiplications is not free', async () => {
    equal(await fuelOf('(global i64 (i64.const 1))'), INSTANCE + GLOBAL + 1n);
    const chain = new Array<string>(1000).fill('(i64.const 5) i64.mul').join(' ');
    // Not every host knows the operators.
    const module = new Engine().compile(await parse(`(module (global i64 (i64.const 3) ${chain}))`));
    equal(module.instantiationFuel, INSTANCE + GLOBAL + 2001n);
  });

  it('imports and exports cost twenty each, functions ten; what is imported costs no more', async () => {
    equal(
      await fuelOf('(import "host" "f" (func)) (func (export "a")) (func (export "b"))'),
      INSTANCE + 3n * ENTITY + 2n * FUNCTION,
    );
  });

  it('costs the same when it fails: a trapping segment, a missing import, a memory above the limit', async () => {
    const trapping = '(memory 1) (data (i32.const 65536) "x")';
    equal(await fuelOf(trapping, Trap), INSTANCE + MEMORY + 1024n + ENTITY + 1n + 1n);
    equal(await fuelOf('(import "host" "missing" (func))', LinkError), INSTANCE + ENTITY);
  });

  it('out of fuel it makes and charges nothing, and says what it requires', async () => {
    const bytes = await parse(`(module (import "host" "f" (func $f)) (memory 4096) (start $f))`);
    for (const executor of BOTH) {
      const engine = new Engine({ executor });
      const module = engine.compile(bytes);
      const store = new Store(engine, { fuel: module.instantiationFuel - 1n });
      let called = false;
      const linker = new Linker(engine).define(
        'host',
        'f',
        Func.wrap(store, functionType([], []), () => void (called = true)),
      );
      throws(
        () => linker.instantiate(store, module),
        (error) => error instanceof OutOfFuelError && error.requiredFuel === module.instantiationFuel,
      );
      equal(store.consumedFuel, 0n);
      ok(!called);
      store.addFuel(1);
      linker.instantiate(store, module);
      equal(store.fuel, 0n);
      ok(called);
    }
  });

  it('is free where nothing is charged', async () => {
    const engine = new Engine({ consumeFuel: false });
    const store = new Store(engine, { fuel: 0 });
    new Linker(engine).instantiate(store, engine.compile(await parse('(module (memory 9))')));
    equal(store.consumedFuel, 0n);
  });
});
