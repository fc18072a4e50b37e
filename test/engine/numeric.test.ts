import assert from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora/random';
import * as numeric from '../../engine/dist/interpreter/numeric/index.js';
import { Trap } from '../../engine/dist/errors.js';
import { RegisterFiles } from '../../engine/dist/interpreter/register-files.js';
import {
  EDGE_F32,
  EDGE_F64,
  EDGE_I64,
  EDGE_NAN_F32,
  EDGE_NAN_F64,
  EDGE_WORDS,
  instantiateOracle,
} from './vector-oracle.js';
import type { HostModule } from './vector-oracle.js';

type Kind = 'i32' | 'i64' | 'f32' | 'f64';

/** Operands lie in slots 1 and 2 of the files of their kind; the result goes to slot `d`. */
type Execute = (files: RegisterFiles, d: number) => void;

const toI32 =
  (compute: (x: number, y: number) => number | boolean): Execute =>
  (f, d) => {
    f.i32[d] = Number(compute(f.i32[1], f.i32[2]));
  };
const shift64 =
  (compute: (halves: Int32Array, d: number, a: number, count: number) => void): Execute =>
  (f, d) =>
    compute(f.halves, d, 1, f.halves[4]);
const unary64 =
  (compute: (halves: Int32Array, d: number, a: number) => void): Execute =>
  (f, d) =>
    compute(f.halves, d, 1);
const binary64 =
  (compute: (halves: Int32Array, d: number, a: number, b: number) => void): Execute =>
  (f, d) =>
    compute(f.halves, d, 1, 2);
const files64 =
  (compute: (files: RegisterFiles, d: number, a: number, b: number) => void): Execute =>
  (f, d) =>
    compute(f, d, 1, 2);
const test64 =
  (compute: (halves: Int32Array) => boolean): Execute =>
  (f, d) => {
    f.i32[d] = compute(f.halves) ? 1 : 0;
  };
const f32 =
  (compute: (x: number, y: number) => number): Execute =>
  (f, d) =>
    numeric.writeF32(f.f32, f.i32, d, compute(f.f32[1], f.f32[2]));
const f64 =
  (compute: (x: number, y: number) => number): Execute =>
  (f, d) =>
    numeric.writeF64(f.f64, f.halves, d, compute(f.f64[1], f.f64[2]));
const fromF32 =
  (compute: (x: number) => number): Execute =>
  (f, d) => {
    f.i32[d] = compute(f.f32[1]);
  };
const fromF64 =
  (compute: (x: number) => number): Execute =>
  (f, d) => {
    f.i32[d] = compute(f.f64[1]);
  };
type Truncate64 = (halves: Int32Array, d: number, x: number) => void;
const wideFromF32 =
  (compute: Truncate64): Execute =>
  (f, d) =>
    compute(f.halves, d, f.f32[1]);
const wideFromF64 =
  (compute: Truncate64): Execute =>
  (f, d) =>
    compute(f.halves, d, f.f64[1]);

const OPERATORS: Readonly<
  Record<string, readonly [operands: readonly Kind[], result: Kind, execute: Execute]>
