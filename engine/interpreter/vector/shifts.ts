import { Operator } from '../../binary/operator.js';
import { i64Shl, i64ShrS, i64ShrU } from '../numeric/int64.js';
import type { VectorHandlers } from './vector-handler.js';

/** Lane shifts (spec 4.3.2): the count is the i32 operand modulo the lane's width. Bytes are shifted four at a time. */

export const shifts: VectorHandlers = [
  [
    Operator.I8x16Shl,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b] & 7;
      const kept = Math.imul((0xff << count) & 0xff, 0x01010101);
      for (let i = 0; i < 4; i++) words[4 * d + i] = (words[4 * a + i] << count) & kept;
    },
  ],
  [
    Operator.I8x16ShrS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b] & 7;
      const kept = Math.imul(0xff >> count, 0x01010101);
      const fill = 0xff & ~(0xff >> count);
      for (let i = 0; i < 4; i++) {
        const word = words[4 * a + i];
        words[4 * d + i] = ((word >>> count) & kept) | Math.imul((word >>> 7) & 0x01010101, fill);
      }
    },
  ],
  [
    Operator.I8x16ShrU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b] & 7;
      const kept = Math.imul(0xff >> count, 0x01010101);
      for (let i = 0; i < 4; i++) words[4 * d + i] = (words[4 * a + i] >>> count) & kept;
    },
  ],
  [
    Operator.I16x8Shl,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b] & 15;
      const kept = Math.imul((0xffff << count) & 0xffff, 0x00010001);
      for (let i = 0; i < 4; i++) words[4 * d + i] = (words[4 * a + i] << count) & kept;
    },
  ],
  [
    Operator.I16x8ShrS,
    (files, d, a, b) => {
      const lanes = files.vectors.i16;
      const count = files.i32[b] & 15;
      for (let i = 0; i < 8; i++) lanes[8 * d + i] = lanes[8 * a + i] >> count;
    },
  ],
  [
    Operator.I16x8ShrU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b] & 15;
      const kept = Math.imul(0xffff >> count, 0x00010001);
      for (let i = 0; i < 4; i++) words[4 * d + i] = (words[4 * a + i] >>> count) & kept;
    },
  ],
  [
    Operator.I32x4Shl,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] << count;
    },
  ],
  [
    Operator.I32x4ShrS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] >> count;
    },
  ],
  [
    Operator.I32x4ShrU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 4; i++) words[4 * d + i] = words[4 * a + i] >>> count;
    },
  ],
  [
    Operator.I64x2Shl,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 2; i++) i64Shl(words, 2 * d + i, 2 * a + i, count);
    },
  ],
  [
    Operator.I64x2ShrS,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 2; i++) i64ShrS(words, 2 * d + i, 2 * a + i, count);
    },
  ],
  [
    Operator.I64x2ShrU,
    (files, d, a, b) => {
      const words = files.vectors.i32;
      const count = files.i32[b];
      for (let i = 0; i < 2; i++) i64ShrU(words, 2 * d + i, 2 * a + i, count);
    },
  ],
];
