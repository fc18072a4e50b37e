import type { ValueType } from '../types/value-type.js';

/**
 * One operation of a constant expression, in the order written (a postfix program over a value stack).
 * Raw bits are kept for floats so that NaN payloads survive.
 */
export type ConstantOperation = ConstantOperand | ConstantArithmetic;

/** Leaves a value and takes none. */
export type ConstantOperand =
  | { readonly kind: 'i32.const'; readonly value: number }
  | { readonly kind: 'i64.const'; readonly value: bigint }
  | { readonly kind: 'f32.const'; readonly bits: number }
  | { readonly kind: 'f64.const'; readonly bits: bigint }
  | { readonly kind: 'v128.const'; readonly bytes: Uint8Array }
  | { readonly kind: 'ref.null'; readonly type: ValueType }
  | { readonly kind: 'ref.func'; readonly functionIndex: number }
  | { readonly kind: 'global.get'; readonly globalIndex: number };

/** Takes two values of one type and leaves one. */
export interface ConstantArithmetic {
  readonly kind: 'i32.add' | 'i32.sub' | 'i32.mul' | 'i64.add' | 'i64.sub' | 'i64.mul';
}

/** A constant expression without its `end`; already validated against its expected type. */
export interface ConstantExpression extends Iterable<ConstantOperation> {
  readonly length: number;
}
