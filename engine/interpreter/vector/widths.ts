import { Operator } from '../../binary/operator.js';
import { i32MulHighS, i32MulHighU } from '../numeric/int32.js';
import { i64ExtendI32S, i64ExtendI32U } from '../numeric/int64.js';
import type { VectorHandlers } from './vector-handler.js';

/**
 * Integer operators whose result lanes are wider or narrower than their operands' (spec 4.3.2). A result may go to an operand's
 * slot: so widening goes through the low half downwards and through the high half upwards, and never overwrites what it has yet
 * to read; narrowing has two operands and goes through a buffer.
 */

const scratchWords = new Int32Array(4);
const scratchBytes = new Int8Array(scratchWords.buffer);
const scratchHalfwords = new Int16Array(scratchWords.buffer);

export const extensions: VectorHandlers = [
  [
    Operator.I16x8ExtendLowI8x16S,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.i8;
      for (let i = 7; i >= 0; i--) wide[8 * d + i] = narrow[16 * a + i];
    },
  ],
  [
    Operator.I16x8ExtendHighI8x16S,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.i8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = narrow[16 * a + 8 + i];
    },
  ],
  [
    Operator.I16x8ExtaddPairwiseI8x16S,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.i8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = narrow[16 * a + 2 * i] + narrow[16 * a + 2 * i + 1];
    },
  ],
  [
    Operator.I16x8ExtendLowI8x16U,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.u8;
      for (let i = 7; i >= 0; i--) wide[8 * d + i] = narrow[16 * a + i];
    },
  ],
  [
    Operator.I16x8ExtendHighI8x16U,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.u8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = narrow[16 * a + 8 + i];
    },
  ],
  [
    Operator.I16x8ExtaddPairwiseI8x16U,
    (files, d, a) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.u8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = narrow[16 * a + 2 * i] + narrow[16 * a + 2 * i + 1];
    },
  ],
  [
    Operator.I32x4ExtendLowI16x8S,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 3; i >= 0; i--) wide[4 * d + i] = narrow[8 * a + i];
    },
  ],
  [
    Operator.I32x4ExtendHighI16x8S,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = narrow[8 * a + 4 + i];
    },
  ],
  [
    Operator.I32x4ExtaddPairwiseI16x8S,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = narrow[8 * a + 2 * i] + narrow[8 * a + 2 * i + 1];
    },
  ],
  [
    Operator.I32x4ExtendLowI16x8U,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.u16;
      for (let i = 3; i >= 0; i--) wide[4 * d + i] = narrow[8 * a + i];
    },
  ],
  [
    Operator.I32x4ExtendHighI16x8U,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.u16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = narrow[8 * a + 4 + i];
    },
  ],
  [
    Operator.I32x4ExtaddPairwiseI16x8U,
    (files, d, a) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.u16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = narrow[8 * a + 2 * i] + narrow[8 * a + 2 * i + 1];
    },
  ],
  [
    Operator.I64x2ExtendLowI32x4S,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 1; i >= 0; i--) i64ExtendI32S(words, 2 * d + i, words[4 * a + i]);
    },
  ],
  [
    Operator.I64x2ExtendHighI32x4S,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) i64ExtendI32S(words, 2 * d + i, words[4 * a + 2 + i]);
    },
  ],
  [
    Operator.I64x2ExtendLowI32x4U,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 1; i >= 0; i--) i64ExtendI32U(words, 2 * d + i, words[4 * a + i]);
    },
  ],
  [
    Operator.I64x2ExtendHighI32x4U,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) i64ExtendI32U(words, 2 * d + i, words[4 * a + 2 + i]);
    },
  ],
];

