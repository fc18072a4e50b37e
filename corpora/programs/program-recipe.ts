import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from '../generated/function-builder.js';
import type { DriverScope } from './driven-module.js';

/** How a module is driven to be a program. */
export interface ProgramRecipe {
  /** In the manifest of real modules. */
  readonly module: string;
  readonly name: string;
  readonly description: string;
  readonly input: () => Uint8Array;
  /** Leaves an i32, the same call after call. */
  readonly write: (body: FunctionBuilder, scope: DriverScope, inputBytes: number) => void;
  readonly result: string;
}

/** Leaves a checksum of the whole words of `length` bytes at `pointer`, both in locals: each is rotated in, by five bits. */
export function checksum(body: FunctionBuilder, pointer: number, length: number): void {
  const sum = body.local(ValueType.I32);
  const end = body.local(ValueType.I32);
  body.localGet(pointer).localGet(length).i32Const(-4).operator(Operator.I32And).operator(Operator.I32Add);
  body.localSet(end).i32Const(0).localSet(sum);
  body.block('empty', () =>
    body.loop('empty', () => {
      body.localGet(pointer).localGet(end).operator(Operator.I32GeU).brIf(1);
      body.localGet(sum).i32Const(5).operator(Operator.I32Rotl);
      body.localGet(pointer).memoryAccess(Operator.I32Load, 0, 0).operator(Operator.I32Xor).localSet(sum);
      body.localGet(pointer).i32Const(4).operator(Operator.I32Add).localSet(pointer).br(0);
    }),
  );
  body.localGet(sum);
}

/** Puts the whole input at the pointer that is on the stack. */
export function copyInput(body: FunctionBuilder, { inputSegment }: DriverScope, inputBytes: number): void {
  body.i32Const(0).i32Const(inputBytes).memoryInit(inputSegment);
}
