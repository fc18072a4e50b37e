// Integers of 64 bits: what random generators and hash functions do.

const BUFFER_BYTES: i32 = 4096;
const BUFFER: usize = memory.data(4096, 16);

/** xorshift64* (Vigna 2016): shifts, exclusive or, one multiplication. */
export function xorshift(count: i32): i64 {
  let state: u64 = 0x9e3779b97f4a7c15;
  let sum: u64 = 0;
  for (let i = 0; i < count; i++) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    sum += state * 0x2545f4914f6cdd1d;
  }
  return sum;
}

/** FNV-1a over a buffer of 4 KiB, `rounds` times: one exclusive or and one multiplication a byte. */
export function fnv1a(rounds: i32): i64 {
  for (let i = 0; i < BUFFER_BYTES; i++) store<u8>(BUFFER + i, i * 31);
  let hash: u64 = 0xcbf29ce484222325;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < BUFFER_BYTES; i++) {
      hash = (hash ^ load<u8>(BUFFER + i)) * 0x100000001b3;
    }
  }
  return hash;
}

/** The rounds of XXH64: multiply, rotate, multiply, on words loaded from a buffer of 4 KiB. */
export function multiplyRotate(rounds: i32): i64 {
  for (let i = 0; i < BUFFER_BYTES; i++) store<u8>(BUFFER + i, i * 37);
  let a: u64 = 0x60ea27eeadc0b5d6;
  let b: u64 = 0xc2b2ae3d27d4eb4f;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < BUFFER_BYTES; i += 16) {
      a = rotl<u64>(a + load<u64>(BUFFER + i) * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
      b = rotl<u64>(b + load<u64>(BUFFER + i, 8) * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
    }
  }
  return rotl<u64>(a, 1) + rotl<u64>(b, 7);
}

/** Euclid's algorithm on 64 bits: division and remainder. */
export function greatestCommonDivisors(count: i32): i64 {
  let sum: u64 = 0;
  let state: u64 = 88172645463325252;
  for (let i = 0; i < count; i++) {
    state = state * 6364136223846793005 + 1442695040888963407;
    let a = state >> 20;
    let b = (state << 9) >> 22;
    while (b != 0) {
      const rest = a % b;
      a = b;
      b = rest;
    }
    sum += a;
  }
  return sum;
}
