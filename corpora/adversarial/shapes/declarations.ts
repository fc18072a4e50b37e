import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { FunctionBuilder } from '../../generated/function-builder.js';
import { intensityRange, type ModuleShape } from '../shape.js';

const PARSE = ['parse'] as const;
const TYPES = [ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64] as const;
/** Of the heap of functions. */
const FUNC = 0x70;

type Operand = (expression: FunctionBuilder) => FunctionBuilder;

/** In as few bytes as there can be. */
const ZERO: Operand = (expression) => expression.i32Const(0);

/** A sum of so many operands and one, each added as soon as it is there. */
function sum(additions: number, operand = ZERO, addition: Operator = Operator.I32Add): FunctionBuilder {
  const expression = operand(new FunctionBuilder(0));
  for (let number = 0; number < additions; number++) operand(expression).operator(addition);
  return expression;
}

/** The same with all operands before the first addition. */
function deepSum(additions: number): FunctionBuilder {
  const expression = new FunctionBuilder(0);
  for (let number = 0; number <= additions; number++) expression.i32Const(0);
  for (let number = 0; number < additions; number++) expression.operator(Operator.I32Add);
  return expression;
}

/** Globals whose initial values are sums. */
function summedGlobals(
  name: string,
  about: string,
  type: ValueType,
  initial: (additions: number) => FunctionBuilder,
): ModuleShape {
  return {
    ...{ kind: 'module', name, about, phases: PARSE },
    intensity: intensityRange('additions', 0, 1000),
    add: (module, _, additions) => void module.addComputedGlobal(type, initial(additions), false),
  };
}

const BEYOND_ASCII = '\u{e9}';

/** Imports whose names are so many letters, the last of them a number as far as there is room. */
function importedGlobals(
  name: string,
  about: string,
  from: string,
  letter: string,
  [least, most]: readonly [number, number],
): ModuleShape {
  return {
    ...{ kind: 'module', name, about, phases: PARSE },
    intensity: intensityRange('letters of a name', least, most),
    add: (module, number, letters) => {
      const numbered = number.toString(36).padStart(letters, letter).slice(0, letters);
      module.importGlobal(from, numbered, ValueType.I32);
    },
  };
}

function emptySections(name: string, about: string, letter: string, least: number): ModuleShape {
  return {
    ...{ kind: 'module', name, about, phases: PARSE },
    intensity: intensityRange('letters of the name', least, 10_000),
    add: (module, _, letters) => module.addCustomSection(letter.repeat(letters), new Uint8Array(0)),
  };
}

