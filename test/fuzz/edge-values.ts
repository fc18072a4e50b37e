import type { Random } from '@wasm-dyno/corpora';

/** Values at which arithmetic, conversions and addresses change their behaviour. */
const I32 = [
  0, 1, -1, 2, -2, 3, 7, 8, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0xfffc,
  0xfffd, 0xffff_fff8, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, -128, -129, -32768,
];
const I64 = [
  ...I32.map((value) => BigInt(value | 0)),
  ...[
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 32n + 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 62n,
    2n ** 63n - 1n,
  ],
  ...[-(2n ** 31n), -(2n ** 31n) - 1n, -(2n ** 32n), -(2n ** 53n) - 1n, -(2n ** 63n), -(2n ** 63n) + 1n],
];
const F32_BITS = [
  0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x3f00_0000, 0xbf00_0000, 0x4f00_0000, 0x4eff_ffff, 0xcf00_0000,
  0xcf00_0001, 0x4f80_0000, 0x4f7f_ffff, 0x5f00_0000, 0x5eff_ffff, 0xdf00_0000, 0x5f80_0000, 0x5f7f_ffff, 1,
  0x8000_0001, 0x007f_ffff, 0x0080_0000, 0x7f7f_ffff, 0xff7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000,
  0x4b00_0001, 0x4b80_0000, 0x3fc0_0000, 0x4020_0000, 0x3eff_ffff, 0xbf7f_ffff,
];
const F64 = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  0.49999999999999994,
  -0.9999999999999999,
  2147483647,
  2147483648,
  2147483647.5,
  -2147483648,
  -2147483648.5,
  -2147483649,
  4294967295,
  4294967295.5,
  4294967296,
  9007199254740991,
  9007199254740994,
  9223372036854774784,
  9223372036854775808,
  -9223372036854775808,
  -9223372036854777856,
  18446744073709549568,
  18446744073709551616,
  5e-324,
  -5e-324,
  2.2250738585072014e-308,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  3.4028234663852886e38,
  3.4028235677973366e38,
  1.401298464324817e-45,
  7.006492321624085e-46,
  Infinity,
  -Infinity,
  NaN,
];
const F64_BITS = F64.map((value) => new BigUint64Array(Float64Array.of(value).buffer)[0]!);

export function edgeI32(random: Random): number {
  return (random.chance(0.7) ? random.pick(I32) : random.word()) | 0;
}

export function edgeI64(random: Random): bigint {
  return BigInt.asIntN(64, random.chance(0.7) ? random.pick(I64) : random.longWord());
}

export function edgeF32Bits(random: Random): number {
  return (random.chance(0.8) ? random.pick(F32_BITS) : random.word()) >>> 0;
}

export function edgeF64Bits(random: Random): bigint {
  return BigInt.asUintN(64, random.chance(0.8) ? random.pick(F64_BITS) : random.longWord());
}

/** A vector as 128 bits, its lanes edge values of some width. */
export function edgeV128Bits(random: Random): bigint {
  const lanes = random.pick([16, 8, 4, 2, 1]);
  const bits = 128 / lanes;
  let vector = 0n;
  for (let lane = 0; lane < lanes; lane++) {
    let value: bigint;
    if (bits === 32 && random.chance(0.5)) value = BigInt(edgeF32Bits(random));
    else if (bits === 64 && random.chance(0.5)) value = edgeF64Bits(random);
    else if (bits > 32) value = BigInt.asUintN(bits, edgeI64(random));
    else value = BigInt.asUintN(bits, BigInt(edgeI32(random)));
    vector = (vector << BigInt(bits)) | value;
  }
  return vector;
}

export function bytesOfBits(bits: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((bits >> BigInt(8 * index)) & 0xffn));
}
