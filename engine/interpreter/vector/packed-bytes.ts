/**
 * Arithmetic on four bytes at once, packed in a 32-bit word (after Warren, Hacker's Delight, sections 2-12 and 2-18): in
 * the optimised code half the time of a loop over 16 bytes. Halfwords do not gain by it, and are looped over.
 */

/** The bytes' top bits, and all others. */
const TOPS = 0x80808080 | 0;
const RESTS = 0x7f7f7f7f;

/** Ones in each byte whose top bit is set in `tops`, which has no other bits. */
function spread(tops: number): number {
  return (tops << 1) - (tops >>> 7);
}

/** Per byte `mask ? x : y`, masks being all ones or all zeros. */
function select(mask: number, x: number, y: number): number {
  return (x & mask) | (y & ~mask);
}

export function addBytes(x: number, y: number): number {
  return ((x & RESTS) + (y & RESTS)) ^ ((x ^ y) & TOPS);
}

export function subtractBytes(x: number, y: number): number {
  return ((x | TOPS) - (y & RESTS)) ^ ((x ^ ~y) & TOPS);
}

/** Ones in each byte where x = y. */
export function equalBytes(x: number, y: number): number {
  const difference = x ^ y;
  return spread(~(((difference & RESTS) + RESTS) | difference) & TOPS);
}

/** Ones in each byte where x < y, signed. */
export function lessSignedBytes(x: number, y: number): number {
  return spread(((x & ~y) | (~(x ^ y) & subtractBytes(x, y))) & TOPS);
}

/** Ones in each byte where x < y, unsigned: where the subtraction borrows. */
export function lessUnsignedBytes(x: number, y: number): number {
  return spread(((~x & y) | (~(x ^ y) & subtractBytes(x, y))) & TOPS);
}

/** The absolute value, wrapping for the least one. */
export function absoluteBytes(x: number): number {
  const negative = spread(x & TOPS);
  return subtractBytes(x ^ negative, negative);
}

export function minimumSignedBytes(x: number, y: number): number {
  return select(lessSignedBytes(x, y), x, y);
}

export function minimumUnsignedBytes(x: number, y: number): number {
  return select(lessUnsignedBytes(x, y), x, y);
}

export function maximumSignedBytes(x: number, y: number): number {
  return select(lessSignedBytes(x, y), y, x);
}

export function maximumUnsignedBytes(x: number, y: number): number {
  return select(lessUnsignedBytes(x, y), y, x);
}

/** The greatest signed value in the bytes where x is not negative, the least one where it is. */
function limitOfSign(x: number): number {
  return RESTS ^ spread(x & TOPS);
}

export function addSaturateSignedBytes(x: number, y: number): number {
  const sum = addBytes(x, y);
  return select(spread(~(x ^ y) & (x ^ sum) & TOPS), limitOfSign(x), sum);
}

export function addSaturateUnsignedBytes(x: number, y: number): number {
  const sum = addBytes(x, y);
  return sum | spread(((x & y) | ((x | y) & ~sum)) & TOPS);
}

export function subtractSaturateSignedBytes(x: number, y: number): number {
  const difference = subtractBytes(x, y);
  return select(spread((x ^ y) & (x ^ difference) & TOPS), limitOfSign(x), difference);
}

export function subtractSaturateUnsignedBytes(x: number, y: number): number {
  return subtractBytes(x, y) & ~lessUnsignedBytes(x, y);
}

/** The unsigned average, rounded up. */
export function averageUnsignedBytes(x: number, y: number): number {
  return (x | y) - (((x ^ y) >>> 1) & RESTS);
}

/** Counts of one bits in bytes. */
export function populationCountBytes(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return (x + (x >>> 4)) & 0x0f0f0f0f;
}

/** Whether no byte is 0. */
export function allBytesNonzero(x: number): boolean {
  return ((((x & RESTS) + RESTS) | x) & TOPS) === TOPS;
}

/** The bytes' top bits, in bits 0 to 3: the product moves the four next to each other, at the word's end. */
export function topBitsOfBytes(x: number): number {
  return Math.imul((x >>> 7) & 0x01010101, 0x10204080) >>> 28;
}
