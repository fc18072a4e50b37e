import { Operator } from '../../binary/operator.js';
import { i64Neg } from '../numeric/int64.js';
import {
  absoluteBytes,
  addBytes,
  addSaturateSignedBytes,
  addSaturateUnsignedBytes,
  averageUnsignedBytes,
  maximumSignedBytes,
  maximumUnsignedBytes,
  minimumSignedBytes,
  minimumUnsignedBytes,
  populationCountBytes,
  subtractBytes,
  subtractSaturateSignedBytes,
  subtractSaturateUnsignedBytes,
} from './packed-bytes.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';

/**
 * Integer arithmetic lane by lane (spec 4.3.2). Stores to typed arrays wrap, which is the modulo of WebAssembly's integers.
 * 64-bit sums and products go through BigInts, which the optimising compiler keeps in machine registers here; the rest of
 * 64-bit work is done on words.
 */

/** `i16x8.q15mulr_sat_s`: only -1 times -1 saturates. */
export const multiplyQ15: VectorHandler = (files, d, a, b) => {
  const lanes = files.vectors.i16;
  for (let i = 0; i < 8; i++) {
    lanes[8 * d + i] = Math.min((Math.imul(lanes[8 * a + i], lanes[8 * b + i]) + 0x4000) >> 15, 0x7fff);
  }
};

export const byteArithmetic: VectorHandlers = [
  [
    Operator.I8x16Abs,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = absoluteBytes(words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16Neg,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = subtractBytes(0, words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16Popcnt,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = populationCountBytes(words[4 * a + i]);
    },
  ],
  [
    Operator.I8x16Add,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = addBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16AddSatS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        words[4 * d + i] = addSaturateSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16AddSatU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        words[4 * d + i] = addSaturateUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16Sub,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = subtractBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16SubSatS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        words[4 * d + i] = subtractSaturateSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16SubSatU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++)
        words[4 * d + i] = subtractSaturateUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16MinS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = minimumSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16MinU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = minimumUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16MaxS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = maximumSignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16MaxU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = maximumUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I8x16AvgrU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = averageUnsignedBytes(words[4 * a + i], words[4 * b + i]);
    },
  ],
];

export const wideArithmetic: VectorHandlers = [
  [
    Operator.I16x8Abs,
    (files, d, a) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.abs(lanes[8 * a + i]);
    },
  ],
  [
    Operator.I16x8Neg,
    (files, d, a) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = -lanes[8 * a + i];
    },
  ],
  [
    Operator.I16x8Add,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] + lanes[8 * b + i];
    },
  ],
  [
    Operator.I16x8AddSatS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++)
        lanes[8 * d + i] = Math.max(-0x8000, Math.min(lanes[8 * a + i] + lanes[8 * b + i], 0x7fff));
    },
  ],
  [
    Operator.I16x8AddSatU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.min(lanes[8 * a + i] + lanes[8 * b + i], 0xffff);
    },
  ],
  [
    Operator.I16x8Sub,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] - lanes[8 * b + i];
    },
  ],
  [
    Operator.I16x8SubSatS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++)
        lanes[8 * d + i] = Math.max(-0x8000, Math.min(lanes[8 * a + i] - lanes[8 * b + i], 0x7fff));
    },
  ],
  [
    Operator.I16x8SubSatU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.max(lanes[8 * a + i] - lanes[8 * b + i], 0);
    },
  ],
  [
    Operator.I16x8Mul,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.imul(lanes[8 * a + i], lanes[8 * b + i]);
    },
  ],
  [Operator.I16x8Q15mulrSatS, multiplyQ15],
  [
    Operator.I16x8MinS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.min(lanes[8 * a + i], lanes[8 * b + i]);
    },
  ],
  [
    Operator.I16x8MinU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.min(lanes[8 * a + i], lanes[8 * b + i]);
    },
  ],
  [
    Operator.I16x8MaxS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.max(lanes[8 * a + i], lanes[8 * b + i]);
    },
  ],
  [
    Operator.I16x8MaxU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = Math.max(lanes[8 * a + i], lanes[8 * b + i]);
    },
  ],
  [
    Operator.I16x8AvgrU,
    (files, d, a, b) => {
      const lanes = files.vectors.u16;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = (lanes[8 * a + i] + lanes[8 * b + i] + 1) >> 1;
    },
  ],
  [
    Operator.I32x4Abs,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.abs(words[4 * a + i]);
    },
  ],
  [
    Operator.I32x4Neg,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = -words[4 * a + i];
    },
  ],
  [
    Operator.I32x4Add,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] + words[4 * b + i];
    },
  ],
  [
    Operator.I32x4Sub,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] - words[4 * b + i];
    },
  ],
  [
    Operator.I32x4Mul,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.imul(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I32x4MinS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.min(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I32x4MinU,
    (files, d, a, b) => {
      const words = files.vectors.u32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.min(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I32x4MaxS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.max(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I32x4MaxU,
    (files, d, a, b) => {
      const words = files.vectors.u32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = Math.max(words[4 * a + i], words[4 * b + i]);
    },
  ],
  [
    Operator.I64x2Abs,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        if (words[4 * a + 2 * i + 1] < 0) {
          i64Neg(words, 2 * d + i, 2 * a + i);
        } else {
          words[4 * d + 2 * i] = words[4 * a + 2 * i];
          words[4 * d + 2 * i + 1] = words[4 * a + 2 * i + 1];
        }
      }
    },
  ],
  [
    Operator.I64x2Neg,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) i64Neg(words, 2 * d + i, 2 * a + i);
    },
  ],
  [
    Operator.I64x2Add,
    (files, d, a, b) => {
      const lanes = files.vectors.i64;
      for (let i = 0; i < 2; i++) lanes[2 * d + i] = BigInt.asIntN(64, lanes[2 * a + i] + lanes[2 * b + i]);
    },
  ],
  [
    Operator.I64x2Sub,
    (files, d, a, b) => {
      const lanes = files.vectors.i64;
      for (let i = 0; i < 2; i++) lanes[2 * d + i] = BigInt.asIntN(64, lanes[2 * a + i] - lanes[2 * b + i]);
    },
  ],
  [
    Operator.I64x2Mul,
    (files, d, a, b) => {
      const lanes = files.vectors.i64;
      for (let i = 0; i < 2; i++) lanes[2 * d + i] = BigInt.asIntN(64, lanes[2 * a + i] * lanes[2 * b + i]);
    },
  ],
];
