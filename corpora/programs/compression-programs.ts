import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { lz4Frame } from './inputs.js';
import { checksum, copyInput, type ProgramRecipe } from './program-recipe.js';

/** As the package's glue calls them. */
const LZ4 = { memory: 'c', initialize: 'd', malloc: 'e', decompressFrame: 'h', createContext: 'i' } as const;
const ALLOCATIONS = 100;
const KEPT = 16;

export const COMPRESSION_PROGRAMS: readonly ProgramRecipe[] = [
  {
    module: 'lz4',
    name: 'lz4',
    description: 'decompressing an LZ4 frame of 30 kB (C)',
    input: () => lz4Frame().frame,
    write: (body, scope, bytes) => {
      const { func, state } = scope;
      const [output, length] = [body.local(ValueType.I32), body.local(ValueType.I32)];
      const room = lz4Frame().bytes.length;
      // Once: the context, the frame, and room for what comes out, one behind the other.
      body
        .globalGet(state)
        .operator(Operator.I32Eqz)
        .if('empty', () => {
          body.call(func(LZ4.initialize));
          body
            .i32Const(4 + bytes + room)
            .call(func(LZ4.malloc))
            .globalSet(state);
          body.globalGet(state).call(func(LZ4.createContext)).memoryAccess(Operator.I32Store, 2, 0);
          body.globalGet(state).i32Const(4).operator(Operator.I32Add);
          copyInput(body, scope, bytes);
        });
      body.globalGet(state).memoryAccess(Operator.I32Load, 2, 0);
      body
        .globalGet(state)
        .i32Const(4 + bytes)
        .operator(Operator.I32Add)
        .localTee(output)
        .i32Const(room);
      body.globalGet(state).i32Const(4).operator(Operator.I32Add).i32Const(bytes);
      body.call(func(LZ4.decompressFrame)).localSet(length);
      checksum(body, output, length);
    },
    result: '514132473',
  },
  {
    module: 'md4w',
    name: 'allocator',
    description: `${ALLOCATIONS} allocations that move and are freed (Zig)`,
    input: () => new Uint8Array(),
    write: (body, { func, state }) => {
      const [i, slot, size, pointer, sum] = [0, 0, 0, 0, 0].map(() => body.local(ValueType.I32)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      body
        .globalGet(state)
        .operator(Operator.I32Eqz)
        .if('empty', () => {
          body
            .i32Const(4 * KEPT)
            .call(func('malloc'))
            .globalSet(state);
          body
            .globalGet(state)
            .i32Const(0)
            .i32Const(4 * KEPT)
            .memoryFill();
        });
      body.i32Const(ALLOCATIONS).localSet(i);
      body.loop('empty', () => {
        body
          .globalGet(state)
          .localGet(i)
          .i32Const(KEPT - 1)
          .operator(Operator.I32And);
        body.i32Const(2).operator(Operator.I32Shl).operator(Operator.I32Add).localTee(slot);
        body
          .memoryAccess(Operator.I32Load, 2, 0)
          .localTee(pointer)
          .if('empty', () => {
            body.localGet(sum).localGet(pointer).memoryAccess(Operator.I32Load, 2, 0);
            body.operator(Operator.I32Add).localSet(sum);
            body.localGet(pointer).call(func('free'));
          });
        // 8 to 1,031 bytes, by Knuth's multiplier.
        body.localGet(i).i32Const(-1_640_531_535).operator(Operator.I32Mul);
        body.i32Const(22).operator(Operator.I32ShrU).i32Const(8).operator(Operator.I32Add).localTee(size);
        body.call(func('malloc')).localTee(pointer).localGet(size).memoryAccess(Operator.I32Store, 2, 0);
        body.localGet(slot).localGet(pointer).localGet(size).i32Const(1).operator(Operator.I32Shl);
        body.call(func('realloc')).memoryAccess(Operator.I32Store, 2, 0);
        body.localGet(i).i32Const(1).operator(Operator.I32Sub).localTee(i).brIf(0);
      });
      // None is left over, so that the next call does the same.
      body.i32Const(KEPT).localSet(i);
      body.loop('empty', () => {
        body.globalGet(state).localGet(i).i32Const(1).operator(Operator.I32Sub).localTee(i);
        body.i32Const(2).operator(Operator.I32Shl).operator(Operator.I32Add).localTee(slot);
        body.memoryAccess(Operator.I32Load, 2, 0).localTee(pointer).memoryAccess(Operator.I32Load, 2, 0);
        body.localGet(sum).operator(Operator.I32Add).localSet(sum);
        body.localGet(pointer).call(func('free'));
        body.localGet(slot).i32Const(0).memoryAccess(Operator.I32Store, 2, 0).localGet(i).brIf(0);
      });
      body.localGet(sum);
    },
    result: '52025',
  },
];
