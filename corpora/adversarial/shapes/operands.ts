import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from '../../generated/function-builder.js';
import { intensityRange, type BodyShape, type Site } from '../shape.js';

const BOTH = ['validate', 'translate'] as const;
const DEPTH = intensityRange('operands', 2, 1000);
const COUNT = intensityRange('operators of a statement', 1, 200);

/** Takes `count` operands of type i32 down to none. */
function fold(body: FunctionBuilder, count: number): void {
  for (let number = 1; number < count; number++) body.operator(Operator.I32Add);
  body.operator(Operator.Drop);
}

function operandShape(
  name: string,
  about: string,
  intensity: BodyShape['intensity'],
  write: (site: Site) => void,
): BodyShape {
  return { kind: 'body', name, about, phases: BOTH, intensity, prepare: () => ({ write }) };
}

/** Deep stacks, and operators that are short for what they take. */
export const OPERAND_SHAPES: readonly BodyShape[] = [
  operandShape('deep-stack', 'constants piled up and added from the top', DEPTH, ({ body, intensity }) => {
    for (let number = 0; number < intensity; number++) body.i32Const(number % 64);
    fold(body, intensity);
  }),
  operandShape(
    'overwritten-locals',
    'locals on the stack, set anew beneath: each set must keep what lies there',
    DEPTH,
    ({ body, intensity, words }) => {
      for (let number = 0; number < intensity; number++) body.localGet(words[number % 4]!);
      for (let number = 0; number < intensity; number++)
        body.i32Const(number % 64).localSet(words[number % 4]!);
      fold(body, intensity);
    },
  ),
  operandShape(
    'tees-under-operands',
    'one local read and written again under a growing stack',
    DEPTH,
    ({ body, intensity, words }) => {
      for (let number = 0; number < intensity; number++)
        body.localGet(words[0]!).localTee(words[number % 4]!);
      fold(body, intensity);
    },
  ),
  operandShape(
    'joins-over-operands',
    'blocks and branches over operands that lie beneath',
    DEPTH,
    ({ body, intensity, words }) => {
      for (let number = 0; number < intensity; number++) body.localGet(words[number % 4]!);
      for (let number = 0; number < intensity; number++)
        body.block('empty', () => body.localGet(words[0]!).brIf(0));
      fold(body, intensity);
    },
  ),
  operandShape('nops', 'operators of one byte that do nothing', COUNT, ({ body, intensity }) => {
    for (let number = 0; number < intensity; number++) body.operator(Operator.Nop);
  }),
  operandShape('selects', 'selects among locals', COUNT, ({ body, intensity, words }) => {
    body.localGet(words[0]!);
    for (let number = 0; number < intensity; number++)
      body.localGet(words[1]!).localGet(words[2]!).operator(Operator.Select);
    body.operator(Operator.Drop);
  }),
  operandShape(
    'unary-chain',
    'operators of one byte, one operand and one result',
    COUNT,
    ({ body, intensity, words }) => {
      body.localGet(words[0]!);
      for (let number = 0; number < intensity; number++) body.operator(Operator.I32Eqz);
      body.operator(Operator.Drop);
    },
  ),
  operandShape(
    'conversions',
    'conversions to and fro between the four number types',
    COUNT,
    ({ body, intensity, words }) => {
      body.localGet(words[0]!);
      for (let number = 0; number < intensity; number++)
        body
          .operator(Operator.F64ConvertI32S)
          .operator(Operator.F32DemoteF64)
          .operator(Operator.I32TruncF32S);
      body.operator(Operator.Drop);
    },
  ),
  operandShape('loads', 'a load of a load of a load', COUNT, ({ body, intensity, words }) => {
    body.localGet(words[0]!);
    for (let number = 0; number < intensity; number++) body.memoryAccess(Operator.I32Load, 0, 0);
    body.operator(Operator.Drop);
  }),
  operandShape('stores', 'stores of constants and locals', COUNT, ({ body, intensity, words }) => {
    for (let number = 0; number < intensity; number++)
      body.i32Const(0).localGet(words[0]!).memoryAccess(Operator.I32Store8, 0, 0);
  }),
  operandShape(
    'long-numbers',
    'constants and offsets written in more bytes than they need',
    COUNT,
    ({ body, intensity }) => {
      for (let number = 0; number < intensity; number++)
        body.raw(
          Operator.I64Const,
          0x80,
          0x80,
          0x80,
          0x80,
          0x80,
          0x80,
          0x80,
          0x80,
          0x80,
          0x00,
          Operator.Drop,
        );
    },
  ),
  operandShape('vectors', 'vector operators behind a prefix', COUNT, ({ body, intensity, words }) => {
    body.localGet(words[0]!).raw(0xfd, 0x11); // i32x4.splat
    for (let number = 0; number < intensity; number++) body.raw(0xfd, 0x4d); // v128.not
    body.operator(Operator.Drop);
  }),
  operandShape('memory-sizes', 'memory.size, a rare operator of two bytes', COUNT, ({ body, intensity }) => {
    for (let number = 0; number < intensity; number++) body.memorySize().operator(Operator.Drop);
  }),
  operandShape('bulk', 'memory.fill of nothing', COUNT, ({ body, intensity }) => {
    for (let number = 0; number < intensity; number++) body.i32Const(0).i32Const(0).i32Const(0).memoryFill();
  }),
  {
    kind: 'body',
    name: 'globals',
    about: 'globals read and written in turn',
    phases: BOTH,
    intensity: COUNT,
    prepare: (module) => {
      const global = module.addGlobal({ type: ValueType.I32, value: 0 }, true);
      return {
        write: ({ body, intensity }) => {
          for (let number = 0; number < intensity; number++) body.globalGet(global).globalSet(global);
        },
      };
    },
  },
  {
    kind: 'body',
    name: 'short-calls',
    about: 'calls of a function that takes and leaves nothing',
    phases: BOTH,
    intensity: COUNT,
    prepare: (module) => {
      const callee = module.addFunction([], [], () => undefined);
      return {
        write: ({ body, intensity }) => {
          for (let number = 0; number < intensity; number++) body.call(callee);
        },
      };
    },
  },
  {
    kind: 'body',
    name: 'far-locals',
    about: 'locals beyond those that a body lists, declared in runs of a hundred',
    phases: BOTH,
    intensity: intensityRange('runs', 12, 490),
    prepare: (_, intensity) => ({
      declare: (body) => {
        for (let run = 0; run < intensity; run++)
          for (let number = 0; number < 100; number++)
            body.local(run % 2 === 0 ? ValueType.I64 : ValueType.I32);
      },
      write: ({ body, intensity: runs, random }) => {
        for (let number = 0; number < 8; number++)
          body.localGet(random.integer(1_000, 100 * runs)).operator(Operator.Drop);
      },
    }),
  },
];
