import { Operator } from '../../binary/operator.js';
import type { RegisterFiles } from '../register-files.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';

/**
 * Constants, and lanes taken apart, put together and moved about. Values are copied as raw bits, never as JavaScript numbers:
 * so the float operators of a width are the integer ones of that width.
 */

/** Holds a shuffled vector until all of it is read, as the result may go to an operand's slot. */
const scratchBytes = new Uint8Array(16);
const scratchWords = new Int32Array(scratchBytes.buffer);

/** Copies vector register `a` to `d`. */
export function copyVector(files: RegisterFiles, d: number, a: number): void {
  const words = files.vectors.i32;
  for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i];
}

/** `i8x16.swizzle`: the bytes of `a` at the indices in `b`, 0 for an index over 15. */
export const swizzle: VectorHandler = (files, d, a, b) => {
  const words = files.vectors.i32;
  const bytes = files.vectors.u8;
  for (let i = 0; i < 16; i++) {
    const index = bytes[16 * b + i];
    scratchBytes[i] = index < 16 ? bytes[16 * a + index] : 0;
  }
  for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
};

const splat32: VectorHandler = (files, d, a) => {
  const value = files.i32[a];
  const words = files.vectors.i32;
  for (let i = 0; i < 4; i++) words[4 * d + i] = value;
};

const splat64: VectorHandler = (files, d, a) => {
  const low = files.halves[2 * a];
  const high = files.halves[2 * a + 1];
  const words = files.vectors.i32;
  words[4 * d] = low;
  words[4 * d + 1] = high;
  words[4 * d + 2] = low;
  words[4 * d + 3] = high;
};

const extract32: VectorHandler = (files, d, a, _b, _c, lane) => {
  files.i32[d] = files.vectors.i32[4 * a + lane];
};

const extract64: VectorHandler = (files, d, a, _b, _c, lane) => {
  const words = files.vectors.i32;
  files.halves[2 * d] = words[4 * a + 2 * lane];
  files.halves[2 * d + 1] = words[4 * a + 2 * lane + 1];
};

const replace32: VectorHandler = (files, d, a, b, _c, lane) => {
  copyVector(files, d, a);
  files.vectors.i32[4 * d + lane] = files.i32[b];
};

const replace64: VectorHandler = (files, d, a, b, _c, lane) => {
  copyVector(files, d, a);
  const words = files.vectors.i32;
  words[4 * d + 2 * lane] = files.halves[2 * b];
  words[4 * d + 2 * lane + 1] = files.halves[2 * b + 1];
};

export const lanes: VectorHandlers = [
  [
    Operator.V128Const,
    (files, d, _a, _b, _c, immediate, code) => {
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = code[immediate + i];
    },
  ],
  [
    Operator.I8x16Shuffle,
    (files, d, a, b, _c, immediate, code) => {
      const words = files.vectors.i32;
      const bytes = files.vectors.u8;
      for (let i = 0; i < 16; i++) {
        const index = code[immediate + (i >> 2)] >>> (8 * (i & 3));
        const source = (index & 16) === 0 ? a : b;
        scratchBytes[i] = bytes[16 * source + (index & 15)];
      }
      for (let i = 0; i < 4; i++) words[4 * d + i] = scratchWords[i];
    },
  ],
  [Operator.I8x16Swizzle, swizzle],
  [
    Operator.I8x16Splat,
    (files, d, a) => {
      const value = Math.imul(files.i32[a] & 0xff, 0x01010101);
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = value;
    },
  ],
  [
    Operator.I16x8Splat,
    (files, d, a) => {
      const value = Math.imul(files.i32[a] & 0xffff, 0x00010001);
      const words = files.vectors.i32;
      for (let i = 0; i < 4; i++) words[4 * d + i] = value;
    },
  ],
  [Operator.I32x4Splat, splat32],
  [Operator.F32x4Splat, splat32],
  [Operator.I64x2Splat, splat64],
  [Operator.F64x2Splat, splat64],
  [
    Operator.I8x16ExtractLaneS,
    (files, d, a, _b, _c, lane) => {
      files.i32[d] = files.vectors.i8[16 * a + lane];
    },
  ],
  [
    Operator.I8x16ExtractLaneU,
    (files, d, a, _b, _c, lane) => {
      files.i32[d] = files.vectors.u8[16 * a + lane];
    },
  ],
  [
    Operator.I16x8ExtractLaneS,
    (files, d, a, _b, _c, lane) => {
      files.i32[d] = files.vectors.i16[8 * a + lane];
    },
  ],
  [
    Operator.I16x8ExtractLaneU,
    (files, d, a, _b, _c, lane) => {
      files.i32[d] = files.vectors.u16[8 * a + lane];
    },
  ],
  [Operator.I32x4ExtractLane, extract32],
  [Operator.F32x4ExtractLane, extract32],
  [Operator.I64x2ExtractLane, extract64],
  [Operator.F64x2ExtractLane, extract64],
  [
    Operator.I8x16ReplaceLane,
    (files, d, a, b, _c, lane) => {
      copyVector(files, d, a);
      files.vectors.i8[16 * d + lane] = files.i32[b];
    },
  ],
  [
    Operator.I16x8ReplaceLane,
    (files, d, a, b, _c, lane) => {
      copyVector(files, d, a);
      files.vectors.i16[8 * d + lane] = files.i32[b];
    },
  ],
  [Operator.I32x4ReplaceLane, replace32],
  [Operator.F32x4ReplaceLane, replace32],
  [Operator.I64x2ReplaceLane, replace64],
  [Operator.F64x2ReplaceLane, replace64],
];
