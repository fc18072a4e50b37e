import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

import { Func, functionType } from '@wasm-dyno/engine';

import { COMPILE_SHAPES } from './compile-shapes.js';
import { OPERATOR_SHAPES, operatorTitle } from './operator-shapes.js';
import {
  doubling,
  loadedAndCalledShape,
  loadingShape,
  reloadingShape,
  repeat,
  type UnpaidShape,
} from './shape.js';

/** Of a body that is compiled and not run. */
const SKIPPED_BYTES = 30_000;

const text = (fields: string) => parse(`(module ${fields})`);

export const LOADING_SHAPES: readonly UnpaidShape[] = [
  loadingShape({
    name: 'a function of additions',
    sizes: doubling(100_000),
    bytes: (size) => text(`(func (result i32) i32.const 1 ${repeat(size, '(i32.const 1) i32.add')})`),
  }),
  loadingShape({
    name: 'blocks of as many parameters and results',
    sizes: doubling(1000),
    bytes: (size) => {
      const many = repeat(size, 'i32');
      return text(
        `(type $t (func (param ${many}) (result ${many}))) (func (type $t)
          ${Array.from({ length: size }, (_, i) => `(local.get ${i})`).join(' ')} ${repeat(size, 'block (type $t) end')})`,
      );
    },
  }),
  loadingShape({
    name: 'invalid in its last body, functions',
    sizes: doubling(20_000),
    bytes: (size) => text(`${repeat(size, '(func (result i32) (i32.const 1))')} (func (result i32))`),
  }),
  reloadingShape({ name: 'a module of nothing', sizes: [1], bytes: () => text('') }),
  reloadingShape({
    name: 'functions of two bytes, and their first calls',
    sizes: [10, 80, ...doubling(20_000)],
    isCalled: true,
    bytes: (size) =>
      text(
        `${repeat(size, '(func)')} (func (export "run") ${Array.from({ length: size }, (_, i) => `(call ${i})`).join(' ')})`,
      ),
  }),
  ...COMPILE_SHAPES.map(({ name, module, largest = 200_000, isCalled }) => {
    const shape = { name, sizes: doubling(largest), bytes: module };
    return isCalled === true ? loadedAndCalledShape(shape) : loadingShape(shape);
  }),
  ...OPERATOR_SHAPES.map(({ name, operators, module }) =>
    loadedAndCalledShape({
      name,
      sizes: operators,
      nameOf: operatorTitle,
      bytes: (operator) => module(operator, SKIPPED_BYTES),
      imports: (linker, store) =>
        linker.define(
          '',
          '',
          Func.wrap(store, functionType([], []), () => []),
        ),
    }),
  ),
];