> = {
  'i32.ctz': [['i32'], 'i32', toI32(numeric.i32Ctz)],
  'i32.popcnt': [['i32'], 'i32', toI32(numeric.i32Popcnt)],
  'i32.rotl': [['i32', 'i32'], 'i32', toI32(numeric.i32Rotl)],
  'i32.rotr': [['i32', 'i32'], 'i32', toI32(numeric.i32Rotr)],
  'i64.clz': [['i64'], 'i64', unary64(numeric.i64Clz)],
  'i64.ctz': [['i64'], 'i64', unary64(numeric.i64Ctz)],
  'i64.popcnt': [['i64'], 'i64', unary64(numeric.i64Popcnt)],
  'i64.shl': [['i64', 'i64'], 'i64', shift64(numeric.i64Shl)],
  'i64.shr_s': [['i64', 'i64'], 'i64', shift64(numeric.i64ShrS)],
  'i64.shr_u': [['i64', 'i64'], 'i64', shift64(numeric.i64ShrU)],
  'i64.rotl': [['i64', 'i64'], 'i64', shift64(numeric.i64Rotl)],
  'i64.rotr': [['i64', 'i64'], 'i64', shift64(numeric.i64Rotr)],
  'i64.div_s': [['i64', 'i64'], 'i64', files64(numeric.i64DivS)],
  'i64.div_u': [['i64', 'i64'], 'i64', files64(numeric.i64DivU)],
  'i64.rem_s': [['i64', 'i64'], 'i64', files64(numeric.i64RemS)],
  'i64.rem_u': [['i64', 'i64'], 'i64', files64(numeric.i64RemU)],
  'i64.eqz': [['i64'], 'i32', test64((h) => numeric.i64Eqz(h, 1))],
  'i64.eq': [['i64', 'i64'], 'i32', test64((h) => numeric.i64Eq(h, 1, 2))],
  'i64.lt_s': [['i64', 'i64'], 'i32', test64((h) => numeric.i64LtS(h, 1, 2))],
  'i64.lt_u': [['i64', 'i64'], 'i32', test64((h) => numeric.i64LtU(h, 1, 2))],
  'i64.extend_i32_s': [['i32'], 'i64', (f, d) => numeric.i64ExtendI32S(f.halves, d, f.i32[1])],
  'i64.extend_i32_u': [['i32'], 'i64', (f, d) => numeric.i64ExtendI32U(f.halves, d, f.i32[1])],
  'f32.nearest': [['f32'], 'f32', f32(numeric.nearest)],
  'f64.nearest': [['f64'], 'f64', f64(numeric.nearest)],
  'f32.add': [['f32', 'f32'], 'f32', f32((x, y) => x + y)],
  'f32.div': [['f32', 'f32'], 'f32', f32((x, y) => x / y)],
  'f32.sqrt': [['f32'], 'f32', f32(Math.sqrt)],
  'f32.min': [['f32', 'f32'], 'f32', f32(Math.min)],
  'f32.max': [['f32', 'f32'], 'f32', f32(Math.max)],
  'f64.mul': [['f64', 'f64'], 'f64', f64((x, y) => x * y)],
  'f64.min': [['f64', 'f64'], 'f64', f64(Math.min)],
  'f64.max': [['f64', 'f64'], 'f64', f64(Math.max)],
  'f64.trunc': [['f64'], 'f64', f64(Math.trunc)],
  'f64.ceil': [['f64'], 'f64', f64(Math.ceil)],
  'f64.floor': [['f64'], 'f64', f64(Math.floor)],
  'f32.abs': [['f32'], 'f32', (f, d) => (f.i32[d] = numeric.f32Abs(f.i32[1]))],
  'f32.neg': [['f32'], 'f32', (f, d) => (f.i32[d] = numeric.f32Neg(f.i32[1]))],
  'f32.copysign': [['f32', 'f32'], 'f32', (f, d) => (f.i32[d] = numeric.f32Copysign(f.i32[1], f.i32[2]))],
  'f64.abs': [['f64'], 'f64', unary64(numeric.f64Abs)],
  'f64.neg': [['f64'], 'f64', unary64(numeric.f64Neg)],
  'f64.copysign': [['f64', 'f64'], 'f64', binary64(numeric.f64Copysign)],
  'f32.demote_f64': [['f64'], 'f32', (f, d) => numeric.writeF32(f.f32, f.i32, d, f.f64[1])],
  'f64.promote_f32': [['f32'], 'f64', (f, d) => numeric.writeF64(f.f64, f.halves, d, f.f32[1])],
  'i32.trunc_f32_s': [['f32'], 'i32', fromF32(numeric.i32TruncS)],
  'i32.trunc_f32_u': [['f32'], 'i32', fromF32(numeric.i32TruncU)],
  'i32.trunc_f64_s': [['f64'], 'i32', fromF64(numeric.i32TruncS)],
  'i32.trunc_f64_u': [['f64'], 'i32', fromF64(numeric.i32TruncU)],
  'i64.trunc_f32_s': [['f32'], 'i64', wideFromF32(numeric.i64TruncS)],
  'i64.trunc_f32_u': [['f32'], 'i64', wideFromF32(numeric.i64TruncU)],
  'i64.trunc_f64_s': [['f64'], 'i64', wideFromF64(numeric.i64TruncS)],
  'i64.trunc_f64_u': [['f64'], 'i64', wideFromF64(numeric.i64TruncU)],
  'i32.trunc_sat_f32_s': [['f32'], 'i32', fromF32(numeric.i32TruncSatS)],
  'i32.trunc_sat_f32_u': [['f32'], 'i32', fromF32(numeric.i32TruncSatU)],
  'i32.trunc_sat_f64_s': [['f64'], 'i32', fromF64(numeric.i32TruncSatS)],
  'i32.trunc_sat_f64_u': [['f64'], 'i32', fromF64(numeric.i32TruncSatU)],
  'i64.trunc_sat_f32_s': [['f32'], 'i64', wideFromF32(numeric.i64TruncSatS)],
  'i64.trunc_sat_f32_u': [['f32'], 'i64', wideFromF32(numeric.i64TruncSatU)],
  'i64.trunc_sat_f64_s': [['f64'], 'i64', wideFromF64(numeric.i64TruncSatS)],
  'i64.trunc_sat_f64_u': [['f64'], 'i64', wideFromF64(numeric.i64TruncSatU)],
  'f32.convert_i64_s': [
    ['i64'],
    'f32',
    (f, d) => (f.f32[d] = numeric.f32ConvertI64S(f.halves[2], f.halves[3])),
  ],
  'f32.convert_i64_u': [
    ['i64'],
    'f32',
    (f, d) => (f.f32[d] = numeric.f32ConvertI64U(f.halves[2], f.halves[3])),
  ],
  'f64.convert_i64_s': [
    ['i64'],
    'f64',
    (f, d) => (f.f64[d] = numeric.f64ConvertI64S(f.halves[2], f.halves[3])),
  ],
  'f64.convert_i64_u': [
    ['i64'],
    'f64',
    (f, d) => (f.f64[d] = numeric.f64ConvertI64U(f.halves[2], f.halves[3])),
  ],
};
const entries = Object.entries(OPERATORS);

