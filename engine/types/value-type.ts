/**
 * Value types, numbered by their binary code (spec 5.3.1-5.3.4), so that decoding one is a range check.
 *
 * Reference types beyond `funcref` and `externref` (typed function references, GC) will take numbers from 0x100
 * upwards: heap type index << 2 | nullability. Nothing here may assume that a value type fits one byte.
 */
export enum ValueType {
  I32 = 0x7f,
  I64 = 0x7e,
  F32 = 0x7d,
  F64 = 0x7c,
  V128 = 0x7b,
  FuncRef = 0x70,
  ExternRef = 0x6f,
}

/**
 * The register file that holds values of a type. A register index means the same slot in every file:
 * i32 and f32 share 4-byte slots (f32 as raw bits), i64 and f64 share 8-byte slots, v128 has 16-byte slots and
 * references live in an ordinary array, where the host's own garbage collector sees them.
 */
export const enum RegisterFile {
  Word32 = 0,
  Word64 = 1,
  Vector = 2,
  Reference = 3,
}

/** Which register file holds values of `type`. */
export function registerFileOf(type: ValueType): RegisterFile {
  switch (type) {
    case ValueType.I32:
    case ValueType.F32:
      return RegisterFile.Word32;
    case ValueType.I64:
    case ValueType.F64:
      return RegisterFile.Word64;
    case ValueType.V128:
      return RegisterFile.Vector;
    default:
      return RegisterFile.Reference;
  }
}

export function isReferenceType(type: ValueType): boolean {
  return registerFileOf(type) === RegisterFile.Reference;
}

export function isValueType(code: unknown): code is ValueType {
  return NAMES.has(code as ValueType);
}

/** A value type's name in the text format. */
export type ValueTypeName = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref';

const NAMES = new Map<ValueType, ValueTypeName>([
  [ValueType.I32, 'i32'],
  [ValueType.I64, 'i64'],
  [ValueType.F32, 'f32'],
  [ValueType.F64, 'f64'],
  [ValueType.V128, 'v128'],
  [ValueType.FuncRef, 'funcref'],
  [ValueType.ExternRef, 'externref'],
]);

/** The text-format name of a value type, for messages and descriptors. */
export function valueTypeName(type: ValueType): ValueTypeName {
  return NAMES.get(type) ?? 'externref';
}

/** The value type of a text-format name, or undefined for an unknown name. */
export function valueTypeOfName(name: string): ValueType | undefined {
  for (const [type, known] of NAMES) if (known === name) return type;
  return undefined;
}
