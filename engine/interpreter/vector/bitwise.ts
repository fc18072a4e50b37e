import { Operator } from '../../binary/operator.js';
import { allBytesNonzero, topBitsOfBytes } from './packed-bytes.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';

/** Whole-vector logic, and the questions that make an i32 of a vector (spec 4.3.2). */

/** `v128.bitselect`: the bits of `a` where `c` has ones, those of `b` where it has zeros. */
export const selectBits: VectorHandler = (files, d, a, b, c) => {
  const words = files.vectors.i32;
  for (let i = 0; i < 4; i++) {
    const mask = words[4 * c + i];
    words[4 * d + i] = (words[4 * a + i] & mask) | (words[4 * b + i] & ~mask);
  }
};

export const bitwise: VectorHandlers = [
  [
    Operator.V128Not,
    (files, d, a) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = ~words[4 * a + i];
    },
  ],
  [
    Operator.V128And,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] & words[4 * b + i];
    },
  ],
  [
    Operator.V128Andnot,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] & ~words[4 * b + i];
    },
  ],
  [
    Operator.V128Or,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] | words[4 * b + i];
    },
  ],
  [
    Operator.V128Xor,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] ^ words[4 * b + i];
    },
  ],
  [Operator.V128Bitselect, selectBits],
  [
    Operator.V128AnyTrue,
    (files, d, a) => {
      const words = files.vectors.i32;
      files.i32[d] = (words[4 * a] | words[4 * a + 1] | words[4 * a + 2] | words[4 * a + 3]) === 0 ? 0 : 1;
    },
  ],
  [
    Operator.I8x16AllTrue,
    (files, d, a) => {
      const words = files.vectors.i32;
      let all = 1;
      for (let i = 0; i < 4; i++) if (!allBytesNonzero(words[4 * a + i])) all = 0;
      files.i32[d] = all;
    },
  ],
  [
    Operator.I8x16Bitmask,
    (files, d, a) => {
      const words = files.vectors.i32;
      let mask = 0;
      for (let i = 0; i < 4; i++) mask |= topBitsOfBytes(words[4 * a + i]) << (4 * i);
      files.i32[d] = mask;
    },
  ],
  [
    Operator.I16x8AllTrue,
    (files, d, a) => {
      const lanes = files.vectors.i16;
      let all = 1;
      for (let i = 0; i < 8; i++) if (lanes[8 * a + i] === 0) all = 0;
      files.i32[d] = all;
    },
  ],
  [
    Operator.I32x4AllTrue,
    (files, d, a) => {
      const lanes = files.vectors.i32;
      let all = 1;
      for (let i = 0; i < 4; i++) if (lanes[4 * a + i] === 0) all = 0;
      files.i32[d] = all;
    },
  ],
  [
    Operator.I64x2AllTrue,
    (files, d, a) => {
      const words = files.vectors.i32;
      const low = words[4 * a] | words[4 * a + 1];
      const high = words[4 * a + 2] | words[4 * a + 3];
      files.i32[d] = low !== 0 && high !== 0 ? 1 : 0;
    },
  ],
  [
    Operator.I16x8Bitmask,
    (files, d, a) => {
      const lanes = files.vectors.i16;
      let mask = 0;
      for (let i = 0; i < 8; i++) if (lanes[8 * a + i] < 0) mask |= 1 << i;
      files.i32[d] = mask;
    },
  ],
  [
    Operator.I32x4Bitmask,
    (files, d, a) => {
      const lanes = files.vectors.i32;
      let mask = 0;
      for (let i = 0; i < 4; i++) if (lanes[4 * a + i] < 0) mask |= 1 << i;
      files.i32[d] = mask;
    },
  ],
  [
    Operator.I64x2Bitmask,
    (files, d, a) => {
      const words = files.vectors.i32;
      files.i32[d] = (words[4 * a + 1] >>> 31) | ((words[4 * a + 3] >>> 31) << 1);
    },
  ],
];