/** Entries of sections that are short for what they make. */
export const DECLARATION_SHAPES: readonly ModuleShape[] = [
  {
    kind: 'module',
    name: 'distinct-types',
    about: 'function types that differ in their last values only',
    phases: PARSE,
    intensity: intensityRange('parameters', 8, 1000),
    add: (module, number, intensity) => {
      const last = Array.from({ length: 8 }, (_, place) => TYPES[(number >> (2 * place)) & 3]!);
      module.type([...new Array<ValueType>(intensity - 8).fill(ValueType.I32), ...last], []);
    },
  },
  {
    kind: 'module',
    name: 'tiny-functions',
    about: 'functions of two bytes',
    phases: ['parse', 'validate', 'translate'],
    intensity: intensityRange('nothing', 1, 1),
    add: (module) => void module.addFunction([], [], () => undefined),
  },
  {
    kind: 'module',
    name: 'exports',
    about: 'exports of one function by long names',
    phases: PARSE,
    intensity: intensityRange('letters of a name', 4, 200),
    add: (module, number, intensity) => {
      module.exportFunction(number.toString(36).padStart(intensity, 'x'), 0);
    },
  },
  {
    kind: 'module',
    name: 'globals-declared',
    about: 'globals, each with an initial value',
    phases: PARSE,
    intensity: intensityRange('nothing', 1, 1),
    add: (module, number) => void module.addGlobal({ type: ValueType.I32, value: number % 64 }, false),
  },
  {
    kind: 'module',
    name: 'element-segments',
    about: 'element segments of few functions',
    phases: PARSE,
    intensity: intensityRange('functions of a segment', 0, 64),
    add: (module, number, intensity) => {
      if (number === 0) module.addTable(ValueType.FuncRef, { minimum: 100 });
      module.addElements(0, new Array<number>(intensity).fill(0));
    },
  },
  {
    kind: 'module',
    name: 'data-segments',
    about: 'data segments of few bytes',
    phases: PARSE,
    intensity: intensityRange('bytes of a segment', 0, 64),
    add: (module, number, intensity) => {
      if (number === 0) module.addMemory({ minimum: 1 });
      module.addData(0, new Uint8Array(intensity));
    },
  },
  {
    kind: 'module',
    name: 'element-expressions',
    about: 'element segments of references to functions and of null, in turn',
    phases: PARSE,
    intensity: intensityRange('elements of a segment', 0, 64),
    add: (module, number, intensity) => {
      if (number === 0) module.addTable(ValueType.FuncRef, { minimum: 100 });
      const element = (place: number) =>
        place % 2 === 0
          ? new FunctionBuilder(0).raw(Operator.RefNull, FUNC)
          : new FunctionBuilder(0).raw(Operator.RefFunc, 0);
      module.addElementExpressions(
        0,
        Array.from({ length: intensity }, (_, place) => element(place)),
      );
    },
  },
  {
    kind: 'module',
    name: 'computed-offsets',
    about: 'data segments of nothing whose offset is a long sum',
    phases: PARSE,
    intensity: intensityRange('additions', 1, 1000),
    add: (module, number, intensity) => {
      if (number === 0) module.addMemory({ minimum: 1 });
      module.addData(sum(intensity), new Uint8Array(0));
    },
  },
  {
    kind: 'module',
    name: 'computed-element-offsets',
    about: 'element segments of nothing whose offset is a long sum',
    phases: PARSE,
    intensity: intensityRange('additions', 1, 1000),
    add: (module, number, intensity) => {
      if (number === 0) module.addTable(ValueType.FuncRef, { minimum: 100 });
      module.addElements(sum(intensity), []);
    },
  },
  summedGlobals('computed-globals', 'globals whose initial value is a long sum', ValueType.I32, sum),
  summedGlobals(
    'deep-sums',
    'globals whose initial value is a sum of operands that all lie on the stack first',
    ValueType.I32,
    deepSum,
  ),
  summedGlobals(
    'sums-of-long-constants',
    'globals whose initial value is a sum of constants of five bytes',
    ValueType.I32,
    (additions) => sum(additions, (expression) => expression.i32Const(-(2 ** 30))),
  ),
  summedGlobals(
    'wide-sums',
    'globals whose initial value is a sum of i64 constants of one byte',
    ValueType.I64,
    (additions) => sum(additions, (expression) => expression.i64Const(0n), Operator.I64Add),
  ),
  summedGlobals(
    'wide-sums-of-long-constants',
    'globals whose initial value is a sum of i64 constants of ten bytes',
    ValueType.I64,
    (additions) => sum(additions, (expression) => expression.i64Const(-(1n << 62n)), Operator.I64Add),
  ),
  {
    kind: 'module',
    name: 'sums-of-globals',
    about: 'globals whose initial value is a sum of an imported one',
    phases: PARSE,
    intensity: intensityRange('additions', 0, 1000),
    add: (module, number, intensity) => {
      if (number === 0) module.importGlobal('', '', ValueType.I32);
      const initial = sum(intensity, (expression) => expression.globalGet(0));
      module.addComputedGlobal(ValueType.I32, initial, false);
    },
  },
  {
    kind: 'module',
    name: 'repeated-types',
    about: 'function types that are all alike',
    phases: PARSE,
    intensity: intensityRange('parameters', 0, 1000),
    add: (module, _, intensity) =>
      void module.addType(new Array<ValueType>(intensity).fill(ValueType.I32), []),
  },
  {
    kind: 'module',
    name: 'number-globals',
    about: 'globals of the wider number types',
    phases: PARSE,
    intensity: intensityRange('nothing', 1, 1),
    add: (module, number) => {
      if (number % 2 === 0) module.addGlobal({ type: ValueType.F64, value: number }, false);
      else module.addGlobal({ type: ValueType.I64, value: BigInt(number) << 40n }, false);
    },
  },
  importedGlobals('imported-globals', 'imports by short names', '', 'x', [0, 64]),
  importedGlobals(
    'foreign-names',
    'imports by names of letters beyond ASCII',
    BEYOND_ASCII,
    BEYOND_ASCII,
    [1, 100],
  ),
  emptySections('custom-sections', 'custom sections of nothing but a name', 'x', 0),
  emptySections(
    'foreign-sections',
    'custom sections of nothing but a name of letters beyond ASCII',
    BEYOND_ASCII,
    1,
  ),
  {
    kind: 'module',
    name: 'tables-declared',
    about: 'tables without a maximum',
    phases: PARSE,
    intensity: intensityRange('nothing', 1, 1),
    add: (module) => void module.addTable(ValueType.FuncRef, { minimum: 0 }),
  },
];
