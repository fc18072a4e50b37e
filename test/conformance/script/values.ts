/** Values that scripts pass and get, the patterns they expect results to match, and both as text for messages. */

export type NumericType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** A number or vector as its raw bits (v128: a 128-bit little-endian integer), so that NaN payloads survive. */
export interface NumericValue {
  readonly kind: 'number';
  readonly type: NumericType;
  readonly bits: bigint;
}

/**
 * A reference. `sort` is what it refers to; `hostNumber` identifies the host values that scripts name by a number
 * (`ref.extern 1`), and is undefined for any other host value. `heapType` is what the script wrote with `ref.null`.
 */
export interface ReferenceValue {
  readonly kind: 'reference';
  readonly sort: 'null' | 'function' | 'extern' | 'other';
  readonly heapType?: string | undefined;
  readonly hostNumber?: number | undefined;
}

export type ScriptValue = NumericValue | ReferenceValue;

export type NanClass = 'canonical' | 'arithmetic';

/** What one float lane must be: exact bits or any NaN of a class (spec 4.3.3). */
export type LanePattern = { readonly bits: bigint } | { readonly nan: NanClass };

export type VectorShape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';

export type ResultPattern =
  | { readonly kind: 'exact'; readonly value: NumericValue }
  | { readonly kind: 'nan'; readonly type: 'f32' | 'f64'; readonly nan: NanClass }
  | { readonly kind: 'vector'; readonly shape: VectorShape; readonly lanes: readonly LanePattern[] }
  | {
      readonly kind: 'reference';
      readonly sort: ReferenceValue['sort'];
      readonly hostNumber?: number | undefined;
      readonly text: string;
    }
  | { readonly kind: 'either'; readonly alternatives: readonly ResultPattern[] };

export const LANE_BITS: Readonly<Record<VectorShape, number>> = {
  i8x16: 8,
  i16x8: 16,
  i32x4: 32,
  i64x2: 64,
  f32x4: 32,
  f64x2: 64,
};

/** Does `value` match what the script expects? */
export function matches(pattern: ResultPattern, value: ScriptValue): boolean {
  switch (pattern.kind) {
    case 'exact':
      return (
        value.kind === 'number' && value.type === pattern.value.type && value.bits === pattern.value.bits
      );
    case 'nan':
      return (
        value.kind === 'number' &&
        value.type === pattern.type &&
        isNan(value.bits, pattern.type === 'f32' ? 32 : 64, pattern.nan)
      );
    case 'vector':
      return value.kind === 'number' && value.type === 'v128' && lanesMatch(pattern, value.bits);
    case 'reference':
      return (
        value.kind === 'reference' &&
        value.sort === pattern.sort &&
        (pattern.hostNumber === undefined || value.hostNumber === pattern.hostNumber)
      );
    case 'either':
      return pattern.alternatives.some((alternative) => matches(alternative, value));
  }
}

function lanesMatch(pattern: ResultPattern & { kind: 'vector' }, bits: bigint): boolean {
  const laneBits = LANE_BITS[pattern.shape];
  return pattern.lanes.every((lane, index) => {
    const actual = BigInt.asUintN(laneBits, bits >> BigInt(index * laneBits));
    return 'bits' in lane ? actual === lane.bits : isNan(actual, laneBits, lane.nan);
  });
}

/** A canonical NaN's payload is its top bit alone; an arithmetic NaN's has at least that bit. Signs are free. */
function isNan(bits: bigint, width: number, nan: NanClass): boolean {
  const fractionBits = width === 32 ? 23n : 52n;
  const infinity = (((1n << BigInt(width - 1)) - 1n) >> fractionBits) << fractionBits;
  const quiet = infinity | (1n << (fractionBits - 1n));
  const magnitude = BigInt.asUintN(width - 1, bits);
  return nan === 'canonical' ? magnitude === quiet : magnitude >= quiet;
}

function patternText(pattern: ResultPattern): string {
  switch (pattern.kind) {
    case 'exact':
      return valueText(pattern.value);
    case 'nan':
      return `(${pattern.type}.const nan:${pattern.nan})`;
    case 'vector': {
      const lanes = pattern.lanes.map((lane) =>
        'bits' in lane ? laneText(lane.bits, pattern.shape) : `nan:${lane.nan}`,
      );
      return `(v128.const ${pattern.shape} ${lanes.join(' ')})`;
    }
    case 'reference':
      return pattern.text;
    case 'either':
      return `(either ${pattern.alternatives.map(patternText).join(' ')})`;
  }
}

function valueText(value: ScriptValue): string {
  if (value.kind === 'reference') {
    switch (value.sort) {
      case 'null':
        return value.heapType === undefined ? '(ref.null)' : `(ref.null ${value.heapType})`;
      case 'function':
        return '(ref.func)';
      case 'extern':
        return value.hostNumber === undefined ? '(ref.extern)' : `(ref.extern ${value.hostNumber})`;
      case 'other':
        return '(ref)';
    }
  }
  switch (value.type) {
    case 'i32':
      return `(i32.const ${BigInt.asIntN(32, value.bits)})`;
    case 'i64':
      return `(i64.const ${BigInt.asIntN(64, value.bits)})`;
    case 'f32':
    case 'f64':
      return `(${value.type}.const ${floatText(value.bits, value.type === 'f32' ? 32 : 64)})`;
    case 'v128': {
      const lanes = [0n, 32n, 64n, 96n].map((shift) => hexadecimal((value.bits >> shift) & 0xffff_ffffn, 32));
      return `(v128.const i32x4 ${lanes.join(' ')})`;
    }
  }
}

export function valuesText(values: readonly ScriptValue[]): string {
  return values.length === 0 ? 'no results' : values.map(valueText).join(' ');
}

export function patternsText(patterns: readonly ResultPattern[]): string {
  return patterns.length === 0 ? 'no results' : patterns.map(patternText).join(' ');
}

function laneText(bits: bigint, shape: VectorShape): string {
  const laneBits = LANE_BITS[shape];
  return shape.startsWith('f') ? floatText(bits, laneBits) : hexadecimal(bits, laneBits);
}

/** The number, and its bits where the number alone does not tell them. */
function floatText(bits: bigint, width: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, width === 32 ? bits << 32n : bits);
  const number = width === 32 ? view.getFloat32(0) : view.getFloat64(0);
  if (Number.isNaN(number)) {
    const fraction = BigInt.asUintN(width === 32 ? 23 : 52, bits);
    return `${bits >> BigInt(width - 1) === 1n ? '-' : ''}nan:0x${fraction.toString(16)}`;
  }
  const decimal = Object.is(number, -0) ? '-0' : String(number).replace('Infinity', 'inf');
  return `${decimal} [${hexadecimal(bits, width)}]`;
}

function hexadecimal(bits: bigint, width: number): string {
  return `0x${bits.toString(16).padStart(width / 4, '0')}`;
}
