/** Words of the round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const ROUND_CONSTANTS = new Uint32Array(64);
/** Of the square roots of the first eight (FIPS 180-4, 5.3.3). */
const INITIAL_STATE = new Uint32Array(8);

/** Done for the first digest: few processes want one. */
function fillConstants(): void {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < ROUND_CONSTANTS.length; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  primes.forEach((prime, i) => {
    ROUND_CONSTANTS[i] = fractionBits(BigInt(prime), 3n);
    if (i < INITIAL_STATE.length) INITIAL_STATE[i] = fractionBits(BigInt(prime), 2n);
  });
}

/** The low 32 bits of floor(root x 2^32), by bisection on integers: exact whatever the host's Math does. */
function fractionBits(radicand: bigint, degree: bigint): number {
  const target = radicand << (32n * degree);
  let low = 0n;
  let high = radicand << 32n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle - 1n;
  }
  return Number(low & 0xffff_ffffn);
}

/**
 * SHA-256 (FIPS 180-4) in lower-case hexadecimals. Hosts' own digests are promises, or Node's alone; this one is for names of modules,
 * which those who listen to an engine want at once.
 */
export function sha256(bytes: Uint8Array): string {
  if (INITIAL_STATE[0] === 0) fillConstants();
  const state = INITIAL_STATE.slice();
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) compress(state, schedule, bytes, at);
  const tail = lastBlocks(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < tail.length; at += 64) compress(state, schedule, tail, at);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** What is left of the message, a one bit, zeros, and the message's length in bits. */
function lastBlocks(rest: Uint8Array, length: number): Uint8Array {
  const blocks = new Uint8Array(rest.length < 56 ? 64 : 128);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  new DataView(blocks.buffer).setBigUint64(blocks.length - 8, BigInt(length) * 8n);
  return blocks;
}

function compress(state: Uint32Array, w: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const p = at + 4 * i;
    w[i] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + w[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = state[i]! + next[i]!;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
