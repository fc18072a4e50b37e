import { OPERATOR_SPACE, operatorName } from '../binary/operator.js';

/** Classes of operators that cost alike to execute, by name, and what they are. */
export const OPERATOR_CLASSES = {
  constant: 'i32.const, i64.const, f32.const, f64.const',
  'local-read': 'local.get',
  'local-write': 'local.set, local.tee',
  global: 'global.get, global.set',
  select: 'select',
  'i32-arithmetic': 'i32: add, sub, and, or, xor, shifts, rotations, sign extensions',
  'i64-arithmetic': 'i64: add, sub, and, or, xor, shifts, rotations, sign extensions',
  'i32-comparison': 'i32: eqz, eq, ne, lt, gt, le, ge',
  'i64-comparison': 'i64: eqz, eq, ne, lt, gt, le, ge',
  'i32-bit-count': 'i32: clz, ctz, popcnt',
  'i64-bit-count': 'i64: clz, ctz, popcnt',
  'i32-multiplication': 'i32.mul',
  'i64-multiplication': 'i64.mul',
  'wide-arithmetic': 'i64: add128, sub128, mul_wide',
  'i32-division': 'i32: div, rem',
  'i64-division': 'i64: div, rem',
  'f32-arithmetic': 'f32: add, sub, mul',
  'f64-arithmetic': 'f64: add, sub, mul',
  'f32-division': 'f32: div, sqrt',
  'f64-division': 'f64: div, sqrt',
  'float-sign': 'f32, f64: abs, neg, copysign',
  'float-rounding': 'f32, f64: ceil, floor, trunc, nearest, min, max',
  'float-comparison': 'f32, f64: eq, ne, lt, gt, le, ge',
  conversion: 'wrap, extend_i32, convert, demote, promote',
  truncation: 'trunc and trunc_sat of floats to integers',
  reinterpretation: 'reinterpret',
  'load-8': 'loads of a byte',
  'load-16': 'loads of 2 bytes',
  'load-32': 'loads of 4 bytes',
  'load-64': 'loads of 8 bytes',
  'store-8': 'stores of a byte',
  'store-16': 'stores of 2 bytes',
  'store-32': 'stores of 4 bytes',
  'store-64': 'stores of 8 bytes',
  loop: 'loop, where it is entered',
  branch: 'br',
  'conditional-branch': 'if, br_if, taken or not',
  'branch-table': 'br_table',
  call: 'call, return_call of a function of the module',
  'indirect-call': 'call_indirect, return_call_indirect',
  'host-call': 'call, return_call of an imported function',
  reference: 'ref.null, ref.is_null, ref.func',
  'table-access': 'table.get, table.set, table.size',
  'memory-size': 'memory.size',
  'memory-growth': 'memory.grow, beside its bytes',
  'table-growth': 'table.grow, beside its elements',
  'memory-bulk': 'memory.fill, memory.copy, memory.init, beside their bytes; data.drop',
  'table-bulk': 'table.fill, table.copy, table.init, beside their elements; elem.drop',
  'vector-constant': 'v128.const',
  'vector-load': 'v128: loads, whole, of a lane, widened or repeated',
  'vector-store': 'v128: stores, whole and of a lane',
  'vector-lane': 'splat, extract_lane, replace_lane, shuffle, swizzle',
  'vector-logic': 'v128: not, and, andnot, or, xor, bitselect; any_true, all_true, bitmask, laneselect',
  'vector-comparison': 'comparisons of lanes',
  'vector-integer': 'other operators on integer lanes',
  'vector-multiplication': 'mul, extmul, dot, q15mulr of lanes',
  'vector-float': 'other operators on float lanes',
  'vector-conversion': 'conversions, extensions and narrowings of lanes',
} as const;

/** A class of operators, as in `OPERATOR_CLASSES`. */
export type OperatorClass = keyof typeof OPERATOR_CLASSES;

/** What operators do by a size that is known only when they run, by name. */
export const SIZED_WORK = {
  'bulk-bytes':
    'of memory.fill, memory.copy, memory.init: each `bytesPerFuel` bytes, begun ones counted whole',
  'growth-bytes': 'of memory.grow: each `bytesPerFuel` bytes, begun ones counted whole',
  'table-elements': 'of table.grow, table.fill, table.copy, table.init: each element',
} as const;

/** What is charged by size, as in `SIZED_WORK`. */
export type SizedWork = keyof typeof SIZED_WORK;

const INTEGER = /^(i32|i64)\.(.+)$/;
const FLOAT = /^(f32|f64)\.(.+)$/;
const LANES = /^([if])(?:8x16|16x8|32x4|64x2)\.(.+)$/;
const BITS_OF_TYPE: Readonly<Record<string, string>> = { i32: '32', f32: '32', i64: '64', f64: '64' };

