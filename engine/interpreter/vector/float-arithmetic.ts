import { Operator } from '../../binary/operator.js';
import { f64Abs, f64Neg, nearest, writeF32, writeF64 } from '../numeric/float.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';

/**
 * Float arithmetic lane by lane (spec 4.3.3). f32 lanes are computed as doubles and rounded once more: for these operators
 * that is the correctly rounded result, as a double has more than twice the bits (Figueroa 1995, "When is double rounding
 * innocuous?"). NaN results are the canonical one; abs, neg, pmin and pmax move bits.
 */

export const minimumF32x4: VectorHandler = (files, d, a, b) => {
  const numbers = files.vectors.f32;
  const bits = files.vectors.i32;
  for (let i = 0; i < 4; i++)
    writeF32(numbers, bits, 4 * d + i, Math.min(numbers[4 * a + i], numbers[4 * b + i]));
};

export const maximumF32x4: VectorHandler = (files, d, a, b) => {
  const numbers = files.vectors.f32;
  const bits = files.vectors.i32;
  for (let i = 0; i < 4; i++)
    writeF32(numbers, bits, 4 * d + i, Math.max(numbers[4 * a + i], numbers[4 * b + i]));
};

export const minimumF64x2: VectorHandler = (files, d, a, b) => {
  const numbers = files.vectors.f64;
  const bits = files.vectors.i32;
  for (let i = 0; i < 2; i++)
    writeF64(numbers, bits, 2 * d + i, Math.min(numbers[2 * a + i], numbers[2 * b + i]));
};

export const maximumF64x2: VectorHandler = (files, d, a, b) => {
  const numbers = files.vectors.f64;
  const bits = files.vectors.i32;
  for (let i = 0; i < 2; i++)
    writeF64(numbers, bits, 2 * d + i, Math.max(numbers[2 * a + i], numbers[2 * b + i]));
};

export const arithmeticF32x4: VectorHandlers = [
  [
    Operator.F32x4Abs,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] & 0x7fffffff;
    },
  ],
  [
    Operator.F32x4Neg,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] ^ 0x80000000;
    },
  ],
  [
    Operator.F32x4Sqrt,
    (files, d, a) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) writeF32(numbers, bits, 4 * d + i, Math.sqrt(numbers[4 * a + i]));
    },
  ],
  [
    Operator.F32x4Ceil,
    (files, d, a) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) writeF32(numbers, bits, 4 * d + i, Math.ceil(numbers[4 * a + i]));
    },
  ],
  [
    Operator.F32x4Floor,
    (files, d, a) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) writeF32(numbers, bits, 4 * d + i, Math.floor(numbers[4 * a + i]));
    },
  ],
  [
    Operator.F32x4Trunc,
    (files, d, a) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) writeF32(numbers, bits, 4 * d + i, Math.trunc(numbers[4 * a + i]));
    },
  ],
  [
    Operator.F32x4Nearest,
    (files, d, a) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) writeF32(numbers, bits, 4 * d + i, nearest(numbers[4 * a + i]));
    },
  ],
  [
    Operator.F32x4Add,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        writeF32(numbers, bits, 4 * d + i, Math.fround(numbers[4 * a + i] + numbers[4 * b + i]));
    },
  ],
  [
    Operator.F32x4Sub,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        writeF32(numbers, bits, 4 * d + i, Math.fround(numbers[4 * a + i] - numbers[4 * b + i]));
    },
  ],
  [
    Operator.F32x4Mul,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        writeF32(numbers, bits, 4 * d + i, Math.fround(numbers[4 * a + i] * numbers[4 * b + i]));
    },
  ],
  [
    Operator.F32x4Div,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        writeF32(numbers, bits, 4 * d + i, Math.fround(numbers[4 * a + i] / numbers[4 * b + i]));
    },
  ],
  [Operator.F32x4Min, minimumF32x4],
  [Operator.F32x4Max, maximumF32x4],
  [
    Operator.F32x4Pmin,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        const source = numbers[4 * b + i] < numbers[4 * a + i] ? b : a;
        bits[4 * d + i] = bits[4 * source + i];
      }
    },
  ],
  [
    Operator.F32x4Pmax,
    (files, d, a, b) => {
      const numbers = files.vectors.f32;
      const bits = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        const source = numbers[4 * a + i] < numbers[4 * b + i] ? b : a;
        bits[4 * d + i] = bits[4 * source + i];
      }
    },
  ],
];

export const arithmeticF64x2: VectorHandlers = [
  [
    Operator.F64x2Abs,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) f64Abs(words, 2 * d + i, 2 * a + i);
    },
  ],
  [
    Operator.F64x2Neg,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) f64Neg(words, 2 * d + i, 2 * a + i);
    },
  ],
  [
    Operator.F64x2Sqrt,
    (files, d, a) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, Math.sqrt(numbers[2 * a + i]));
    },
  ],
  [
    Operator.F64x2Ceil,
    (files, d, a) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, Math.ceil(numbers[2 * a + i]));
    },
  ],
  [
    Operator.F64x2Floor,
    (files, d, a) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, Math.floor(numbers[2 * a + i]));
    },
  ],
  [
    Operator.F64x2Trunc,
    (files, d, a) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, Math.trunc(numbers[2 * a + i]));
    },
  ],
  [
    Operator.F64x2Nearest,
    (files, d, a) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, nearest(numbers[2 * a + i]));
    },
  ],
  [
    Operator.F64x2Add,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, numbers[2 * a + i] + numbers[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Sub,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, numbers[2 * a + i] - numbers[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Mul,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, numbers[2 * a + i] * numbers[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Div,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) writeF64(numbers, bits, 2 * d + i, numbers[2 * a + i] / numbers[2 * b + i]);
    },
  ],
  [Operator.F64x2Min, minimumF64x2],
  [Operator.F64x2Max, maximumF64x2],
  [
    Operator.F64x2Pmin,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        const source = numbers[2 * b + i] < numbers[2 * a + i] ? b : a;
        bits[4 * d + 2 * i] = bits[4 * source + 2 * i];
        bits[4 * d + 2 * i + 1] = bits[4 * source + 2 * i + 1];
      }
    },
  ],
  [
    Operator.F64x2Pmax,
    (files, d, a, b) => {
      const numbers = files.vectors.f64;
      const bits = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        const source = numbers[2 * a + i] < numbers[2 * b + i] ? b : a;
        bits[4 * d + 2 * i] = bits[4 * source + 2 * i];
        bits[4 * d + 2 * i + 1] = bits[4 * source + 2 * i + 1];
      }
    },
  ],
];
