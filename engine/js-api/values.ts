import type { Func } from '../runtime/func.js';
import type { Value } from '../runtime/value.js';
import { ValueType, valueTypeName, valueTypeOfName } from '../types/value-type.js';
import { text } from './web-idl.js';

/** A value type by its name in descriptors. */
export type DescriptorTypeName = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'anyfunc' | 'externref';

/** The functions of one namespace, and what JavaScript sees of them. */
export interface ExportedFunctions {
  functionOf(func: Func): (...values: unknown[]) => unknown;
  /** The function behind an exported function of this namespace. */
  funcBehind(value: unknown): Func | undefined;
}

/** ToWebAssemblyValue (JS API 5.6). @throws TypeError where the conversion fails, and for v128. */
export function toWebAssemblyValue(functions: ExportedFunctions, type: ValueType, value: unknown): Value {
  switch (type) {
    case ValueType.I32:
      return (value as number) | 0;
    case ValueType.I64:
      return BigInt.asIntN(64, value as bigint);
    case ValueType.F32:
    case ValueType.F64:
      return +(value as number);
    case ValueType.V128:
      throw new TypeError('v128 values do not pass between JavaScript and WebAssembly');
    case ValueType.FuncRef:
      return toFunctionReference(functions, value);
    default:
      return value;
  }
}

function toFunctionReference(functions: ExportedFunctions, value: unknown): Func | null {
  if (value === null) return null;
  const func = functions.funcBehind(value);
  if (func === undefined) {
    throw new TypeError('a funcref is null or a function exported by WebAssembly of this namespace');
  }
  return func;
}

/** ToJSValue (JS API 5.6). */
export function toJavaScriptValue(functions: ExportedFunctions, type: ValueType, value: Value): unknown {
  if (type === ValueType.V128)
    throw new TypeError('v128 values do not pass between JavaScript and WebAssembly');
  if (type === ValueType.FuncRef && value !== null) return functions.functionOf(value as Func);
  return value;
}

/** DefaultValue (JS API 5.6): what a missing initial value stands for. */
export function defaultValue(type: ValueType): Value {
  switch (type) {
    case ValueType.I64:
      return 0n;
    case ValueType.FuncRef:
      return null;
    case ValueType.ExternRef:
      return undefined;
    default:
      return 0;
  }
}

/** A value type out of a descriptor, where functions are `anyfunc`; `funcref` is no name for them here. @throws TypeError */
export function valueTypeOfDescriptor(value: unknown, where: string): ValueType {
  const name = text(value);
  const type = name === 'anyfunc' ? ValueType.FuncRef : valueTypeOfName(name);
  if (type === undefined || name === 'funcref') throw new TypeError(`${where}: unknown value type "${name}"`);
  return type;
}

/** A value type as descriptors name it. */
export function descriptorNameOf(type: ValueType): DescriptorTypeName {
  return type === ValueType.FuncRef ? 'anyfunc' : (valueTypeName(type) as DescriptorTypeName);
}
