import { Func, functionType } from '@wasm-dyno/engine';

import { doubling, instantiationShape, repeat, type UnpaidShape } from './shape.js';

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
];
