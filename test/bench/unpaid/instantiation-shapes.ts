import { Func, functionType, type Linker, type Store, ValueType } from '@wasm-dyno/engine';

import { doubling, instantiationShape, repeat, type UnpaidShape } from './shape.js';

const madeNames = new Map<number, string[]>();
/** Different names, of one length, that differ at their ends: made once, as the time of that is the embedder's. */
function longNames(count: number, units: number): string[] {
  const made = madeNames.get(units) ?? [];
  madeNames.set(units, made);
  while (made.length < count) made.push(`${made.length}`.padStart(units, 'n'));
  return made.slice(0, count);
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

export const INSTANTIATION_SHAPES: readonly UnpaidShape[] = [
  instantiationShape({ name: 'an empty module', sizes: [1], text: () => '' }),
  instantiationShape({
    name: 'a memory, pages',
    sizes: [0, 1, ...doubling(4096)],
    text: (size) => `(memory ${size})`,
  }),
  instantiationShape({
    name: 'a table, elements',
    sizes: [1, ...doubling(1_000_000)],
    text: (size) => `(table ${size} externref)`,
  }),
  instantiationShape({
    name: 'tables of one element',
    sizes: doubling(1000),
    text: (size) => repeat(size, '(table 1 funcref)'),
  }),
  instantiationShape({
    name: 'active data segments of a byte',
    sizes: doubling(20_000),
    text: (size) => `(memory 1) ${repeat(size, '(data (i32.const 0) "a")')}`,
  }),
  instantiationShape({
    name: 'an active data segment, bytes',
    sizes: doubling(1_000_000),
    text: (size) => `(memory 16) (data (i32.const 0) "${'a'.repeat(size)}")`,
  }),
  instantiationShape({
    name: 'active element segments of one function',
    sizes: doubling(20_000),
    text: (size) => `(table 1 funcref) (func $g) ${repeat(size, '(elem (i32.const 0) func $g)')}`,
  }),
  instantiationShape({
    name: 'an active element segment, functions',
    sizes: doubling(100_000),
    text: (size) => `(table ${size} funcref) (func $g) (elem (i32.const 0) func ${repeat(size, '$g')})`,
  }),
  instantiationShape({
    name: 'passive element expressions',
    sizes: doubling(50_000),
    text: (size) => `(elem externref ${repeat(size, '(ref.null extern)')})`,
  }),
  instantiationShape({
    name: 'globals',
    sizes: doubling(20_000),
    text: (size) => repeat(size, '(global (mut i64) (i64.const 5))'),
  }),
  instantiationShape({
    name: 'multiplications of a constant expression',
    sizes: doubling(20_000),
    text: (size) => `(global i64 (i64.const 3) ${repeat(size, '(i64.const 5) i64.mul')})`,
  }),
  instantiationShape({
    name: 'functions',
    sizes: doubling(50_000),
    text: (size) => repeat(size, '(func)'),
  }),
  instantiationShape({
    name: 'exported functions',
    sizes: doubling(20_000),
    text: (size) =>
      numbers(size)
        .map((index) => `(func (export "f${index}"))`)
        .join(' '),
  }),
  instantiationShape({
    name: 'exported globals',
    sizes: doubling(20_000),
    text: (size) =>
      numbers(size)
        .map((index) => `(global (export "g${index}") i32 (i32.const 0))`)
        .join(' '),
  }),
  instantiationShape({
    name: 'imports of one function',
    sizes: doubling(20_000),
    imports: (linker, store) =>
      void linker.define(
        'host',
        'f',
        Func.wrap(store, functionType([], []), () => undefined),
      ),
    text: (size) => repeat(size, '(func (import "host" "f"))'),
  }),
  ...[63, 16_000, 100_000].flatMap((units) => [
    instantiationShape({
      name: `imports by names of ${units} characters`,
      sizes: doubling(Math.min(2_000, 10_000_000 / units)),
      imports: (linker, store, size) => {
        const func = Func.wrap(store, functionType([], []), () => undefined);
        for (const name of longNames(size, units)) linker.define('host', name, func);
      },
      text: (size) =>
        longNames(size, units)
          .map((name) => `(func (import "host" "${name}"))`)
          .join(' '),
    }),
    instantiationShape({
      name: `exports by names of ${units} characters`,
      sizes: doubling(Math.min(2_000, 10_000_000 / units)),
      text: (size) =>
        `(func $f) ${longNames(size, units)
          .map((name) => `(export "${name}" (func $f))`)
          .join(' ')}`,
    }),
  ]),
  ...(
    [
      ['i32', ValueType.I32],
      ['v128', ValueType.V128],
    ] as const
  ).flatMap(([type, valueType]) => {
    const values = repeat(1_000, type);
    const wide = `(type $t (func (param ${values}) (result ${values})))`;
    const valueTypes = new Array<ValueType>(1_000).fill(valueType);
    const define = (linker: Linker, store: Store, count: number) => {
      for (let index = 0; index < count; index++)
        linker.define(
          'host',
          `f${index}`,
          Func.wrap(store, functionType(valueTypes, valueTypes), () => undefined),
        );
    };
    return [
      instantiationShape({
        name: `imports of one function [1000 ${type}] -> [1000 ${type}]`,
        sizes: doubling(400),
        imports: (linker, store) => define(linker, store, 1),
        text: (size) => `${wide} ${repeat(size, '(func (import "host" "f0") (type $t))')}`,
      }),
      instantiationShape({
        name: `imports of different functions [1000 ${type}] -> [1000 ${type}]`,
        sizes: doubling(100),
        imports: define,
        text: (size) =>
          `${wide} ${numbers(size)
            .map((index) => `(func (import "host" "f${index}") (type $t))`)
            .join(' ')}`,
      }),
      instantiationShape({
        name: `exported functions [1000 ${type}] -> [1000 ${type}]`,
        sizes: doubling(400),
        text: (size) =>
          `${wide} ${numbers(size)
            .map((index) => `(func (export "f${index}") (type $t) unreachable)`)
            .join(' ')}`,
      }),
    ];
  }),
];
