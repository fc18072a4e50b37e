import assert from 'node:assert/strict';

import {
  createWebAssembly,
  Engine,
  Func,
  Global,
  type ExecutorName,
  type Extern,
  LinkError,
  Linker,
  Memory,
  Store,
  Table,
  type Value,
  ValueType,
} from '@wasm-dyno/engine';

import { binary } from './whole-module.js';

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];
const FOREIGN = { name: 'TypeError', message: /the function belongs to another store/ };

const PARTS = await binary(`(module
  (func (export "function"))
  (func (export "same") (param funcref) (result funcref) (local.get 0))
  (table (export "table") 1 10 funcref) (memory (export "memory") 1 2)
  (global (export "global") (mut funcref) (ref.null func)))`);
const CALLING = await binary(`(module (import "host" "give" (func $give (result funcref)))
  (import "host" "many" (func $many (result i32 funcref)))
  (import "host" "wide" (func $wide (result v128 funcref)))
  (func (export "one") (drop (call $give))) (func (export "two") (call $many) (drop) (drop))
  (func (export "three") (call $wide) (drop) (drop)))`);
/** A's function counts in A's global; through a table of A's, B would call it. */
const COUNTER = await binary(`(module (table (export "table") 1 funcref) (elem (i32.const 0) $count)
  (global $n (mut i32) (i32.const 0)) (func $count (global.set $n (i32.add (global.get $n) (i32.const 1))))
  (global (export "n") i32 (i32.const 0)))`);
const CALLER = await binary(`(module (import "a" "table" (table 1 funcref)) (global (mut i32) (i32.const 5))
  (func (export "call") (call_indirect (i32.const 0))))`);

