import { shown } from '../arguments.js';
import { ValueType, valueTypeName } from '../types/value-type.js';
import { Func } from './func.js';
import type { Store } from './store.js';

/**
 * A WebAssembly value as the host sees it: i32, f32 and f64 are numbers, i64 a signed bigint, v128 its 16 bytes, a
 * function reference a Func, an external reference any host value; null is the null reference of either kind.
 */
export type Value = number | bigint | Uint8Array | Func | null | unknown;

/**
 * A value with every bit kept: numeric types are a non-negative bigint of their bits (v128 little-endian), references are as in
 * Value. The way to pass or see a particular NaN.
 */
export type RawValue = unknown;

const arrayLength = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  'length',
)!.get!;

/** Whether the value is 16 bytes, by the length that they have and not the one that a subclass tells. */
export function isVector(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && arrayLength.call(value) === 16;
}

const scratch = new DataView(new ArrayBuffer(16));

/** @internal What is thrown for a value that does not fit its type. */
export function wrongValue(type: ValueType, value: Value): TypeError {
  return new TypeError(`${shown(value)} (${typeof value}) is not a value of type ${valueTypeName(type)}`);
}

/** A function reference as a store takes it. @throws TypeError unless it is null or a function of that store */
export function checkFunctionReference(store: Store, value: Value): void {
  if (value === null) return;
  if (!Func.is(value)) throw wrongValue(ValueType.FuncRef, value);
  if (value.store !== store)
    throw new TypeError('the function belongs to another store: a store takes only its own');
}

/** @throws TypeError when the value does not fit the type, or is a function of another store */
export function checkValueFor(store: Store, type: ValueType, value: Value): void {
  if (type === ValueType.FuncRef) checkFunctionReference(store, value);
  else checkValue(type, value);
}

/** @throws TypeError when the value does not fit the type. */
export function checkValue(type: ValueType, value: Value): void {
  const fits =
    type === ValueType.I32 || type === ValueType.F32 || type === ValueType.F64
      ? typeof value === 'number'
      : type === ValueType.I64
        ? typeof value === 'bigint'
        : type === ValueType.V128
          ? isVector(value)
          : type !== ValueType.FuncRef || value === null || Func.is(value);
  if (!fits) throw wrongValue(type, value);
}

/** The 16 bytes at an offset, in an array of their own: for so few a loop is faster than `slice`. */
export function vectorAt(bytes: Uint8Array, offset: number): Uint8Array {
  const vector = new Uint8Array(16);
  for (let i = 0; i < 16; i++) vector[i] = bytes[offset + i]!;
  return vector;
}

/** Writes the 16 bytes of a vector. */
export function putVector(bytes: Uint8Array, offset: number, vector: Uint8Array): void {
  for (let i = 0; i < 16; i++) bytes[offset + i] = vector[i]!;
}

/** @throws TypeError when a raw value does not fit the type, or is a function of another store */
export function checkRaw(store: Store, type: ValueType, raw: RawValue): void {
  if (type === ValueType.FuncRef) checkFunctionReference(store, raw);
  else if (type !== ValueType.ExternRef && typeof raw !== 'bigint') {
    throw new TypeError(
      `${shown(raw)} is not the bits of a value of type ${valueTypeName(type)}: those are a bigint`,
    );
  }
}

/** @throws TypeError when the value does not fit the type. */
export function bitsOfValue(type: ValueType, value: Value): RawValue {
  switch (type) {
    case ValueType.I32:
      if (typeof value !== 'number') throw wrongValue(type, value);
      return BigInt(value >>> 0);
    case ValueType.F32:
      if (typeof value !== 'number') throw wrongValue(type, value);
      scratch.setFloat32(0, value);
      return BigInt(scratch.getUint32(0));
    case ValueType.F64:
      if (typeof value !== 'number') throw wrongValue(type, value);
      scratch.setFloat64(0, value);
      return scratch.getBigUint64(0);
    case ValueType.I64:
      if (typeof value !== 'bigint') throw wrongValue(type, value);
      return BigInt.asUintN(64, value);
    case ValueType.V128:
      if (!isVector(value)) throw wrongValue(type, value);
      for (let i = 0; i < 16; i++) scratch.setUint8(i, value[i]!);
      return (scratch.getBigUint64(8, true) << 64n) | scratch.getBigUint64(0, true);
    case ValueType.FuncRef:
      if (value !== null && !Func.is(value)) throw wrongValue(type, value);
      return value;
    default:
      return value;
  }
}

export function valueOfBits(type: ValueType, raw: RawValue): Value {
  switch (type) {
    case ValueType.I32:
      return Number(BigInt.asIntN(32, raw as bigint));
    case ValueType.F32:
      scratch.setUint32(0, Number(raw as bigint));
      return scratch.getFloat32(0);
    case ValueType.F64:
      scratch.setBigUint64(0, raw as bigint);
      return scratch.getFloat64(0);
    case ValueType.I64:
      return BigInt.asIntN(64, raw as bigint);
    case ValueType.V128:
      scratch.setBigUint64(0, BigInt.asUintN(64, raw as bigint), true);
      scratch.setBigUint64(8, (raw as bigint) >> 64n, true);
      return new Uint8Array(scratch.buffer.slice(0));
    default:
      return raw;
  }
}
