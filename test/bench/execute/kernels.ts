/** A program that every engine runs: an export of a kernel module with one i32 argument, or SQLite's queries. */
export interface Kernel {
  readonly name: string;
  readonly group: 'CoreMark' | 'calls' | 'i64' | 'memory' | 'control' | 'f64' | 'SIMD' | 'program';
  /** File in `kernels/`, without `.as`; `sqlite` is the package sql.js. */
  readonly module: string;
  readonly export: string;
  readonly argument: number;
  /** Further calls and their known results, as text, that must come out before anything is timed. */
  readonly knownAnswers?: readonly {
    readonly export: string;
    readonly argument: number;
    readonly result: string;
  }[];
}

/** CRCs of lists, matrices, states and everything, as EEMBC publishes them for the 2K runs (final CRC: one iteration). */
const COREMARK_ANSWERS = [
  { export: 'performanceRun', argument: 1, result: signed64(0xe714_1fd7_8e3a_e714n) },
  { export: 'validationRun', argument: 1, result: signed64(0xe3c1_0747_8d84_e3c1n) },
];

// Arguments make a call take V8 about two milliseconds.
export const KERNELS: readonly Kernel[] = [
  {
    name: 'CoreMark (port)',
    group: 'CoreMark',
    module: 'coremark',
    export: 'performanceRun',
    argument: 40,
    knownAnswers: COREMARK_ANSWERS,
  },
  kernel('recursive Fibonacci, i32', 'calls', 'fibonacci', 'recursive32', 27),
  kernel('recursive Fibonacci, i64', 'calls', 'fibonacci', 'recursive64', 27),
  kernel('iterative Fibonacci, i32', 'calls', 'fibonacci', 'iterative32', 2_000_000),
  kernel('iterative Fibonacci, i64', 'i64', 'fibonacci', 'iterative64', 2_000_000),
  kernel('xorshift64*', 'i64', 'integers64', 'xorshift', 1_000_000),
  kernel('FNV-1a', 'i64', 'integers64', 'fnv1a', 300),
  kernel('multiply and rotate (XXH64)', 'i64', 'integers64', 'multiplyRotate', 4_000),
  kernel('Euclid, 64-bit division', 'i64', 'integers64', 'greatestCommonDivisors', 20_000),
  kernel('sieve', 'memory', 'memory', 'sieve', 131_072),
  kernel('copying in a loop', 'memory', 'memory', 'copyWords', 500),
  kernel('memory.copy and memory.fill', 'memory', 'memory', 'copyBulk', 2_000),
  kernel('matrices of i32', 'memory', 'memory', 'multiplyMatrices', 64),
  kernel('br_table', 'control', 'control', 'virtualMachine', 15_000),
  kernel('call_indirect', 'control', 'control', 'indirectCalls', 300_000),
  kernel('Mandelbrot', 'f64', 'floats', 'mandelbrot', 150),
  kernel('planets', 'f64', 'floats', 'planets', 10_000),
  kernel('dot product, f32x4', 'SIMD', 'vectors', 'dotProduct', 1_000),
  kernel('counting letters, i8x16', 'SIMD', 'vectors', 'countLetters', 1_000),
  kernel('SQLite queries', 'program', 'sqlite', 'queries', 40),
];

function kernel(
  name: string,
  group: Kernel['group'],
  module: string,
  exportName: string,
  argument: number,
): Kernel {
  return { name, group, module, export: exportName, argument };
}

function signed64(bits: bigint): string {
  return BigInt.asIntN(64, bits).toString();
}

/** Those that are measured; V8 is what they are measured against. */
export const ENGINES = ['embedded', 'embedded-unmetered', 'host', 'polywasm'] as const;
export type EngineName = (typeof ENGINES)[number] | 'v8';

export const ENGINE_TITLES: Readonly<Record<EngineName, string>> = {
  v8: 'V8',
  embedded: 'ours, metered',
  'embedded-unmetered': 'ours, unmetered',
  host: 'ours on the host, metered',
  polywasm: 'polywasm',
};
