import type { Store } from '../runtime/store.js';
import {
  checkFunctionReference,
  checkRaw,
  isVector,
  putVector,
  vectorAt,
  wrongValue,
  type RawValue,
  type Value,
} from '../runtime/value.js';
import { ValueType } from '../types/value-type.js';
import type { RegisterFiles } from './register-files.js';

/**
 * Writes a value for a call of `store`. Numbers are wrapped to 32 bits, bigints to 64.
 * @throws TypeError when the value does not fit the type, or is a function of another store
 */
export function writeValue(
  store: Store,
  files: RegisterFiles,
  slot: number,
  type: ValueType,
  value: Value,
): void {
  switch (type) {
    case ValueType.I32:
      if (typeof value !== 'number') throw wrongValue(type, value);
      files.i32[slot] = value;
      return;
    case ValueType.F32:
      if (typeof value !== 'number') throw wrongValue(type, value);
      files.f32[slot] = value;
      return;
    case ValueType.F64:
      if (typeof value !== 'number') throw wrongValue(type, value);
      files.f64[slot] = value;
      return;
    case ValueType.I64:
      if (typeof value !== 'bigint') throw wrongValue(type, value);
      files.i64[slot] = BigInt.asIntN(64, value);
      return;
    case ValueType.V128:
      if (!isVector(value)) throw wrongValue(type, value);
      putVector(files.ensureVectors().u8, slot * 16, value);
      return;
    case ValueType.FuncRef:
      checkFunctionReference(store, value);
      files.setReference(slot, value);
      return;
    default:
      files.setReference(slot, value);
  }
}

export function readValue(files: RegisterFiles, slot: number, type: ValueType): Value {
  switch (type) {
    case ValueType.I32:
      return files.i32[slot];
    case ValueType.F32:
      return files.f32[slot];
    case ValueType.F64:
      return files.f64[slot];
    case ValueType.I64:
      return files.i64[slot];
    case ValueType.V128:
      return vectorAt(files.ensureVectors().u8, slot * 16);
    default:
      return files.reference(slot);
  }
}

/** The same for raw values. @throws TypeError when the value does not fit the type, or is a function of another store */
export function writeRaw(
  store: Store,
  files: RegisterFiles,
  slot: number,
  type: ValueType,
  raw: RawValue,
): void {
  checkRaw(store, type, raw);
  switch (type) {
    case ValueType.I32:
    case ValueType.F32:
      files.i32[slot] = Number(BigInt.asIntN(32, raw as bigint));
      return;
    case ValueType.I64:
    case ValueType.F64:
      files.i64[slot] = BigInt.asIntN(64, raw as bigint);
      return;
    case ValueType.V128: {
      const { i64 } = files.ensureVectors();
      i64[slot * 2] = BigInt.asIntN(64, raw as bigint);
      i64[slot * 2 + 1] = BigInt.asIntN(64, (raw as bigint) >> 64n);
      return;
    }
    default:
      files.setReference(slot, raw);
  }
}

export function readRaw(files: RegisterFiles, slot: number, type: ValueType): RawValue {
  switch (type) {
    case ValueType.I32:
    case ValueType.F32:
      return BigInt(files.i32[slot]! >>> 0);
    case ValueType.I64:
    case ValueType.F64:
      return BigInt.asUintN(64, files.i64[slot]!);
    case ValueType.V128: {
      const { u64 } = files.ensureVectors();
      return (u64[slot * 2 + 1]! << 64n) | u64[slot * 2]!;
    }
    default:
      return files.reference(slot);
  }
}
