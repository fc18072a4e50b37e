import { refuse } from './refusal';

/*
 * LEB128 integers (spec 5.2.2): `after…` checks the encoding at `p` and returns the address behind it, `decode…` gives the value of
 * one that was checked. No encoding may reach past `limit`.
 */

function afterContinuations(p: usize, limit: usize, maximum: usize): usize {
  const last = p + maximum;
  while (p < last && p < limit && load<u8>(p) > 0x7f) p++;
  if (p >= limit) refuse();
  return p;
}

export function afterUnsigned32(p: usize, limit: usize): usize {
  const last = afterContinuations(p, limit, 4);
  if (last == p + 4 && load<u8>(last) > 0x0f) refuse();
  return last + 1;
}

export function afterSigned32(p: usize, limit: usize): usize {
  const last = afterContinuations(p, limit, 4);
  if (last == p + 4) {
    const byte = load<u8>(last);
    if (byte > 0x07 && byte - 0x78 > 0x07) refuse();
  }
  return last + 1;
}

export function afterSigned33(p: usize, limit: usize): usize {
  const last = afterContinuations(p, limit, 4);
  if (last == p + 4) {
    const byte = load<u8>(last);
    if (byte > 0x0f && byte - 0x70 > 0x0f) refuse();
  }
  return last + 1;
}

export function afterUnsigned64(p: usize, limit: usize): usize {
  const last = afterContinuations(p, limit, 9);
  if (last == p + 9 && load<u8>(last) > 0x01) refuse();
  return last + 1;
}

export function afterSigned64(p: usize, limit: usize): usize {
  const last = afterContinuations(p, limit, 9);
  if (last == p + 9) {
    const byte = load<u8>(last);
    if (byte != 0x00 && byte != 0x7f) refuse();
  }
  return last + 1;
}

export function decodeUnsigned32(p: usize): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let byte: u32;
  do {
    byte = load<u8>(p++);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f);
  return value;
}

export function decodeUnsigned64(p: usize): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let byte: u64;
  do {
    byte = load<u8>(p++);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f);
  return value;
}

export function decodeSigned64(p: usize): i64 {
  let value: i64 = 0;
  let shift: i64 = 0;
  let byte: i64;
  do {
    byte = load<u8>(p++);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f);
  if (shift >= 64) return value;
  const unused: i64 = 64 - shift;
  return (value << unused) >> unused;
}

/** Address behind an encoding that was checked. */
export function afterLeb128(p: usize): usize {
  while (load<u8>(p) > 0x7f) p++;
  return p + 1;
}
