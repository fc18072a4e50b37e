import assert from 'node:assert/strict';

import {
  Engine,
  type ExecutorName,
  Func,
  Global,
  Linker,
  Memory,
  Store,
  Table,
  ValueType,
} from '@wasm-dyno/engine';

import { binary } from './whole-module.js';

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];
const BYTES = await binary('(module (func (export "f") (result i32) (i32.const 7)))');

/** What no JavaScript caller means by a number. */
const NO_NUMBERS: readonly unknown[] = [undefined, null, '1', true, {}, [], 1n, Symbol('one')];

const given = (value: unknown) => value as never;

describe('arguments of the engine’s API', () => {
  const engine = new Engine();

  it('fuel is a whole number: null, "100" and true are refused, not taken for unlimited, 100 and 1', () => {
    for (const fuel of [null, '100', true, {}, Symbol('fuel')]) {
      assert.throws(() => new Store(engine, { fuel: given(fuel) }), {
        name: 'TypeError',
        message: /^fuel is a whole number/,
      });
      assert.throws(() => engine.compile(BYTES, { fuel: given(fuel) }), TypeError);
      const store = new Store(engine, { fuel: 5 });
      assert.throws(() => (store.fuel = given(fuel)), TypeError);
      assert.throws(() => store.addFuel(given(fuel)), TypeError);
      assert.throws(() => store.consumeFuel(given(fuel)), TypeError);
      assert.equal(store.fuel, 5n);
    }
    for (const fuel of [-1, 0.5, NaN, Infinity, -1n, 2n ** 63n]) {
      assert.throws(() => new Store(engine, { fuel }), RangeError);
      assert.throws(() => engine.compile(BYTES, { fuel }), RangeError);
    }
    assert.equal(new Store(engine, { fuel: undefined }).fuel, 2n ** 63n - 1n);
    assert.ok(engine.compile(BYTES, { fuel: 10n ** 9n }).fuelCharged > 0n);
  });

  it('bytes are an ArrayBuffer or any view of one, for compile as for validate, and are copied', () => {
    const padded = new Uint8Array(BYTES.length + 16);
    padded.set(BYTES, 8);
    const copy = new Uint8Array(padded.length + 8);
    copy.set(BYTES);
    for (const source of [
      BYTES.slice().buffer,
      padded.subarray(8, 8 + BYTES.length),
      new DataView(padded.buffer, 8, BYTES.length),
      Buffer.from(BYTES),
      new Uint8ClampedArray(BYTES),
    ]) {
      assert.ok(engine.validate(source));
      const module = engine.compile(source);
      const seen = ArrayBuffer.isView(source)
        ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
        : new Uint8Array(source);
      seen.fill(0);
      const { exports } = new Linker(engine).instantiate(new Store(engine), module);
      assert.deepEqual((exports.get('f') as Func).call(), [7]);
      seen.set(BYTES);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length));
    shared.set(BYTES);
    for (const source of [shared, shared.buffer, undefined, null, 'bytes', [...BYTES], {}, 7]) {
      assert.throws(() => engine.compile(given(source)), {
        name: 'TypeError',
        message: /^Engine\.compile: /,
      });
      assert.throws(() => engine.validate(given(source)), {
        name: 'TypeError',
        message: /^Engine\.validate: /,
      });
    }
  });

  for (const executor of EXECUTORS) {
    const store = new Store(new Engine({ executor }));

    it(`a memory grows by whole pages: grow(-1) shrinks nothing, grow(0.5) gives no half page (${executor})`, () => {
      const memory = Memory.create(store, { limits: { minimum: 2, maximum: 5 } });
      for (const pages of [-1, 0.5, NaN, Infinity, -0.5]) assert.throws(() => memory.grow(pages), RangeError);
      for (const pages of NO_NUMBERS) assert.throws(() => memory.grow(given(pages)), TypeError);
      assert.deepEqual([memory.pages, memory.byteLength], [2, 131_072]);
      assert.equal(memory.grow(2 ** 60), -1);
      assert.deepEqual([memory.grow(0), memory.grow(1), memory.pages], [2, 2, 3]);
    });

    it(`a table grows by whole elements and is indexed by them (${executor})`, () => {
      const table = Table.create(store, { element: ValueType.ExternRef, limits: { minimum: 2 } });
      for (const count of [-1, 0.5, NaN]) assert.throws(() => table.grow(count), RangeError);
      for (const count of NO_NUMBERS) assert.throws(() => table.grow(given(count)), TypeError);
      assert.throws(() => table.get(0.5), RangeError);
      assert.throws(() => table.set(0.5, 1), RangeError);
      for (const index of NO_NUMBERS) {
        assert.throws(() => table.get(given(index)), TypeError);
        assert.throws(() => table.set(given(index), 1), TypeError);
      }
      assert.throws(() => table.get(-1), /out of bounds table access/);
      assert.throws(() => table.set(2, 1), /out of bounds table access/);
      assert.deepEqual([table.size, table.get(0), table.get(1)], [2, null, null]);
    });

    it(`memories, tables, globals and functions are made of what they are made of (${executor})`, () => {
      const limits = { minimum: 1 };
      for (const bad of [
        { minimum: -1 },
        { minimum: 0.5 },
        { minimum: 2, maximum: 1 },
        { minimum: 1, maximum: NaN },
        { minimum: 65_537 },
      ]) {
        assert.throws(() => Memory.create(store, { limits: bad }), RangeError);
      }
      for (const bad of [undefined, null, 1, {}, { minimum: '1' }, { minimum: 1, maximum: null }]) {
        assert.throws(() => Memory.create(store, { limits: given(bad) }), TypeError);
        assert.throws(
          () => Table.create(store, { element: ValueType.FuncRef, limits: given(bad) }),
          TypeError,
        );
      }
      assert.throws(() => Memory.create(store, { limits, addressType: given('i16') }), TypeError);
      assert.throws(() => Memory.create(store, { limits, pageSizeLog2: 3 }), RangeError);
      assert.throws(() => Memory.create(given(undefined), { limits }), TypeError);
      assert.throws(() => Table.create(store, { element: ValueType.I32, limits }), TypeError);
      assert.throws(() => Table.create(store, { element: ValueType.FuncRef, limits }, 7), TypeError);
      assert.throws(() => Global.create(store, { value: given('i32'), mutable: true }, 1), TypeError);
      assert.throws(() => Global.create(store, { value: ValueType.I32, mutable: true }, '1'), TypeError);
      const type = { parameters: [ValueType.I32], results: [] };
      assert.throws(() => Func.wrap(store, type, given(undefined)), TypeError);
      assert.throws(() => Func.wrap(store, { parameters: given(['i32']), results: [] }, () => 1), TypeError);
      assert.throws(() => Func.wrap(store, given(undefined), () => 1), TypeError);
    });
  }

  it('stores are made of engines, and instances of modules in stores', () => {
    assert.throws(() => new Store(given(undefined)), TypeError);
    assert.throws(() => new Store(engine, given(null)), TypeError);
    const linker = new Linker(engine);
    assert.throws(() => linker.instantiate(given(undefined), engine.compile(BYTES)), TypeError);
    assert.throws(() => linker.instantiate(new Store(engine), given(undefined)), TypeError);
    assert.throws(() => engine.on('compile', given(undefined)), /the listener is a function, not undefined/);
  });

  it('engines, stores and linkers are told from what merely looks like them', () => {
    assert.throws(() => new Engine(given(null)), /the configuration of an engine is an object, not null/);
    assert.throws(() => new Store(given({})), /the engine of a store is an Engine/);
    assert.throws(() => new Store(engine, given([])), /the options of a store is an object, not an array/);
    for (const limits of [null, [], 5]) assert.throws(() => new Store(engine, given({ limits })), TypeError);
    const store = new Store(engine);
    for (const kind of ['function', 'table', 'memory', 'global']) {
      const forged = given({ kind, store, type: { id: 0 } });
      assert.throws(
        () => new Linker(engine).define('a', 'b', forged),
        /is defined as a Func, Table, Memory or Global/,
      );
    }
  });

  it('types of functions are a list without holes, of as many as the limits allow', () => {
    const store = new Store(engine);
    const make = (parameters: unknown, results: unknown) =>
      Func.wrap(store, given({ parameters, results }), () => undefined);
    const endless = new Proxy([ValueType.I32], {
      get: (list, key) => (key === 'length' ? 2 ** 31 : list[key as never]),
    });
    const many = (count: number) => new Array<ValueType>(count).fill(ValueType.I32);
    assert.throws(() => make(new Array(3), []), {
      name: 'TypeError',
      message: /are an array of value types/,
    });
    assert.throws(() => make([], new Array(3)), TypeError);
    for (const list of [many(1001), many(1_000_000), endless]) {
      assert.throws(() => make(list, []), { name: 'RangeError', message: /the limit is 1000/ });
      assert.throws(() => make([], list), RangeError);
    }
    assert.equal(make(many(1000), []).type.parameters.length, 1000);
  });

  it('bytes are what they are, whatever length or name they give themselves', () => {
    class Lying extends Uint8Array {
      override get length(): 16 {
        return 16;
      }
    }
    const store = new Store(engine);
    const type = { value: ValueType.V128, mutable: true };
    for (const bytes of [3, 300])
      assert.throws(() => Global.create(store, type, new Lying(bytes)), TypeError);
    assert.deepEqual(Global.create(store, type, new Lying(16).fill(7)).value, new Uint8Array(16).fill(7));
    const shared = new SharedArrayBuffer(BYTES.length);
    Object.defineProperty(shared, Symbol.toStringTag, { value: 'ArrayBuffer' });
    assert.throws(() => engine.compile(new Uint8Array(shared)), /shared bytes may change/);
    const own = BYTES.slice();
    Object.defineProperty(own.buffer, Symbol.toStringTag, { value: 'SharedArrayBuffer' });
    assert.equal(engine.validate(own), true);
  });

  it('a value that cannot be told as text is refused all the same', () => {
    const call = Func.wrap(new Store(engine), { parameters: [ValueType.I32], results: [] }, () => undefined);
    const hostile = {
      toString() {
        throw new Error('called back');
      },
    };
    for (const value of [hostile, Object.create(null), Symbol('x')] as unknown[]) {
      assert.throws(() => call.call(value), { name: 'TypeError', message: /is not a value of type i32/ });
    }
  });
});
