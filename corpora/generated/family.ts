import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { CodeGenerator } from './code-generator.js';
import type { FunctionBuilder } from './function-builder.js';
import type { ModuleBuilder } from './module-builder.js';
import type { NumericType } from './operators.js';
import type { Random } from '../random.js';

/** Writes one function body of exactly `bodyBytes` bytes. */
export type BodyWriter = (body: FunctionBuilder, random: Random, bodyBytes: number) => void;

/** A kind of generated code: all its functions share one type and live in one module. */
export interface Family {
  /** As it stands in names and on the command line. */
  readonly name: string;
  readonly parameters: readonly NumericType[];
  readonly result: NumericType;
  /** Adds to the module what the functions share (memory, table, callees), and gives the writer of their bodies. */
  prepare(module: ModuleBuilder, random: Random): BodyWriter;
}

/** Completes a body whose locals and prologue are written: statements up to the exact size, then the epilogue. */
export function completeBody(generator: CodeGenerator, bodyBytes: number, epilogue: () => void): void {
  const { body } = generator;
  const start = body.codeBytes;
  epilogue();
  const bytesWithEpilogue = body.bodyBytes;
  body.truncate(start);
  generator.fill(bodyBytes - bytesWithEpilogue);
  epilogue();
}

/**
 * Writes the value to return: variables of one integer type combined, two in small bodies and up to eight in larger ones,
 * so that what the body computed shows in its result.
 */
export function combineVariables(
  body: FunctionBuilder,
  type: ValueType.I32 | ValueType.I64,
  variables: readonly number[],
  bodyBytes: number,
): void {
  const [exclusiveOr, add] =
    type === ValueType.I32 ? [Operator.I32Xor, Operator.I32Add] : [Operator.I64Xor, Operator.I64Add];
  const count = bodyBytes < 32 ? 1 : bodyBytes < 256 ? 2 : 8;
  variables.slice(0, count).forEach((variable, position) => {
    body.localGet(variable);
    if (position > 0) body.operator(position % 2 === 1 ? exclusiveOr : add);
  });
}

/** Declares `count` locals of a type. */
export function declareLocals(body: FunctionBuilder, type: NumericType, count: number): number[] {
  return Array.from({ length: count }, () => body.local(type));
}

/** How many locals of one type a body of this size would have in a compiled program: a few more per doubling. */
export function usualLocalCount(bodyBytes: number): number {
  return Math.max(1, Math.round(2 * Math.log2(bodyBytes / 16)));
}
