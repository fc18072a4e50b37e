/** Bit counting and rotation on i32 (spec 4.3.2); the rest of i32 is JavaScript's own operators, `Math.imul` and `Math.clz32`. */

/** Count of trailing zero bits, 32 for 0. */
export function i32Ctz(x: number): number {
  return x === 0 ? 32 : 31 - Math.clz32(x & -x);
}

/** Count of one bits. */
export function i32Popcnt(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** `x` rotated left by `count` modulo 32. */
export function i32Rotl(x: number, count: number): number {
  return (x << count) | (x >>> -count);
}

/** `x` rotated right by `count` modulo 32. */
export function i32Rotr(x: number, count: number): number {
  return (x >>> count) | (x << -count);
}

/** The high 32 bits of the unsigned 64-bit product, as an i32; the low ones are `Math.imul(x, y)`. */
export function i32MulHighU(x: number, y: number): number {
  const xLow = x & 0xffff;
  const xHigh = x >>> 16;
  const yLow = y & 0xffff;
  const yHigh = y >>> 16;
  // Each sum stays under 2^32: (2^16 - 1)^2 + 2 * (2^16 - 1) = 2^32 - 1.
  const low = Math.imul(xLow, yLow) >>> 16;
  const first = ((Math.imul(xHigh, yLow) >>> 0) + low) >>> 0;
  const second = ((Math.imul(xLow, yHigh) >>> 0) + (first & 0xffff)) >>> 0;
  return (Math.imul(xHigh, yHigh) + (first >>> 16) + (second >>> 16)) | 0;
}

/** The high 32 bits of the signed 64-bit product. */
export function i32MulHighS(x: number, y: number): number {
  return (i32MulHighU(x, y) - ((x >> 31) & y) - ((y >> 31) & x)) | 0;
}
