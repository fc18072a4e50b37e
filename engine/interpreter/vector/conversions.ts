import { Operator } from '../../binary/operator.js';
import { writeF32, writeF64 } from '../numeric/float.js';
import { i32TruncSatS, i32TruncSatU } from '../numeric/float-to-integer.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';

/** Conversions between integer and float lanes (spec 4.3.4). Where widths differ, operands are read before results are written. */

export const truncateF32x4S: VectorHandler = (files, d, a) => {
  const numbers = files.vectors.f32;
  const words = files.vectors.i32;
  for (let i = 0; i < 4; i++) words[4 * d + i] = i32TruncSatS(numbers[4 * a + i]);
};

export const truncateF32x4U: VectorHandler = (files, d, a) => {
  const numbers = files.vectors.f32;
  const words = files.vectors.i32;
  for (let i = 0; i < 4; i++) words[4 * d + i] = i32TruncSatU(numbers[4 * a + i]);
};

export const truncateF64x2S: VectorHandler = (files, d, a) => {
  const numbers = files.vectors.f64;
  const words = files.vectors.i32;
  const first = i32TruncSatS(numbers[2 * a]);
  const second = i32TruncSatS(numbers[2 * a + 1]);
  words[4 * d] = first;
  words[4 * d + 1] = second;
  words[4 * d + 2] = 0;
  words[4 * d + 3] = 0;
};

export const truncateF64x2U: VectorHandler = (files, d, a) => {
  const numbers = files.vectors.f64;
  const words = files.vectors.i32;
  const first = i32TruncSatU(numbers[2 * a]);
  const second = i32TruncSatU(numbers[2 * a + 1]);
  words[4 * d] = first;
  words[4 * d + 1] = second;
  words[4 * d + 2] = 0;
  words[4 * d + 3] = 0;
};

export const conversions: VectorHandlers = [
  [Operator.I32x4TruncSatF32x4S, truncateF32x4S],
  [Operator.I32x4TruncSatF32x4U, truncateF32x4U],
  [Operator.I32x4TruncSatF64x2SZero, truncateF64x2S],
  [Operator.I32x4TruncSatF64x2UZero, truncateF64x2U],
  [
    Operator.F32x4ConvertI32x4S,
    (files, d, a) => {
      const integers = files.vectors.i32;
      const numbers = files.vectors.f32;
      for (let i = 0; i < 4; i++) numbers[4 * d + i] = integers[4 * a + i];
    },
  ],
  [
    Operator.F64x2ConvertLowI32x4S,
    (files, d, a) => {
      const integers = files.vectors.i32;
      const numbers = files.vectors.f64;
      const first = integers[4 * a];
      const second = integers[4 * a + 1];
      numbers[2 * d] = first;
      numbers[2 * d + 1] = second;
    },
  ],
  [
    Operator.F32x4ConvertI32x4U,
    (files, d, a) => {
      const integers = files.vectors.u32;
      const numbers = files.vectors.f32;
      for (let i = 0; i < 4; i++) numbers[4 * d + i] = integers[4 * a + i];
    },
  ],
  [
    Operator.F64x2ConvertLowI32x4U,
    (files, d, a) => {
      const integers = files.vectors.u32;
      const numbers = files.vectors.f64;
      const first = integers[4 * a];
      const second = integers[4 * a + 1];
      numbers[2 * d] = first;
      numbers[2 * d + 1] = second;
    },
  ],
  [
    Operator.F32x4DemoteF64x2Zero,
    (files, d, a) => {
      const wide = files.vectors.f64;
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      const first = wide[2 * a];
      const second = wide[2 * a + 1];
      writeF32(numbers, bits, 4 * d, first);
      writeF32(numbers, bits, 4 * d + 1, second);
      bits[4 * d + 2] = 0;
      bits[4 * d + 3] = 0;
    },
  ],
  [
    Operator.F64x2PromoteLowF32x4,
    (files, d, a) => {
      const narrow = files.vectors.f32;
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      const first = narrow[4 * a];
      const second = narrow[4 * a + 1];
      writeF64(numbers, bits, 2 * d, first);
      writeF64(numbers, bits, 2 * d + 1, second);
    },
  ],
];
