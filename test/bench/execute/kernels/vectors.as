// Vectors of 128 bits.

const A: usize = memory.data(16384, 16);
const B: usize = memory.data(16384, 16);

/** Dot products of two arrays of 4,096 single floats, `rounds` times. */
export function dotProduct(rounds: i32): f32 {
  for (let i = 0; i < 4096; i++) {
    store<f32>(A + 4 * i, <f32>(i & 15) * 0.25);
    store<f32>(B + 4 * i, <f32>(i & 7) - 3.5);
  }
  let total = f32x4.splat(0);
  for (let round = 0; round < rounds; round++) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < 16384; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(A + i), v128.load(B + i)));
    total = f32x4.add(f32x4.mul(total, f32x4.splat(0.5)), sum);
  }
  return f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3);
}

/** Counts the bytes of 16 KiB that are letters, 16 at a time, `rounds` times. */
export function countLetters(rounds: i32): i32 {
  for (let i = 0; i < 16384; i++) store<u8>(A + i, i * 11);
  let letters = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 16384; i += 16) {
      const lower = v128.or(v128.load(A + i), i8x16.splat(32));
      const inRange = v128.and(i8x16.ge_u(lower, i8x16.splat(97)), i8x16.le_u(lower, i8x16.splat(122)));
      letters += popcnt(i8x16.bitmask(inRange));
    }
  }
  return letters;
}