export const wideningProducts: VectorHandlers = [
  [
    Operator.I16x8ExtmulLowI8x16S,
    (files, d, a, b) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.i8;
      for (let i = 7; i >= 0; i--) wide[8 * d + i] = Math.imul(narrow[16 * a + i], narrow[16 * b + i]);
    },
  ],
  [
    Operator.I16x8ExtmulHighI8x16S,
    (files, d, a, b) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.i8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = Math.imul(narrow[16 * a + 8 + i], narrow[16 * b + 8 + i]);
    },
  ],
  [
    Operator.I16x8ExtmulLowI8x16U,
    (files, d, a, b) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.u8;
      for (let i = 7; i >= 0; i--) wide[8 * d + i] = Math.imul(narrow[16 * a + i], narrow[16 * b + i]);
    },
  ],
  [
    Operator.I16x8ExtmulHighI8x16U,
    (files, d, a, b) => {
      const wide = files.vectors.i16;
      const narrow = files.vectors.u8;
      for (let i = 0; i < 8; i++) wide[8 * d + i] = Math.imul(narrow[16 * a + 8 + i], narrow[16 * b + 8 + i]);
    },
  ],
  [
    Operator.I32x4ExtmulLowI16x8S,
    (files, d, a, b) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 3; i >= 0; i--) wide[4 * d + i] = Math.imul(narrow[8 * a + i], narrow[8 * b + i]);
    },
  ],
  [
    Operator.I32x4ExtmulHighI16x8S,
    (files, d, a, b) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = Math.imul(narrow[8 * a + 4 + i], narrow[8 * b + 4 + i]);
    },
  ],
  [
    Operator.I32x4ExtmulLowI16x8U,
    (files, d, a, b) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.u16;
      for (let i = 3; i >= 0; i--) wide[4 * d + i] = Math.imul(narrow[8 * a + i], narrow[8 * b + i]);
    },
  ],
  [
    Operator.I32x4ExtmulHighI16x8U,
    (files, d, a, b) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.u16;
      for (let i = 0; i < 4; i++) wide[4 * d + i] = Math.imul(narrow[8 * a + 4 + i], narrow[8 * b + 4 + i]);
    },
  ],
  [
    Operator.I64x2ExtmulLowI32x4S,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 1; i >= 0; i--) {
        const x = words[4 * a + i];
        const y = words[4 * b + i];
        words[4 * d + 2 * i] = Math.imul(x, y);
        words[4 * d + 2 * i + 1] = i32MulHighS(x, y);
      }
    },
  ],
  [
    Operator.I64x2ExtmulHighI32x4S,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        const x = words[4 * a + 2 + i];
        const y = words[4 * b + 2 + i];
        words[4 * d + 2 * i] = Math.imul(x, y);
        words[4 * d + 2 * i + 1] = i32MulHighS(x, y);
      }
    },
  ],
  [
    Operator.I64x2ExtmulLowI32x4U,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 1; i >= 0; i--) {
        const x = words[4 * a + i];
        const y = words[4 * b + i];
        words[4 * d + 2 * i] = Math.imul(x, y);
        words[4 * d + 2 * i + 1] = i32MulHighU(x, y);
      }
    },
  ],
  [
    Operator.I64x2ExtmulHighI32x4U,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 2; i++) {
        const x = words[4 * a + 2 + i];
        const y = words[4 * b + 2 + i];
        words[4 * d + 2 * i] = Math.imul(x, y);
        words[4 * d + 2 * i + 1] = i32MulHighU(x, y);
      }
    },
  ],
  [
    Operator.I32x4DotI16x8S,
    (files, d, a, b) => {
      const wide = files.vectors.i32;
      const narrow = files.vectors.i16;
      for (let i = 0; i < 4; i++)
        wide[4 * d + i] =
          Math.imul(narrow[8 * a + 2 * i], narrow[8 * b + 2 * i]) +
          Math.imul(narrow[8 * a + 2 * i + 1], narrow[8 * b + 2 * i + 1]);
    },
  ],
];

export const narrowings: VectorHandlers = [
  [
    Operator.I8x16NarrowI16x8S,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      const words = files.vectors.i32;
      for (let i = 0; i < 8; i++) {
        scratchBytes[i] = Math.max(-128, Math.min(lanes[8 * a + i], 127));
        scratchBytes[8 + i] = Math.max(-128, Math.min(lanes[8 * b + i], 127));
      }
      for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
    },
  ],
  [
    Operator.I8x16NarrowI16x8U,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      const words = files.vectors.i32;
      for (let i = 0; i < 8; i++) {
        scratchBytes[i] = Math.max(0, Math.min(lanes[8 * a + i], 255));
        scratchBytes[8 + i] = Math.max(0, Math.min(lanes[8 * b + i], 255));
      }
      for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
    },
  ],
  [
    Operator.I16x8NarrowI32x4S,
    (files, d, a, b) => {
      const lanes = files.vectors.i32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        scratchHalfwords[i] = Math.max(-32768, Math.min(lanes[4 * a + i], 32767));
        scratchHalfwords[4 + i] = Math.max(-32768, Math.min(lanes[4 * b + i], 32767));
      }
      for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
    },
  ],
  [
    Operator.I16x8NarrowI32x4U,
    (files, d, a, b) => {
      const lanes = files.vectors.i32;
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) {
        scratchHalfwords[i] = Math.max(0, Math.min(lanes[4 * a + i], 65535));
        scratchHalfwords[4 + i] = Math.max(0, Math.min(lanes[4 * b + i], 65535));
      }
      for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
    },
  ],
];