function oracleText(index: number): string {
  const [name, [operands, result]] = entries[index];
  const loads = operands.map((kind, i) => `(${kind}.load (i32.const ${8 * i}))`);
  return `(func (export "${name}") (${result}.store (i32.const 16) (${name} ${loads.join(' ')})))`;
}

/** Edge values of the kind, random bits, and for i64 also random magnitudes. */
function operandsOf(kind: Kind, random: Random): (number | bigint)[] {
  const wide = Array.from({ length: 24 }, () => random.longWord());
  switch (kind) {
    case 'i32':
      return [...EDGE_WORDS, ...wide.map((x) => Number(BigInt.asIntN(32, x)))];
    case 'f32':
      return [...EDGE_F32, ...EDGE_NAN_F32, ...wide.map((x) => Number(BigInt.asIntN(32, x)))];
    case 'i64':
      return [...EDGE_I64, ...wide, ...wide.map((x, i) => x >> BigInt(2 * i + 1))];
    case 'f64':
      return [...EDGE_F64, ...EDGE_NAN_F64, ...wide];
  }
}

function put(files: RegisterFiles, kind: Kind, slot: number, value: number | bigint): void {
  if (typeof value === 'number') files.i32[slot] = value;
  else files.i64[slot] = value;
  assert.equal(typeof value === 'number', kind === 'i32' || kind === 'f32');
}

/** Bits of slot `slot`; every NaN that arithmetic makes is the positive canonical one. */
function expectedBits(name: string, kind: Kind, memory: DataView): bigint {
  const canonical = !/\.(abs|neg|copysign)/.test(name);
  if (kind === 'i32') return BigInt(memory.getInt32(16, true));
  if (kind === 'i64') return memory.getBigInt64(16, true);
  if (kind === 'f32')
    return canonical && Number.isNaN(memory.getFloat32(16, true))
      ? 0x7fc00000n
      : BigInt(memory.getInt32(16, true));
  return canonical && Number.isNaN(memory.getFloat64(16, true))
    ? 0x7ff8000000000000n
    : memory.getBigInt64(16, true);
}

