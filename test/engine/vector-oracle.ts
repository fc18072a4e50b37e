import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { Random } from '@wasm-dyno/corpora/random';

/** Bit patterns at which integer and float operators change their behaviour. */
const EDGE_BYTES: readonly number[] = [0, 1, 2, 0x0f, 0x10, 0x1f, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff];
const EDGE_HALFWORDS: readonly number[] = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xff7f, 0xff80, 0xfffe, 0xffff,
];
export const EDGE_F32: readonly number[] = [
  ...[
    0,
    0.5,
    1,
    1.5,
    2,
    2.5,
    3.5,
    0.49999997,
    0.50000006,
    8388607.5,
    8388608,
    16777215,
    1e-45,
    1.1754944e-38,
    3.4028235e38,
    Infinity,
  ],
  ...[
    2147483520, 2147483648, 4294967040, 4294967296, 0x7fffff8000000000, 9223372036854775808,
    0xffffff0000000000, 18446744073709551616,
  ],
  ...[0.1, 0.99999994, 1.0000001, 1e10, 1e20, 123456.79],
].flatMap((x) => [f32Bits(x), f32Bits(-x)]);
export const EDGE_NAN_F32: readonly number[] = [
  0x7fc00000, 0xffc00000, 0x7fa00000, 0xff800001, 0x7fffffff, 0x7fc12345,
].map((x) => x | 0);
export const EDGE_WORDS: readonly number[] = [
  0, 1, -1, 2, 0x7fffffff, -0x80000000, 0x80000001, 0xffff, 0x10000, 0x8000, 0x7fff, 0x80008000, 0x7fff7fff,
  63, 31,
].map((x) => x | 0);
const edgeF64Numbers = [
  ...[
    0, 0.5, 1, 1.5, 2, 2.5, 3.5, 0.49999999999999994, 0.5000000000000001, 4503599627370495.5,
    4503599627370496, 4503599627370497, 9007199254740991,
  ],
  ...[
    5e-324,
    2.2250738585072014e-308,
    1.7976931348623157e308,
    Infinity,
    0.9999999999999999,
    1.0000000000000002,
    3.4028235677973366e38,
    3.4028235e38,
    1e-46,
    7e-46,
  ],
  ...[
    2147483647,
    2147483647.5,
    2147483648,
    2147483648.5,
    2147483649,
    4294967295,
    4294967295.5,
    4294967296,
    2 ** 63 - 1024,
    2 ** 63,
    2 ** 64 - 2048,
    2 ** 64,
  ],
  ...[1 + 2 ** -24, 1 + 2 ** -24 + 2 ** -52, 1 + 2 ** -23, 1e15 + 0.5, 0.1, 123456.789],
];
export const EDGE_F64: readonly bigint[] = edgeF64Numbers.flatMap((x) => [f64Bits(x), f64Bits(-x)]);
export const EDGE_NAN_F64: readonly bigint[] = [
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff4000000000000n,
  0xfff0000000000001n,
  0x7fffffffffffffffn,
  0x7ff8000012345678n,
].map((x) => BigInt.asIntN(64, x));
export const EDGE_I64: readonly bigint[] = [
  ...[
    0n,
    1n,
    2n,
    3n,
    10n,
    63n,
    64n,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
    0x100000000n,
    0x7fffffffffffffffn,
    0x8000000000000000n,
  ],
  ...[
    1n << 52n,
    1n << 53n,
    (1n << 52n) - 1n,
    (1n << 53n) - 1n,
    (1n << 53n) + 1n,
    (1n << 62n) + 1n,
    0x7fffff4000000001n,
    0x7fffffbfffffffffn,
  ],
  ...[
    0x8000004000000001n,
    0x0020000020000001n,
    0x001fffffdfffffffn,
    0x0020000010000000n,
    0x0020000010000001n,
    0x002000003fffffffn,
  ],
  ...[
    0xffffff7fffffffffn,
    0xffffff8000000000n,
    0xfffffffffffff800n,
    0x5555555555555555n,
    0x0123456789abcdefn,
  ],
].flatMap((x) => [BigInt.asIntN(64, x), BigInt.asIntN(64, -x)]);

function f32Bits(x: number): number {
  return new Int32Array(new Float32Array([x]).buffer)[0];
}

function f64Bits(x: number): bigint {
  return new BigInt64Array(new Float64Array([x]).buffer)[0];
}

/** A vector of 16 bytes: of edge values of a random lane shape, of random bits, or of some of both. */
export function randomVector(random: Random): Uint8Array {
  const bytes = new Uint8Array(16);
  const words = new Int32Array(bytes.buffer);
  for (let i = 0; i < 4; i++) words[i] = random.word();
  switch (random.integer(0, 7)) {
    case 0:
      for (let i = 0; i < 16; i++) bytes[i] = random.pick(EDGE_BYTES);
      break;
    case 1:
      for (let i = 0; i < 8; i++) new Uint16Array(bytes.buffer)[i] = random.pick(EDGE_HALFWORDS);
      break;
    case 2:
      for (let i = 0; i < 4; i++) words[i] = random.pick(EDGE_WORDS);
      break;
    case 3:
      for (let i = 0; i < 4; i++) words[i] = random.pick(EDGE_F32);
      break;
    case 4:
      for (let i = 0; i < 4; i++)
        words[i] = random.chance(0.25) ? random.pick(EDGE_NAN_F32) : random.pick(EDGE_F32);
      break;
    case 5:
      for (let i = 0; i < 2; i++)
        new BigInt64Array(bytes.buffer)[i] = random.chance(0.25)
          ? random.pick(EDGE_NAN_F64)
          : random.pick(EDGE_F64);
      break;
    case 6:
      for (let i = 0; i < 2; i++) new BigInt64Array(bytes.buffer)[i] = random.pick(EDGE_I64);
      break;
  }
  return bytes;
}

export interface HostModule {
  /** The module's memory, one page. */
  readonly bytes: Uint8Array;
  readonly functions: Readonly<Record<string, (...args: number[]) => unknown>>;
}

/** The part of the host's WebAssembly that is used here; the types of the compiler's libraries for Node lack it. */
interface HostWebAssembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** Runs text-format functions in the host's own WebAssembly: the oracle. They share a memory of one page. */
export async function instantiateOracle(functions: readonly string[]): Promise<HostModule> {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: HostWebAssembly }).WebAssembly;
  const binary = await parse(`(module (memory (export "memory") 1)\n${functions.join('\n')})`);
  const { exports } = new Instance(new Module(binary));
  const { memory } = exports as { memory: { buffer: ArrayBuffer } };
  return { bytes: new Uint8Array(memory.buffer), functions: exports as HostModule['functions'] };
}
