import { Operator } from '../../binary/operator.js';
import { i64Eq, i64LtS } from '../numeric/int64.js';
import { equalBytes, lessSignedBytes, lessUnsignedBytes } from './packed-bytes.js';
import type { VectorHandlers } from './vector-handler.js';

/** Lane comparisons (spec 4.3.2 to 4.3.3): a lane of ones where the relation holds, of zeros where not. */

/** Sets 64-bit lane `lane`, counted over the whole register file. */
function setMask64(words: Int32Array, lane: number, holds: boolean): void {
  const mask = holds ? -1 : 0;
  words[2 * lane] = mask;
  words[2 * lane + 1] = mask;
}

export const byteComparisons: VectorHandlers = [
  [
    Operator.I8x16Eq,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = equalBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16Ne,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~equalBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16LtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = lessSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16GtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = lessSignedBytes(words[4 * b + i], words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16LeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~lessSignedBytes(words[4 * b + i], words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16GeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~lessSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16LtU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = lessUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16GtU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = lessUnsignedBytes(words[4 * b + i], words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16LeU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~lessUnsignedBytes(words[4 * b + i], words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16GeU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~lessUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
];

export const wideComparisons: VectorHandlers = [
  [
    Operator.I16x8Eq,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] === lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8Ne,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] !== lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8LtS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] < lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8LtU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] < lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8GtS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] > lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8GtU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] > lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8LeS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] <= lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8LeU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] <= lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8GeS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] >= lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I16x8GeU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] >= lanes[8 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4Eq,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] === words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4Ne,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] !== words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4LtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] < words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4LtU,
    (files, d, a, b) => {
      const unsigned = files.vectors.u32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = unsigned[4 * a + i] < unsigned[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4GtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] > words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4GtU,
    (files, d, a, b) => {
      const unsigned = files.vectors.u32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = unsigned[4 * a + i] > unsigned[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4LeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] <= words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4LeU,
    (files, d, a, b) => {
      const unsigned = files.vectors.u32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = unsigned[4 * a + i] <= unsigned[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4GeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] >= words[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I32x4GeU,
    (files, d, a, b) => {
      const unsigned = files.vectors.u32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = unsigned[4 * a + i] >= unsigned[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.I64x2Eq,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, i64Eq(words, 2 * a + i, 2 * b + i));
    },
  ],
  [
    Operator.I64x2Ne,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, !i64Eq(words, 2 * a + i, 2 * b + i));
    },
  ],
  [
    Operator.I64x2LtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, i64LtS(words, 2 * a + i, 2 * b + i));
    },
  ],
  [
    Operator.I64x2GtS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, i64LtS(words, 2 * b + i, 2 * a + i));
    },
  ],
  [
    Operator.I64x2LeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, !i64LtS(words, 2 * b + i, 2 * a + i));
    },
  ],
  [
    Operator.I64x2GeS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, !i64LtS(words, 2 * a + i, 2 * b + i));
    },
  ],
];

export const floatComparisons: VectorHandlers = [
  [
    Operator.F32x4Eq,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] === floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F32x4Ne,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] !== floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F32x4Lt,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] < floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F32x4Gt,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] > floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F32x4Le,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] <= floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F32x4Ge,
    (files, d, a, b) => {
      const floats = files.vectors.f32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = floats[4 * a + i] >= floats[4 * b + i] ? -1 : 0;
    },
  ],
  [
    Operator.F64x2Eq,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] === floats[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Ne,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] !== floats[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Lt,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] < floats[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Gt,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] > floats[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Le,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] <= floats[2 * b + i]);
    },
  ],
  [
    Operator.F64x2Ge,
    (files, d, a, b) => {
      const floats = files.vectors.f64;
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) setMask64(words, 2 * d + i, floats[2 * a + i] >= floats[2 * b + i]);
    },
  ],
];
