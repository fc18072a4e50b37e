import { Operator } from '../../binary/operator.js';
import { writeF32, writeF64 } from '../numeric/float.js';
import { selectBits } from './bitwise.js';
import { truncateF32x4S, truncateF32x4U, truncateF64x2S, truncateF64x2U } from './conversions.js';
import { maximumF32x4, maximumF64x2, minimumF32x4, minimumF64x2 } from './float-arithmetic.js';
import { multiplyQ15 } from './integer-arithmetic.js';
import { swizzle } from './lanes.js';
import type { VectorHandlers } from './vector-handler.js';

/**
 * Relaxed operators, each as the specification's deterministic profile prescribes (spec 4.3, relaxed operations: every choice is
 * the first one): the strict operator of the same kind, multiply-add with two roundings, dot products signed by signed.
 */

/** Both products of a pair of signed bytes, added with saturation to i16; `x` and `y` are indices of the first bytes. */
function dotBytes(bytes: Int8Array, x: number, y: number): number {
  // Only -128 * -128 twice exceeds the range.
  return Math.min(Math.imul(bytes[x], bytes[y]) + Math.imul(bytes[x + 1], bytes[y + 1]), 0x7fff);
}

export const relaxed: VectorHandlers = [
  [Operator.I8x16RelaxedSwizzle, swizzle],
  [Operator.I32x4RelaxedTruncF32x4S, truncateF32x4S],
  [Operator.I32x4RelaxedTruncF32x4U, truncateF32x4U],
  [Operator.I32x4RelaxedTruncF64x2SZero, truncateF64x2S],
  [Operator.I32x4RelaxedTruncF64x2UZero, truncateF64x2U],
  [
    Operator.F32x4RelaxedMadd,
    (files, d, a, b, c) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        const product = Math.fround(numbers[4 * a + i] * numbers[4 * b + i]);
        writeF32(numbers, bits, 4 * d + i, Math.fround(product + numbers[4 * c + i]));
      }
    },
  ],
  [
    Operator.F64x2RelaxedMadd,
    (files, d, a, b, c) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        writeF64(numbers, bits, 2 * d + i, numbers[2 * a + i] * numbers[2 * b + i] + numbers[2 * c + i]);
      }
    },
  ],
  [
    Operator.F32x4RelaxedNmadd,
    (files, d, a, b, c) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        const product = Math.fround(-numbers[4 * a + i] * numbers[4 * b + i]);
        writeF32(numbers, bits, 4 * d + i, Math.fround(product + numbers[4 * c + i]));
      }
    },
  ],
  [
    Operator.F64x2RelaxedNmadd,
    (files, d, a, b, c) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        writeF64(numbers, bits, 2 * d + i, -numbers[2 * a + i] * numbers[2 * b + i] + numbers[2 * c + i]);
      }
    },
  ],
  [Operator.I8x16RelaxedLaneselect, selectBits],
  [Operator.I16x8RelaxedLaneselect, selectBits],
  [Operator.I32x4RelaxedLaneselect, selectBits],
  [Operator.I64x2RelaxedLaneselect, selectBits],
  [Operator.F32x4RelaxedMin, minimumF32x4],
  [Operator.F32x4RelaxedMax, maximumF32x4],
  [Operator.F64x2RelaxedMin, minimumF64x2],
  [Operator.F64x2RelaxedMax, maximumF64x2],
  [Operator.I16x8RelaxedQ15mulrS, multiplyQ15],
  [
    Operator.I16x8RelaxedDotI8x16I7x16S,
    (files, d, a, b) => {
      const bytes = files.vectors.i8;
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = dotBytes(bytes, 16 * a + 2 * i, 16 * b + 2 * i);
    },
  ],
  [
    Operator.I32x4RelaxedDotI8x16I7x16AddS,
    (files, d, a, b, c) => {
      const bytes = files.vectors.i8;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        words[4 * d + i] =
          dotBytes(bytes, 16 * a + 4 * i, 16 * b + 4 * i) +
          dotBytes(bytes, 16 * a + 4 * i + 2, 16 * b + 4 * i + 2) +
          words[4 * c + i];
    },
  ],
];
