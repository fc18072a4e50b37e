import { ValueType } from '@wasm-dyno/engine';
import { intensityRange, type ModuleShape } from '../shape.js';

const PARSE = ['parse'] as const;
const TYPES = [ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64] as const;

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
];