const PLAIN: Readonly<Record<string, OperatorClass>> = {
  loop: 'loop',
  if: 'conditional-branch',
  br: 'branch',
  br_if: 'conditional-branch',
  br_table: 'branch-table',
  call: 'call',
  return_call: 'call',
  call_indirect: 'indirect-call',
  return_call_indirect: 'indirect-call',
  select: 'select',
  'local.get': 'local-read',
  'local.set': 'local-write',
  'local.tee': 'local-write',
  'global.get': 'global',
  'global.set': 'global',
  'table.get': 'table-access',
  'table.set': 'table-access',
  'table.size': 'table-access',
  'table.grow': 'table-growth',
  'table.fill': 'table-bulk',
  'table.copy': 'table-bulk',
  'table.init': 'table-bulk',
  'elem.drop': 'table-bulk',
  'memory.size': 'memory-size',
  'memory.grow': 'memory-growth',
  'memory.fill': 'memory-bulk',
  'memory.copy': 'memory-bulk',
  'memory.init': 'memory-bulk',
  'data.drop': 'memory-bulk',
  'ref.null': 'reference',
  'ref.is_null': 'reference',
  'ref.func': 'reference',
};

function accessClass(type: string, operation: string): OperatorClass | undefined {
  const [, kind, bits = BITS_OF_TYPE[type]] = /^(load|store)(8|16|32)?(?:_[su])?$/.exec(operation) ?? [];
  return kind === undefined ? undefined : (`${kind}-${bits}` as OperatorClass);
}

function integerClass(type: 'i32' | 'i64', operation: string): OperatorClass {
  if (/^(clz|ctz|popcnt)$/.test(operation)) return `${type}-bit-count`;
  if (operation === 'mul') return `${type}-multiplication`;
  if (/^(add128|sub128|mul_wide)/.test(operation)) return 'wide-arithmetic';
  if (/^(div|rem)_/.test(operation)) return `${type}-division`;
  if (/^(eqz|eq|ne|lt|gt|le|ge)(_|$)/.test(operation)) return `${type}-comparison`;
  if (operation.startsWith('trunc_')) return 'truncation';
  if (operation.startsWith('reinterpret_')) return 'reinterpretation';
  return /^(wrap|extend)_i/.test(operation) ? 'conversion' : `${type}-arithmetic`;
}

function floatClass(type: 'f32' | 'f64', operation: string): OperatorClass {
  if (/^(add|sub|mul)$/.test(operation)) return `${type}-arithmetic`;
  if (/^(div|sqrt)$/.test(operation)) return `${type}-division`;
  if (/^(abs|neg|copysign)$/.test(operation)) return 'float-sign';
  if (/^(eq|ne|lt|gt|le|ge)$/.test(operation)) return 'float-comparison';
  if (operation.startsWith('reinterpret_')) return 'reinterpretation';
  return /^(convert|demote|promote)_/.test(operation) ? 'conversion' : 'float-rounding';
}

function laneClass(lane: string, operation: string): OperatorClass {
  if (/^(splat|extract_lane|replace_lane|shuffle)|swizzle$/.test(operation)) return 'vector-lane';
  if (/^(all_true|bitmask)$|laneselect$/.test(operation)) return 'vector-logic';
  if (/^(eq|ne|lt|gt|le|ge)(_|$)/.test(operation)) return 'vector-comparison';
  if (/^(extend|narrow|convert|demote|promote|trunc_sat|relaxed_trunc)/.test(operation))
    return 'vector-conversion';
  if (lane === 'f') return 'vector-float';
  return /^(mul|extmul)|dot|q15mulr/.test(operation) ? 'vector-multiplication' : 'vector-integer';
}

function classOfName(name: string): OperatorClass | undefined {
  const integer = INTEGER.exec(name);
  const float = FLOAT.exec(name);
  const lanes = LANES.exec(name);
  if (lanes !== null) return laneClass(lanes[1]!, lanes[2]!);
  if (name.startsWith('v128.load')) return 'vector-load';
  if (name.startsWith('v128.store')) return 'vector-store';
  if (name.startsWith('v128.')) return name === 'v128.const' ? 'vector-constant' : 'vector-logic';
  const [, type, operation] = integer ?? float ?? [];
  if (type === undefined || operation === undefined) return PLAIN[name];
  if (operation === 'const') return 'constant';
  return (
    accessClass(type, operation) ??
    (integer !== null
      ? integerClass(type as 'i32' | 'i64', operation)
      : floatClass(type as 'f32' | 'f64', operation))
  );
}

let table: readonly (OperatorClass | undefined)[] | undefined;

/** The class of each operator, by number; undefined for numbers that are none, and for operators that are free. */
export function operatorClasses(): readonly (OperatorClass | undefined)[] {
  table ??= Object.freeze(
    Array.from({ length: OPERATOR_SPACE }, (_, operator) => {
      const name = operatorName(operator);
      return name === undefined ? undefined : classOfName(name);
    }),
  );
  return table;
}
