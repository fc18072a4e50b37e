import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { intensityRange, type BodyShape, type Site } from '../shape.js';

const BOTH = ['validate', 'translate'] as const;
const TYPES = [ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64] as const;
/** Parameters whose types, together, tell one type from others: its number in base four. */
const DIGITS = 6;

function digitsOf(number: number): ValueType[] {
  return Array.from({ length: DIGITS }, (_, place) => TYPES[(number >> (2 * place)) & 3]!);
}

function readLocal({ body, words }: Site): void {
  body.localGet(words[0]!).operator(Operator.Drop);
}

/** Types of functions: long ones, and many different ones. */
export const SIGNATURE_SHAPES: readonly BodyShape[] = [
  {
    kind: 'body',
    name: 'parameters',
    about: 'functions that take many parameters, and read a local',
    phases: BOTH,
    intensity: intensityRange('parameters', 1, 1000),
    prepare: (_, intensity) => {
      const parameters = Array.from({ length: intensity }, (__, place) => TYPES[place % TYPES.length]!);
      return { parameters: () => parameters, write: readLocal };
    },
  },
  {
    kind: 'body',
    name: 'own-types',
    about: 'functions each of a type of its own, that read a local',
    phases: BOTH,
    intensity: intensityRange('parameters before the six that differ', 0, 900),
    prepare: (_, intensity) => {
      const before = new Array<ValueType>(intensity).fill(ValueType.I32);
      return { parameters: (number) => [...before, ...digitsOf(number)], write: readLocal };
    },
  },
  {
    kind: 'body',
    name: 'many-callees',
    about: 'calls of functions of many types, where control does not come',
    phases: BOTH,
    intensity: intensityRange('types', 1, 2000),
    prepare: (module, intensity) => {
      const callees = Array.from({ length: intensity }, (_, number) =>
        module.addFunction(digitsOf(number), [], () => undefined),
      );
      return {
        write: ({ body, random, repetitions }) =>
          void body.block('empty', () => {
            body.operator(Operator.Unreachable);
            for (let number = 0; number < repetitions; number++) body.call(random.pick(callees));
          }),
      };
    },
  },
];
