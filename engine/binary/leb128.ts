// LEB128 integers (spec 5.2.2). Two families of pure functions, so that hot loops keep the offset in a local:
// `after...` checks the encoding at an offset and returns the offset behind it (used where input is not trusted
// yet), `decode...` returns the value of an encoding that was checked before. Callers inline the one-byte case.
import { MalformedModuleError } from '../errors.js';

function unexpectedEnd(offset: number): never {
  throw new MalformedModuleError('unexpected end of section or function', offset);
}

function tooLong(offset: number): never {
  throw new MalformedModuleError('integer representation too long', offset);
}

function tooLarge(offset: number): never {
  throw new MalformedModuleError('integer too large', offset);
}

// Offset behind the leading bytes that announce another one, at most `maximum` of them.
function afterContinuations(bytes: Uint8Array, offset: number, limit: number, maximum: number): number {
  const last = offset + maximum;
  while (offset < last && offset < limit && bytes[offset]! > 0x7f) offset++;
  if (offset >= limit) unexpectedEnd(limit);
  return offset;
}

// Offset behind the u32 at `offset`; malformed when it is too long, too large or not over before `limit`.
export function afterUnsigned32(bytes: Uint8Array, offset: number, limit: number): number {
  const last = afterContinuations(bytes, offset, limit, 4);
  if (last === offset + 4) {
    const byte = bytes[last]!;
    if (byte > 0x7f) tooLong(offset);
    if (byte > 0x0f) tooLarge(offset);
  }
  return last + 1;
}

// Offset behind the s32 at `offset`; errors as for `afterUnsigned32`.
export function afterSigned32(bytes: Uint8Array, offset: number, limit: number): number {
  const last = afterContinuations(bytes, offset, limit, 4);
  if (last === offset + 4) {
    const byte = bytes[last]!;
    if (byte > 0x7f) tooLong(offset);
    if (byte > 0x07 && byte < 0x78) tooLarge(offset);
  }
  return last + 1;
}

// Offset behind the s33 (a block type) at `offset`; errors as for `afterUnsigned32`.
export function afterSigned33(bytes: Uint8Array, offset: number, limit: number): number {
  const last = afterContinuations(bytes, offset, limit, 4);
  if (last === offset + 4) {
    const byte = bytes[last]!;
    if (byte > 0x7f) tooLong(offset);
    if (byte > 0x0f && byte < 0x70) tooLarge(offset);
  }
  return last + 1;
}

// Offset behind the u64 at `offset`; errors as for `afterUnsigned32`.
export function afterUnsigned64(bytes: Uint8Array, offset: number, limit: number): number {
  const last = afterContinuations(bytes, offset, limit, 9);
  if (last === offset + 9) {
    const byte = bytes[last]!;
    if (byte > 0x7f) tooLong(offset);
    if (byte > 0x01) tooLarge(offset);
  }
  return last + 1;
}

// Offset behind the s64 at `offset`; errors as for `afterUnsigned32`.
export function afterSigned64(bytes: Uint8Array, offset: number, limit: number): number {
  const last = afterContinuations(bytes, offset, limit, 9);
  if (last === offset + 9) {
    const byte = bytes[last]!;
    if (byte > 0x7f) tooLong(offset);
    if (byte !== 0x00 && byte !== 0x7f) tooLarge(offset);
  }
  return last + 1;
}

// Offset behind the checked integer at `offset`, of whatever width and sign.
export function afterLeb128(bytes: Uint8Array, offset: number): number {
  while (bytes[offset]! > 0x7f) offset++;
  return offset + 1;
}

// Value of the checked u32 at `offset`, or the low 32 bits of a longer integer.
export function decodeUnsigned32(bytes: Uint8Array, offset: number): number {
  let value = 0;
  let shift = 0;
  let byte: number;
  do {
    byte = bytes[offset++]!;
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f && shift < 35);
  return value >>> 0;
}

// Value of the checked s32 at `offset`.
export function decodeSigned32(bytes: Uint8Array, offset: number): number {
  let byte = bytes[offset]!;
  let value = byte & 0x7f;
  if (byte < 0x80) return (value << 25) >> 25;
  byte = bytes[offset + 1]!;
  value |= (byte & 0x7f) << 7;
  if (byte < 0x80) return (value << 18) >> 18;
  byte = bytes[offset + 2]!;
  value |= (byte & 0x7f) << 14;
  if (byte < 0x80) return (value << 11) >> 11;
  byte = bytes[offset + 3]!;
  value |= (byte & 0x7f) << 21;
  if (byte < 0x80) return (value << 4) >> 4;
  return value | (bytes[offset + 4]! << 28);
}

// Value of the checked s33 at `offset`: negative for a type code, else a type index.
export function decodeSigned33(bytes: Uint8Array, offset: number): number {
  const length = afterLeb128(bytes, offset) - offset;
  if (length < 5) return decodeSigned32(bytes, offset);
  const unsigned = decodeUnsigned32(bytes, offset);
  return bytes[offset + 4]! & 0x10 ? unsigned - 0x1_0000_0000 : unsigned;
}

// Value of the checked u64 at `offset` as a number: exact up to 2^53, `Number.MAX_SAFE_INTEGER` beyond.
export function decodeUnsigned64AsNumber(bytes: Uint8Array, offset: number): number {
  if (afterLeb128(bytes, offset) - offset < 5) return decodeUnsigned32(bytes, offset);
  return Math.min(Number(wide(bytes, offset)), Number.MAX_SAFE_INTEGER);
}

const words = new DataView(new ArrayBuffer(8));

// Value of the checked s64 at `offset`.
export function decodeSigned64(bytes: Uint8Array, offset: number): bigint {
  if (afterLeb128(bytes, offset) - offset < 5) return BigInt(decodeSigned32(bytes, offset));
  // One BigInt in all: modules may have many such constants.
  words.setInt32(0, decodeSigned64Low(bytes, offset), true);
  words.setInt32(4, decodeSigned64High(bytes, offset), true);
  return words.getBigInt64(0, true);
}

// Low 32 bits (as int32) of the checked s64 at `offset`; allocation-free, for constants kept as words.
export function decodeSigned64Low(bytes: Uint8Array, offset: number): number {
  const length = afterLeb128(bytes, offset) - offset;
  if (length < 5) return decodeSigned32(bytes, offset);
  return decodeUnsigned32(bytes, offset) | 0;
}

// High 32 bits (as int32) of the checked s64 at `offset`.
export function decodeSigned64High(bytes: Uint8Array, offset: number): number {
  const length = afterLeb128(bytes, offset) - offset;
  if (length < 5) return decodeSigned32(bytes, offset) >> 31;
  // Byte i holds bits 7i and up; bits 32 and up begin inside byte 4, at its bit 4.
  let high = (bytes[offset + 4]! & 0x7f) >> 4;
  for (let index = 5; index < length; index++) high |= (bytes[offset + index]! & 0x7f) << (7 * index - 32);
  const unused = 64 - 7 * length;
  return unused > 0 ? (high << unused) >> unused : high;
}

function wide(bytes: Uint8Array, offset: number): bigint {
  // Two halves of 35 bits each fit a double exactly.
  let low = 0;
  let high = 0;
  let scale = 1;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[offset + index]!;
    if (index === 5) scale = 1;
    if (index < 5) low += (byte & 0x7f) * scale;
    else high += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  return BigInt.asUintN(64, BigInt(low) | (BigInt(high) << 35n));
}
