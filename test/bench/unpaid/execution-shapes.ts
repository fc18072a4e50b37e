import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Func, functionType, Linker, Store, ValueType } from '@wasm-dyno/engine';

import { callShape, doubling, repeat, turning, type UnpaidShape } from './shape.js';

/** What everything is compared with, on the interpreter. */
export const ADDITION_LOOP = callShape({
  name: 'loop of i32.add',
  sizes: [100_000],
  text: () => turning('(local.set $sum (i32.add (local.get $sum) (local.get $n)))', '(local $sum i32)'),
  turns: (size) => size,
});

const drops = (count: number) => repeat(count, 'drop');
const shifted = (type: string, constant: string) => (size: number) => `
  (type $t (func (param ${repeat(size, type)})))
  (func (export "run") (param $n i32) ${repeat(size, constant)}
    (loop $turn (type $t) ${constant}
      (br_if $turn (local.tee $n (i32.sub (local.get $n) (i32.const 1)))) ${drops(size + 1)}))`;

const hostFunction = (parameters: number, results: number, type: ValueType, value: unknown) => {
  const answer = new Array<unknown>(results).fill(value);
  return (linker: Linker, store: Store) => {
    const types = functionType(
      new Array<ValueType>(parameters).fill(type),
      new Array<ValueType>(results).fill(type),
    );
    linker.define(
      'host',
      'f',
      Func.wrap(store, types, () => (results === 1 ? answer[0] : answer) as never),
    );
  };
};
const importOf = (parameters: number, results: number, type: string) =>
  `(func $f (import "host" "f") ${parameters > 0 ? `(param ${repeat(parameters, type)})` : ''} ${results > 0 ? `(result ${repeat(results, type)})` : ''})`;

