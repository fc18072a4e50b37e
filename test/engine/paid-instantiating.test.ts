import { deepEqual, equal, ok, throws } from 'node:assert/strict';
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

  it('names cost whole units of their characters, those that hosts do not hash once for each of them', async () => {
    const names = (units: number) =>
      ['a', 'b'].map((last) => `(export "${'n'.repeat(units - 1)}${last}" (func $f))`).join(' ');
    const base = INSTANCE + FUNCTION + 2n * ENTITY;
    equal(await fuelOf(`(func $f) ${names(63)}`), base);
    equal(await fuelOf(`(func $f) ${names(64)}`), base + 2n);
    equal(await fuelOf(`(func $f) ${names(16_383)}`), base + 2n * 255n);
    equal(await fuelOf(`(func $f) ${names(16_384)}`), base + 2n * 512n);
    // By code units, whatever bytes they take.
    equal(
      await fuelOf(`(func $f) (export "${'é'.repeat(64)}" (func $f))`),
      INSTANCE + FUNCTION + ENTITY + 1n,
    );
    const missing = `(import "${'m'.repeat(64)}" "${'n'.repeat(129)}" (func))`;
    equal(await fuelOf(missing, LinkError), INSTANCE + ENTITY + 1n + 2n);
  });

  it('finds what it exports, and imports it elsewhere, by names of any length', async () => {
    const names = ['a', 'b', 'c'].map((last) => 'n'.repeat(16_384) + last);
    const exported = `(module ${names.map((name, i) => `(func (export "${name}") (result i32) (i32.const ${i}))`).join(' ')})`;
    const imported = `(module ${names.map((name, i) => `(func $f${i} (import "m" "${name}") (result i32))`).join(' ')}
      (export "0" (func $f2)) (export "start" (func $f1)) (export "" (func $f0)))`;
    for (const executor of BOTH) {
      const engine = new Engine({ executor });
      const store = new Store(engine);
      const linker = new Linker(engine);
      linker.defineInstance('m', linker.instantiate(store, engine.compile(await parse(exported))));
      const instance = linker.instantiate(store, engine.compile(await parse(imported)));
      deepEqual(
        [...instance.exports.keys()].map((name) => instance.getFunction(name)!.call()),
        [[2], [1], [0]],
      );
    }
    const twice = 'n'.repeat(16_384);
    const module = await parse(
      `(module (func $f) (export "${twice}a" (func $f)) (export "${twice}b" (func $f)))`,
    );
    module[module.lastIndexOf('b'.charCodeAt(0))] = 'a'.charCodeAt(0);
    throws(() => new Engine().compile(module), /duplicate export name/);
  });

  it('an imported function costs its values beyond sixteen, and four for each vector', async () => {
    const importing = (parameters: string, results = '') =>
      fuelOf(`(import "host" "missing" (func (param ${parameters}) (result ${results})))`, LinkError);
    const values = (count: number) => new Array<string>(count).fill('i32').join(' ');
    equal(await importing(values(10), values(6)), INSTANCE + ENTITY);
    equal(await importing(values(10), values(7)), INSTANCE + ENTITY + 1n);
    equal(await importing('v128', 'v128'), INSTANCE + ENTITY + 8n);
    // What stands in a table or is exported needs no adapter of its own.
    equal(await fuelOf(`(func (export "f") (param ${values(100)}))`), INSTANCE + ENTITY + FUNCTION);
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