describe('scalar numerics against the host', () => {
  let host: HostModule;
  let memory: DataView;
  before(async () => {
    host = await instantiateOracle(entries.map((_, index) => oracleText(index)));
    memory = new DataView(host.bytes.buffer);
  });

  entries.forEach(([name, [operands, result, execute]], index) => {
    it(name, () => {
      const random = new Random(index);
      const files = new RegisterFiles(4);
      const left = operandsOf(operands[0], random);
      const right = operands.length > 1 ? operandsOf(operands[1], random) : [undefined];
      let round = 0;
      for (const x of left) {
        for (const y of right) {
          const label = `${name} of ${x} ${y ?? ''}`;
          put(files, operands[0], 1, x);
          if (y !== undefined) put(files, operands[1], 2, y);
          operands.forEach((kind, i) => {
            if (kind === 'i32' || kind === 'f32') memory.setInt32(8 * i, files.i32[i + 1], true);
            else memory.setBigInt64(8 * i, files.i64[i + 1], true);
          });
          // The result goes to a free slot or on an operand.
          const d = (round++ % 3) + 1;
          let trapped: unknown;
          try {
            host.functions[name]();
          } catch (error) {
            trapped = error;
          }
          if (trapped !== undefined) {
            if (name.includes('trunc')) {
              const source = operands[0] === 'f32' ? files.f32[1] : files.f64[1];
              const code = Number.isNaN(source) ? 'invalid-conversion-to-integer' : 'integer-overflow';
              assert.throws(
                () => execute(files, d),
                (error) => error instanceof Trap && error.code === code,
                label,
              );
            }
            continue; // A division's traps are the caller's.
          }
          execute(files, d);
          const actual = result === 'i32' || result === 'f32' ? BigInt(files.i32[d]) : files.i64[d];
          const expected = expectedBits(name, result, memory);
          if (actual !== expected) assert.equal(actual.toString(16), expected.toString(16), label);
        }
      }
    });
  });
});

describe('wide arithmetic against BigInt', () => {
  const random = new Random(128);
  const values = operandsOf('i64', random) as bigint[];
  const unsigned = (x: bigint) => BigInt.asUintN(64, x);

  /** Runs on slots 0 to 3, with results apart from operands and over them. */
  function check(
    compute: (halves: Int32Array, low: number, high: number) => void,
    operands: readonly bigint[],
    expected: bigint,
    label: string,
  ): void {
    for (const [low, high] of [
      [4, 5],
      [0, 1],
      [1, 0],
      [2, 3],
      [3, 2],
    ]) {
      const files = new RegisterFiles(6);
      operands.forEach((x, slot) => (files.i64[slot] = x));
      compute(files.halves, low, high);
      const actual = (unsigned(files.i64[high]) << 64n) | unsigned(files.i64[low]);
      if (actual !== BigInt.asUintN(128, expected))
        assert.equal(actual.toString(16), BigInt.asUintN(128, expected).toString(16), label);
    }
  }

  it('i64.mul_wide_s and i64.mul_wide_u', () => {
    for (const x of values) {
      for (const y of values) {
        check(
          (h, low, high) => numeric.i64MulWideS(h, low, high, 0, 1),
          [x, y].map((v) => BigInt.asIntN(64, v)),
          BigInt.asIntN(64, x) * BigInt.asIntN(64, y),
          `${x} * ${y}`,
        );
        check(
          (h, low, high) => numeric.i64MulWideU(h, low, high, 0, 1),
          [x, y],
          unsigned(x) * unsigned(y),
          `${x} * ${y}`,
        );
      }
    }
  });

  it('i64.add128 and i64.sub128', () => {
    const pick = () => random.pick(values);
    for (let round = 0; round < 4000; round++) {
      const operands = [pick(), pick(), pick(), pick()];
      const x = (operands[1] << 64n) + unsigned(operands[0]);
      const y = (operands[3] << 64n) + unsigned(operands[2]);
      check((h, low, high) => numeric.i64Add128(h, low, high, 0, 1, 2, 3), operands, x + y, `${x} + ${y}`);
      check((h, low, high) => numeric.i64Sub128(h, low, high, 0, 1, 2, 3), operands, x - y, `${x} - ${y}`);
    }
  });
});

describe('high halves of 32-bit products', () => {
  it('agree with BigInt', () => {
    const random = new Random(3);
    const values = operandsOf('i32', random) as number[];
    for (const x of values) {
      for (const y of values) {
        assert.equal(numeric.i32MulHighS(x, y), Number((BigInt(x) * BigInt(y)) >> 32n));
        assert.equal(numeric.i32MulHighU(x, y), Number((BigInt(x >>> 0) * BigInt(y >>> 0)) >> 32n) | 0);
      }
    }
  });
});