export const EXECUTION_SHAPES: readonly UnpaidShape[] = [
  ADDITION_LOOP,
  callShape({
    name: 'loop end, many in a row',
    sizes: doubling(20_000),
    text: (size) => turning(repeat(size, 'loop end')),
    turns: () => 20,
  }),
  callShape({
    name: 'ends of blocks that a br_table leads to',
    sizes: doubling(4000),
    text: (size) =>
      turning(
        `${repeat(size, 'block')} (br_table ${Array.from({ length: size }, (_, i) => i).join(' ')} (i32.const 0)) ${repeat(size, 'end')}`,
      ),
    turns: () => 20,
  }),
  callShape({
    name: 'memory.grow 0 after a look at its buffer, pages',
    sizes: doubling(1024),
    text: (size) => `(import "host" "f" (func $f)) (memory (export "m") ${size})
      ${turning('(call $f) (drop (memory.grow (i32.const 0)))')}`,
    imports: (linker, store) => {
      linker.define(
        'host',
        'f',
        Func.wrap(store, functionType([], []), (caller) => void caller.getMemory('m')!.buffer),
      );
    },
    turns: () => 20,
  }),
  callShape({
    name: 'memory.grow by a page, from nothing, pages',
    sizes: doubling(256),
    text: () => `(memory 0) ${turning('(drop (memory.grow (i32.const 1)))')}`,
    turns: (size) => Math.ceil(size / 16),
  }),
  growthOfSeen(),
  callShape({
    name: 'br_if to a loop of i32 parameters, shifted by one',
    sizes: doubling(1000),
    text: shifted('i32', '(i32.const 7)'),
    turns: () => 100,
  }),
  callShape({
    name: 'br_if to a loop of v128 parameters, shifted by one',
    sizes: doubling(1000),
    text: shifted('v128', '(v128.const i64x2 7 7)'),
    turns: () => 100,
  }),
  callShape({
    name: 'br_if to a loop of four v128 parameters, shifted by one',
    sizes: [4],
    text: shifted('v128', '(v128.const i64x2 7 7)'),
    turns: () => 1000,
  }),
  callShape({
    name: 'table.copy within a table, elements',
    sizes: doubling(65_536),
    text: (size) =>
      `(table ${size + 1} funcref) ${turning(`(table.copy (i32.const 0) (i32.const 1) (i32.const ${size}))`)}`,
    turns: () => 4,
  }),
  callShape({
    name: 'table.copy within a table, backwards, elements',
    sizes: doubling(65_536),
    text: (size) =>
      `(table ${size + 1} funcref) ${turning(`(table.copy (i32.const 1) (i32.const 0) (i32.const ${size}))`)}`,
    turns: () => 4,
  }),
  callShape({
    name: 'table.fill, elements',
    sizes: [1, 7, ...doubling(65_536)],
    text: (size) =>
      `(table ${size} funcref) ${turning(`(table.fill (i32.const 0) (ref.null func) (i32.const ${size}))`)}`,
    turns: (size) => (size < 100 ? 1000 : 4),
  }),
  callShape({
    name: 'table.set before each call_indirect of the element',
    sizes: [1],
    text: () =>
      `(table 10 funcref) (elem declare func $g) (func $g)
       ${turning('(table.set (i32.const 1) (ref.func $g)) (call_indirect (i32.const 1))')}`,
    turns: () => 10_000,
  }),
  callShape({
    name: 'table.init, elements',
    sizes: [1, ...doubling(4096)],
    text: (size) =>
      `(table ${size} funcref) (elem $e func ${repeat(size, '$g')}) (func $g)
       ${turning(`(table.init $e (i32.const 0) (i32.const 0) (i32.const ${size}))`)}`,
    turns: (size) => (size < 100 ? 1000 : 10),
  }),
  callShape({
    name: 'memory.init, bytes',
    sizes: [1, 63, ...doubling(16_384)],
    text: (size) =>
      `(memory 1) (data $d "${'a'.repeat(size)}")
       ${turning(`(memory.init $d (i32.const 0) (i32.const 0) (i32.const ${size}))`)}`,
    turns: (size) => (size < 100 ? 1000 : 100),
  }),
  callShape({
    name: 'memory.copy, bytes',
    sizes: [1, 63, ...doubling(32_768)],
    text: (size) => `(memory 1) ${turning(`(memory.copy (i32.const 1) (i32.const 0) (i32.const ${size}))`)}`,
    turns: (size) => (size < 100 ? 1000 : 100),
  }),
  callShape({
    name: 'callee of alternating v128 and externref locals',
    sizes: [1, ...doubling(1000)],
    text: (size) => `(func $g ${repeat(size, '(local v128) (local externref)')}) ${turning('(call $g)')}`,
    turns: () => 100,
  }),
  callShape({
    name: 'callee of two v128 and three externref locals, and a tail call of such a one, times',
    sizes: [1, 8],
    text: (size) => {
      const locals = '(local externref v128 externref v128 externref)';
      return `(func $h ${locals}) (func $g ${locals} return_call $h) ${turning('(call $g) '.repeat(size))}`;
    },
    turns: () => 100,
  }),
  callShape({
    name: 'callee of alternating i32 and i64 locals',
    sizes: doubling(20_000),
    text: (size) => `(func $g ${repeat(size, '(local i32) (local i64)')}) ${turning('(call $g)')}`,
    turns: () => 20,
  }),
  callShape({
    name: 'call of many parameters and results',
    sizes: [8, ...doubling(1000)],
    text: (size) => `(func $g (param ${repeat(size, 'i32')}) (result ${repeat(size, 'i32')})
        ${Array.from({ length: size }, (_, i) => `(local.get ${i})`).join(' ')})
      ${turning(`${repeat(size, '(i32.const 1)')} call $g ${drops(size)}`)}`,
    turns: () => 100,
  }),
  ...(['i32', 'i64', 'v128', 'externref'] as const).flatMap((type) => {
    const valueType = {
      i32: ValueType.I32,
      i64: ValueType.I64,
      v128: ValueType.V128,
      externref: ValueType.ExternRef,
    }[type];
    const value = { i32: 1, i64: 1n, v128: new Uint8Array(16), externref: 'x' }[type];
    const constant = {
      i32: '(i32.const 1)',
      i64: '(i64.const 1)',
      v128: '(v128.const i64x2 1 1)',
      externref: '(ref.null extern)',
    }[type];
    return [
      callShape({
        name: `embedder function of ${type} results`,
        sizes: [1, 4, ...doubling(1000)],
        imports: (linker, store, size) => hostFunction(0, size, valueType, value)(linker, store),
        text: (size) => `${importOf(0, size, type)} ${turning(`call $f ${drops(size)}`)}`,
        turns: () => 100,
      }),
      callShape({
        name: `embedder function of ${type} parameters`,
        sizes: [1, 8, ...doubling(1000)],
        imports: (linker, store, size) => hostFunction(size, 0, valueType, value)(linker, store),
        text: (size) => `${importOf(size, 0, type)} ${turning(`${repeat(size, constant)} call $f`)}`,
        turns: () => 100,
      }),
    ];
  }),
  resumption(1),
  resumption(2),
  resumption(16),
  resumption(17, 20_000),
  resumption(64, 20_000),
];

