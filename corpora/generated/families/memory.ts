import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator, type Production, type Statement } from '../code-generator.js';
import { combineVariables, completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';
import type { NumericType } from '../operators.js';

interface Access {
  readonly operator: Operator;
  readonly type: NumericType;
  readonly widthLog2: number;
}

const LOADS: readonly Access[] = [
  { operator: Operator.I32Load, type: ValueType.I32, widthLog2: 2 },
  { operator: Operator.I32Load, type: ValueType.I32, widthLog2: 2 },
  { operator: Operator.I32Load, type: ValueType.I32, widthLog2: 2 },
  { operator: Operator.I32Load8U, type: ValueType.I32, widthLog2: 0 },
  { operator: Operator.I32Load8S, type: ValueType.I32, widthLog2: 0 },
  { operator: Operator.I32Load16U, type: ValueType.I32, widthLog2: 1 },
  { operator: Operator.I32Load16S, type: ValueType.I32, widthLog2: 1 },
  { operator: Operator.I64Load, type: ValueType.I64, widthLog2: 3 },
  { operator: Operator.I64Load8U, type: ValueType.I64, widthLog2: 0 },
  { operator: Operator.I64Load16S, type: ValueType.I64, widthLog2: 1 },
  { operator: Operator.I64Load32U, type: ValueType.I64, widthLog2: 2 },
  { operator: Operator.I64Load32S, type: ValueType.I64, widthLog2: 2 },
];

const STORES: readonly Access[] = [
  { operator: Operator.I32Store, type: ValueType.I32, widthLog2: 2 },
  { operator: Operator.I32Store, type: ValueType.I32, widthLog2: 2 },
  { operator: Operator.I32Store8, type: ValueType.I32, widthLog2: 0 },
  { operator: Operator.I32Store16, type: ValueType.I32, widthLog2: 1 },
  { operator: Operator.I64Store, type: ValueType.I64, widthLog2: 3 },
  { operator: Operator.I64Store8, type: ValueType.I64, widthLog2: 0 },
  { operator: Operator.I64Store16, type: ValueType.I64, widthLog2: 1 },
  { operator: Operator.I64Store32, type: ValueType.I64, widthLog2: 2 },
];

/** A field copied as it is: one load feeding one store, floats included, whose bits pass through untouched. */
const COPIES: readonly { readonly load: Operator; readonly store: Operator; readonly widthLog2: number }[] = [
  { load: Operator.I32Load, store: Operator.I32Store, widthLog2: 2 },
  { load: Operator.I64Load, store: Operator.I64Store, widthLog2: 3 },
  { load: Operator.F32Load, store: Operator.F32Store, widthLog2: 2 },
  { load: Operator.F64Load, store: Operator.F64Store, widthLog2: 3 },
];

const PAGES = 2;
const DATA_BYTES = 4096;
/** Pointers stay below 32 KiB and offsets below 64 KiB, so that an access ends below 128 KiB, the memory's size. */
const POINTER_MASK = 0x7ff8;
const SMALL_POINTER_MASK = 0x38;
const MAXIMUM_OFFSETS = [32, 127, 1024, 16_383, 65_000];
const MAXIMUM_BULK_BYTES = 63;
/** The stack of C-like languages: a global that functions lower for their frame and restore at their end. */
const STACK_TOP = 0x7000;
const FRAME_BYTES = 64;

/** Loads, stores, field copies, moving pointers, stack frames and short bulk operations in a memory of two pages. */
export const memory: Family = {
  name: 'memory',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare(module, random) {
    module.addMemory({ minimum: PAGES, maximum: PAGES });
    module.exportMemory('memory');
    const stackPointer = module.addGlobal({ type: ValueType.I32, value: STACK_TOP }, true);
    module.addData(
      0,
      Uint8Array.from({ length: DATA_BYTES }, () => random.integer(0, 255)),
    );

    return (body, bodyRandom, bodyBytes) => {
      // A body of under 32 bytes has no room to bring a pointer into bounds first: its addresses are constants.
      const tiny = bodyBytes < 32;
      const words = tiny ? [0, 1] : [1];
      const pointers = tiny ? [] : [0];
      const variables: Partial<Record<NumericType, number[]>> = { [ValueType.I32]: words };
      if (bodyBytes >= 64) {
        words.push(...declareLocals(body, ValueType.I32, usualLocalCount(bodyBytes)));
        pointers.push(...declareLocals(body, ValueType.I32, Math.ceil(usualLocalCount(bodyBytes) / 3)));
        variables[ValueType.I64] = declareLocals(body, ValueType.I64, usualLocalCount(bodyBytes));
      }
      const frame = bodyBytes >= 128 ? body.local(ValueType.I32) : undefined;
      const bases = frame === undefined ? pointers : [...pointers, frame];
      const generator = new CodeGenerator(body, bodyRandom, variables);
      const loads = LOADS.filter(({ type }) => variables[type] !== undefined);
      const stores = STORES.filter(({ type }) => variables[type] !== undefined);

      const address = () => {
        if (tiny) body.i32Const(bodyRandom.integer(0, 7) * 8);
        else body.localGet(bodyRandom.pick(bases));
      };
      const access = (operator: Operator, widthLog2: number) => {
        const width = 1 << widthLog2;
        const maximum = tiny ? 32 : bodyRandom.pick(MAXIMUM_OFFSETS);
        // Compilers align fields; now and then one is packed.
        const packed = bodyRandom.chance(0.05);
        const offset = packed
          ? bodyRandom.integer(0, maximum)
          : bodyRandom.integer(0, maximum >> widthLog2) * width;
        body.memoryAccess(operator, packed ? 0 : widthLog2, offset);
      };

      const load = (type: NumericType): Production => ({
        type,
        write: () => {
          const { operator, widthLog2 } = bodyRandom.pick(
            loads.filter((candidate) => candidate.type === type),
          );
          address();
          access(operator, widthLog2);
        },
      });
      generator.productions = [load(ValueType.I32), load(ValueType.I64)];

      const loadIntoVariable: Statement = {
        weight: 6,
        minimumBytes: 7,
        write: () => {
          const { operator, type, widthLog2 } = bodyRandom.pick(loads);
          address();
          access(operator, widthLog2);
          body.localSet(generator.variable(type));
        },
      };
      const store: Statement = {
        weight: 6,
        minimumBytes: 7,
        write: (bytesLeft) => {
          const { operator, type, widthLog2 } = bodyRandom.pick(stores);
          address();
          generator.expression(type, bytesLeft < 16 ? 0 : bodyRandom.integer(0, 2));
          access(operator, widthLog2);
        },
      };
      const copyField: Statement = {
        weight: 2,
        minimumBytes: 10,
        write: () => {
          const { load: loadOperator, store: storeOperator, widthLog2 } = bodyRandom.pick(COPIES);
          address();
          address();
          access(loadOperator, widthLog2);
          access(storeOperator, widthLog2);
        },
      };
      const movePointer: Statement = {
        weight: 2,
        minimumBytes: 13,
        write: () => {
          body.localGet(bodyRandom.pick(pointers)).i32Const(bodyRandom.integer(1, 16) * 8);
          body.operator(Operator.I32Add).i32Const(POINTER_MASK).operator(Operator.I32And);
          body.localSet(bodyRandom.pick(pointers));
        },
      };
      const bulk: Statement = {
        weight: 1,
        minimumBytes: 10,
        write: () => {
          const fill = bodyRandom.chance(0.5);
          address();
          if (fill) generator.leaf(ValueType.I32);
          else address();
          body.i32Const(bodyRandom.integer(8, MAXIMUM_BULK_BYTES));
          if (fill) body.memoryFill();
          else body.memoryCopy();
        },
      };
      generator.statements = [
        loadIntoVariable,
        store,
        copyField,
        bulk,
        assignment(generator, 2, 2),
        ...(tiny ? [] : [movePointer]),
      ];

      if (!tiny) {
        const mask = bodyBytes < 64 ? SMALL_POINTER_MASK : POINTER_MASK;
        pointers.forEach((pointer, position) => {
          body
            .localGet(position % 2)
            .i32Const(mask)
            .operator(Operator.I32And)
            .localSet(pointer);
        });
      }
      if (frame !== undefined) {
        body.globalGet(stackPointer).i32Const(FRAME_BYTES).operator(Operator.I32Sub).localTee(frame);
        body.globalSet(stackPointer);
      }
      completeBody(generator, bodyBytes, () => {
        if (frame !== undefined) {
          body.localGet(frame).i32Const(FRAME_BYTES).operator(Operator.I32Add).globalSet(stackPointer);
        }
        combineVariables(body, ValueType.I32, words, bodyBytes);
        if (bodyBytes < 64) return;
        body.localGet(pointers[0]!).memoryAccess(Operator.I32Load, 2, 0).operator(Operator.I32Add);
      });
    };
  },
};