for (const executor of EXECUTORS) {
  describe(`stores are islands on the executor ${executor}`, () => {
    const engine = new Engine({ executor });
    const parts = engine.compile(PARTS);
    const instanceIn = (store: Store) => new Linker(store.engine).instantiate(store, parts);
    const [a, b] = [new Store(engine), new Store(engine)];
    const ofA = instanceIn(a);
    const ofB = instanceIn(b);
    const foreign = ofA.getFunction('function')!;
    const foreignHost = Func.wrap(a, { parameters: [], results: [] }, () => undefined);

    it('a table shared between two stores is refused: no store calls through the table of another', () => {
      const counter = new Linker(engine).instantiate(a, engine.compile(COUNTER));
      const linker = new Linker(engine).defineInstance('a', counter);
      assert.throws(() => linker.instantiate(b, engine.compile(CALLER)), {
        name: 'LinkError',
        message: /a\.table is a table that belongs to another store/,
      });
    });

    it('what stands for a part of a store and tells of another one is no part of any', () => {
      const posing = <Part extends Extern>(part: Part): Part =>
        new Proxy(part, {
          get: (target, name) => (name === 'store' ? b : (Reflect.get(target, name) as unknown)),
        });
      const { exports } = ofA;
      for (const [name, part] of exports)
        assert.throws(() => new Linker(engine).define('a', name, posing(part)), {
          name: 'TypeError',
          message: /is defined as a Func, Table, Memory or Global/,
        });
      const made = Object.create(Func.prototype, { store: { value: b } }) as Func;
      for (const func of [posing(foreign), made]) {
        assert.throws(() => ofB.getFunction('same')!.call(func), TypeError);
        assert.throws(() => ofB.getTable('table')!.set(0, func), TypeError);
        assert.throws(() => (ofB.getGlobal('global')!.value = func), TypeError);
      }
    });

    it('imports of every kind are of the store itself', async () => {
      const imports = {
        function: '(func)',
        table: '(table 1 10 funcref)',
        memory: '(memory 1 2)',
        global: '(global (mut funcref))',
      };
      for (const [kind, type] of Object.entries(imports)) {
        const module = engine.compile(await binary(`(module (import "a" "${kind}" ${type}))`));
        const linker = new Linker(engine).defineInstance('a', ofA);
        linker.instantiate(a, module);
        assert.throws(() => linker.instantiate(b, module), {
          name: 'LinkError',
          message: `incompatible import type: a.${kind} is a ${kind} that belongs to another store: a store takes only its own`,
        });
      }
    });

    it('references in arguments are', () => {
      const same = ofB.getFunction('same')!;
      for (const other of [foreign, foreignHost]) {
        assert.throws(() => same.call(other), FOREIGN);
        assert.throws(() => same.callRaw([other]), FOREIGN);
        assert.throws(() => same.typed(['funcref'], ['funcref'])(other), FOREIGN);
        if (executor === 'interpreter') {
          assert.throws(() => same.callResumable(other), FOREIGN);
          assert.throws(() => same.callRawResumable([other]), FOREIGN);
        }
      }
      const host = Func.wrap(b, { parameters: [ValueType.FuncRef], results: [] }, () => undefined);
      assert.throws(() => host.call(foreign), FOREIGN);
      const own = ofB.getFunction('function')!;
      assert.deepEqual(same.call(own), [own]);
      assert.throws(() => same.call({} as Value), TypeError);
    });

    it('references in the results of embedder functions are', () => {
      const types = {
        give: [ValueType.FuncRef],
        many: [ValueType.I32, ValueType.FuncRef],
        wide: [ValueType.V128, ValueType.FuncRef],
      };
      const given = {
        give: () => foreign,
        many: () => [1, foreign],
        wide: () => [new Uint8Array(16), foreign],
      };
      const linker = new Linker(engine);
      for (const name of ['give', 'many', 'wide'] as const) {
        linker.define('host', name, Func.wrap(b, { parameters: [], results: types[name] }, given[name]));
      }
      const { exports } = linker.instantiate(b, engine.compile(CALLING));
      for (const name of ['one', 'two', 'three']) {
        assert.throws(() => (exports.get(name) as Func).call(), FOREIGN);
      }
      assert.throws(() => Func.wrap(b, { parameters: [], results: types.give }, given.give).call(), FOREIGN);
    });

    it('references in tables and globals are', () => {
      const table = ofB.getTable('table')!;
      assert.throws(() => table.set(0, foreign), FOREIGN);
      assert.throws(() => table.grow(1, foreignHost), FOREIGN);
      assert.equal(table.size, 1);
      const element = { element: ValueType.FuncRef, limits: { minimum: 1 } };
      assert.throws(() => Table.create(b, element, foreign), FOREIGN);
      assert.throws(() => Table.create(b, { ...element, limits: { minimum: 0 } }, foreign), FOREIGN);
      const global = ofB.getGlobal('global')!;
      assert.throws(() => (global.value = foreign), FOREIGN);
      assert.equal(global.value, null);
      const type = { value: ValueType.FuncRef, mutable: false };
      assert.throws(() => Global.create(b, type, foreignHost), FOREIGN);
      assert.equal(Global.create(b, type, ofB.getFunction('function')!).value, ofB.getFunction('function'));
    });

    it('external references are the host’s own, and go anywhere', () => {
      const table = Table.create(b, { element: ValueType.ExternRef, limits: { minimum: 1 } }, foreign);
      assert.equal(table.get(0), foreign);
    });

    it('nothing of another engine is defined or instantiated', () => {
      const other = new Engine({ executor });
      const store = new Store(other);
      const made: Extern[] = [
        foreign,
        Memory.create(a, { limits: { minimum: 1 } }),
        ofA.getTable('table')!,
        ofA.getGlobal('global')!,
      ];
      for (const value of made) {
        assert.throws(() => new Linker(other).define('m', 'x', value), {
          name: 'LinkError',
          message: /^m\.x is a \w+ that belongs to another engine/,
        });
      }
      assert.throws(() => new Linker(other).instantiate(store, parts), /belong to different engines/);
      assert.throws(() => new Linker(engine).instantiate(store, parts), /belong to different engines/);
      assert.throws(() => new Linker(engine).define('m', 'x', undefined as never), TypeError);
      assert.throws(() => new Linker(engine).define('m', 'x', {} as never), TypeError);
    });

    it('namespaces of the JavaScript API over stores of one engine are', async () => {
      const [first, second] = [a, b].map((store) => createWebAssembly({ store }));
      const memory = new first!.Memory({ initial: 1, maximum: 2 });
      const table = new first!.Table({ element: 'anyfunc', initial: 1, maximum: 10 });
      const { exports } = new first!.Instance(new first!.Module(PARTS));
      const foreignExport = exports['function'] as () => void;
      const ownTable = new second!.Table({ element: 'anyfunc', initial: 1 });
      assert.throws(() => ownTable.set(0, foreignExport), TypeError);
      assert.throws(() => ownTable.grow(1, foreignExport), TypeError);
      assert.throws(() => new second!.Global({ value: 'anyfunc' }, foreignExport), TypeError);
      for (const [value, text] of [
        [memory, '(memory 1 2)'],
        [table, '(table 1 10 funcref)'],
        [exports['global'], '(global (mut funcref))'],
      ] as const) {
        const module = new second!.Module(await binary(`(module (import "m" "x" ${text}))`));
        assert.throws(() => new second!.Instance(module, { m: { x: value } }), second!.LinkError);
      }
    });
  });
}

it('a store whose engine lends it the execution of another one is refused', () => {
  for (const executor of EXECUTORS) {
    const engine = new Engine({ executor });
    const { execution, limits } = new Store(engine);
    class Lending extends Engine {
      override newExecution(): typeof execution {
        return execution;
      }
    }
    const forged = [
      new Lending({ executor }),
      { limits, newExecution: () => execution } as never,
      Object.create(engine, { newExecution: { value: () => execution } }) as Engine,
      new Proxy(engine, {
        get: (target, key, receiver): unknown =>
          key === 'newExecution' ? () => execution : Reflect.get(target, key, receiver),
      }),
    ];
    for (const lending of forged)
      assert.throws(() => new Store(lending), {
        name: 'TypeError',
        message: /the execution of another store/,
      });
  }
});

it('a store of one executor takes nothing of the other', () => {
  const [own, host] = EXECUTORS.map((executor) => new Store(new Engine({ executor })));
  const memory = Memory.create(host!, { limits: { minimum: 1 } });
  assert.throws(() => new Linker(own!.engine).define('m', 'x', memory), LinkError);
});
