/** An unsigned integer in LEB128 (spec 5.2.2): whole, up to 2^53. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return [...bytes, value];
}

/** A signed one, in as few bytes as hold it. */
export function signed(value: bigint | number): number[] {
  let rest = BigInt(value);
  const bytes: number[] = [];
  for (; rest < -64n || rest > 63n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest & 0x7fn)];
}

/** Bytes behind their number. */
export function sized(content: ArrayLike<number>): number[] {
  return [...unsigned(content.length), ...Array.from(content)];
}