/** The memory's buffer is looked at before every step, as all glue does; the first look, which copies it, is counted with its making. */
function growthOfSeen(): UnpaidShape {
  const STEPS = 64;
  return {
    group: 'executing',
    name: 'a memory, and memory.grow by a page after each look at its buffer, pages before',
    sizes: doubling(2048),
    prepare: async (size, executor) => {
      const bytes = await parse(`(module (memory (export "m") ${size})
        (func (export "run") (drop (memory.grow (i32.const 1)))))`);
      const engine = new Engine({ executor });
      const module = engine.compile(bytes);
      return () => {
        const store = new Store(engine);
        const instance = new Linker(engine).instantiate(store, module);
        for (let step = 0; step < STEPS; step++) {
          void instance.getMemory('m')!.buffer.byteLength;
          instance.getFunction('run')!.call();
        }
        return store.consumedFuel;
      };
    },
  };
}

/** Nineteen frames of so many locals wait while the innermost goes on some fuel at a time; so many calls of that kind take turns. */
function resumption(calls: number, stepFuel = 5): UnpaidShape {
  const FRAMES = 19;
  const TURNS = stepFuel === 5 ? 64 : 4;
  return {
    group: 'executing',
    name: `${calls === 1 ? 'resuming' : `${calls} calls resumed in turn,`} in steps of ${stepFuel} fuel beneath 19 frames, locals of each`,
    sizes: doubling(3_000),
    only: 'interpreter',
    prepare: async (size, executor) => {
      const bytes = await parse(`(module
        (func $deep (export "run") (param i32) (local ${repeat(size, 'i32')})
          (if (local.get 0)
            (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
            (else (loop (br 0))))))`);
      const engine = new Engine({ executor });
      const module = engine.compile(bytes);
      const stores = Array.from({ length: calls }, () => new Store(engine, { fuel: 10_000_000 }));
      const waiting = stores.map((store) =>
        new Linker(engine)
          .instantiate(store, module)
          .getFunction('run')!
          .callResumable(FRAMES - 1),
      );
      const consumed = () => stores.reduce((fuel, { consumedFuel }) => fuel + consumedFuel, 0n);
      return () => {
        // Asked once for many steps: what fuel was consumed is the bench's question.
        const before = consumed();
        for (let turn = 0; turn < TURNS; turn++) {
          for (let index = 0; index < calls; index++) {
            stores[index]!.fuel = BigInt(stepFuel);
            const call = waiting[index]!;
            if (call.state === 'out-of-fuel') waiting[index] = call.resume();
          }
        }
        return consumed() - before;
      };
    },
  };
}
