import assert from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora/random';
import { type Operator, OPERATOR_SPACE, operatorName } from '../../engine/dist/binary/operator.js';
import { RegisterFiles } from '../../engine/dist/interpreter/register-files.js';
import { executeVector, vectorAccessBytes } from '../../engine/dist/interpreter/vector/index.js';
import { instantiateOracle, randomVector } from './vector-oracle.js';
import type { HostModule } from './vector-oracle.js';

const ROUNDS = 400;
type Kind = 'v128' | 'i32' | 'i64' | 'f32' | 'f64';

/** The host's operands. */
const A = '(v128.load (i32.const 0))';
const B = '(v128.load (i32.const 16))';
const C = '(v128.load (i32.const 32))';
/** The saturating dot product of signed bytes, in strict operators. */
const DOT = (() => {
  const products = (half: string) => `(i16x8.extmul_${half}_i8x16_s ${A} ${B})`;
  const shuffle = (indices: string) => `(i8x16.shuffle ${indices} ${products('low')} ${products('high')})`;
  return `(i16x8.add_sat_s ${shuffle('0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29')} ${shuffle('2 3 6 7 10 11 14 15 18 19 22 23 26 27 30 31')})`;
})();
/** What the host executes in a relaxed operator's place: the deterministic profile's meaning, in strict operators. */
const RELAXED: Readonly<Record<string, string>> = {
  'i8x16.relaxed_swizzle': `(i8x16.swizzle ${A} ${B})`,
  'i32x4.relaxed_trunc_f32x4_s': `(i32x4.trunc_sat_f32x4_s ${A})`,
  'i32x4.relaxed_trunc_f32x4_u': `(i32x4.trunc_sat_f32x4_u ${A})`,
  'i32x4.relaxed_trunc_f64x2_s_zero': `(i32x4.trunc_sat_f64x2_s_zero ${A})`,
  'i32x4.relaxed_trunc_f64x2_u_zero': `(i32x4.trunc_sat_f64x2_u_zero ${A})`,
  'f32x4.relaxed_madd': `(f32x4.add (f32x4.mul ${A} ${B}) ${C})`,
  'f32x4.relaxed_nmadd': `(f32x4.add (f32x4.mul (f32x4.neg ${A}) ${B}) ${C})`,
  'f64x2.relaxed_madd': `(f64x2.add (f64x2.mul ${A} ${B}) ${C})`,
  'f64x2.relaxed_nmadd': `(f64x2.add (f64x2.mul (f64x2.neg ${A}) ${B}) ${C})`,
  'i8x16.relaxed_laneselect': `(v128.bitselect ${A} ${B} ${C})`,
  'i16x8.relaxed_laneselect': `(v128.bitselect ${A} ${B} ${C})`,
  'i32x4.relaxed_laneselect': `(v128.bitselect ${A} ${B} ${C})`,
  'i64x2.relaxed_laneselect': `(v128.bitselect ${A} ${B} ${C})`,
  'f32x4.relaxed_min': `(f32x4.min ${A} ${B})`,
  'f32x4.relaxed_max': `(f32x4.max ${A} ${B})`,
  'f64x2.relaxed_min': `(f64x2.min ${A} ${B})`,
  'f64x2.relaxed_max': `(f64x2.max ${A} ${B})`,
  'i16x8.relaxed_q15mulr_s': `(i16x8.q15mulr_sat_s ${A} ${B})`,
  'i16x8.relaxed_dot_i8x16_i7x16_s': DOT,
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': `(i32x4.add (i32x4.extadd_pairwise_i16x8_s ${DOT}) ${C})`,
};

/** One operator with one immediate. */
interface Case {
  readonly name: string;
  readonly operator: number;
  readonly operands: readonly Kind[];
  readonly result: Kind;
  readonly lane: number;
  readonly code: Int32Array;
  /** In the text format. */
  readonly immediate: string;
}

function scalarOf(shape: string): Kind {
  const scalars: Readonly<Record<string, Kind>> = {
    i8x16: 'i32',
    i16x8: 'i32',
    i32x4: 'i32',
    i64x2: 'i64',
    f32x4: 'f32',
    f64x2: 'f64',
  };
  return scalars[shape];
}

function signatureOf(name: string): { operands: Kind[]; result: Kind } {
  const [shape, kind] = name.split('.');
  const scalar = scalarOf(shape);
  if (kind === 'const') return { operands: [], result: 'v128' };
  if (kind === 'splat') return { operands: [scalar], result: 'v128' };
  if (kind.startsWith('extract_lane')) return { operands: ['v128'], result: scalar };
  if (kind === 'replace_lane') return { operands: ['v128', scalar], result: 'v128' };
  if (/^(any_true|all_true|bitmask)$/.test(kind)) return { operands: ['v128'], result: 'i32' };
  if (/^(shl|shr_[su])$/.test(kind)) return { operands: ['v128', 'i32'], result: 'v128' };
  if (/bitselect|laneselect|madd|i7x16_add/.test(kind))
    return { operands: ['v128', 'v128', 'v128'], result: 'v128' };
  if (
    /^(not|abs|neg|popcnt|ceil|floor|nearest|sqrt)$|extadd|extend|trunc|convert|demote|promote/.test(kind)
  ) {
    return { operands: ['v128'], result: 'v128' };
  }
  return { operands: ['v128', 'v128'], result: 'v128' };
}

function casesOf(operator: number, name: string, random: Random): Case[] {
  const base = { name, operator, ...signatureOf(name), lane: 0, code: new Int32Array(0), immediate: '' };
  if (name.includes('_lane') && !name.includes('laneselect')) {
    const lanes = Number(name.slice(name.indexOf('x') + 1, name.indexOf('.')));
    return Array.from({ length: lanes }, (_, lane) => ({ ...base, lane, immediate: String(lane) }));
  }
  if (name === 'v128.const' || name === 'i8x16.shuffle') {
    return Array.from({ length: 12 }, () => {
      const bytes = randomVector(random).map((byte) => (name === 'v128.const' ? byte : byte & 31));
      const code = Int32Array.of(77, 78, 79, ...new Int32Array(bytes.buffer));
      return { ...base, lane: 3, code, immediate: (name === 'v128.const' ? 'i8x16 ' : '') + bytes.join(' ') };
    });
  }
  return [base];
}

function allCases(): Case[] {
  const random = new Random(7);
  const cases: Case[] = [];
  for (let operator = 0x200; operator < OPERATOR_SPACE; operator++) {
    const name = operatorName(operator);
    if (name !== undefined && vectorAccessBytes(operator) === 0)
      cases.push(...casesOf(operator, name, random));
  }
  return cases;
}

const cases = allCases();

function oracleText(item: Case, index: number): string {
  const operands = item.operands.map((kind, i) => `(${kind}.load (i32.const ${16 * i}))`);
  const expression = RELAXED[item.name] ?? `(${item.name} ${item.immediate} ${operands.join(' ')})`;
  return `(func (export "f${index}") (${item.result}.store (i32.const 64) ${expression}))`;
}

const bytesOf: Readonly<Record<Kind, number>> = { v128: 16, i32: 4, f32: 4, i64: 8, f64: 8 };

function fileBytes(files: RegisterFiles, kind: Kind, slot: number): Uint8Array {
  const file = kind === 'v128' ? files.vectors.u8 : kind === 'i32' || kind === 'f32' ? files.i32 : files.i64;
  return new Uint8Array(file.buffer, slot * bytesOf[kind], bytesOf[kind]);
}

/** NaNs that the specification leaves open are positive canonical ones here, as in its deterministic profile. */
function canonicalised(name: string, result: Uint8Array): Uint8Array {
  if (!/^f(32x4|64x2)\.(?!abs|neg|pmin|pmax|splat|extract|replace|eq|ne$|lt|gt|le|ge)/.test(name))
    return result;
  const copy = result.slice();
  if (name.startsWith('f32x4')) {
    new Float32Array(copy.buffer).forEach((x, i) => {
      if (x !== x) new Int32Array(copy.buffer)[i] = 0x7fc00000;
    });
  } else {
    new Float64Array(copy.buffer).forEach((x, i) => {
      if (x !== x) new BigInt64Array(copy.buffer)[i] = 0x7ff8000000000000n;
    });
  }
  return copy;
}

/** Result and operand slots: apart, the result on each operand, and operands on each other. */
const SLOTS: readonly (readonly [number, number, number, number])[] = [
  [9, 1, 2, 3],
  [1, 1, 2, 3],
  [2, 1, 2, 3],
  [3, 1, 2, 3],
  [9, 1, 1, 3],
  [4, 4, 4, 4],
];

describe('vector operators against the host', () => {
  let host: HostModule;
  before(async () => {
    host = await instantiateOracle(cases.map(oracleText));
  });

  it('covers every vector operator', () => {
    assert.equal(new Set(cases.map((item) => item.operator)).size, 236 - 22 + 20);
  });

  cases.forEach((item, index) => {
    const label = item.immediate === '' ? item.name : `${item.name} ${item.immediate}`;
    it(label, () => {
      const random = new Random(index + 1);
      const files = new RegisterFiles(10);
      files.ensureVectors();
      for (let round = 0; round < ROUNDS; round++) {
        const [d, ...operandSlots] = SLOTS[round % SLOTS.length];
        item.operands.forEach((kind, i) =>
          fileBytes(files, kind, operandSlots[i]).set(randomVector(random).subarray(0, bytesOf[kind])),
        );
        item.operands.forEach((kind, i) => host.bytes.set(fileBytes(files, kind, operandSlots[i]), 16 * i));
        const operands = item.operands.map((kind, i) =>
          Buffer.from(fileBytes(files, kind, operandSlots[i])).toString('hex'),
        );
        host.functions[`f${index}`]();
        const expected = canonicalised(item.name, host.bytes.slice(64, 64 + bytesOf[item.result]));
        executeVector(
          files,
          item.operator,
          d,
          operandSlots[0],
          operandSlots[1],
          operandSlots[2],
          item.lane,
          item.code,
        );
        const actual = fileBytes(files, item.result, d);
        if (Buffer.compare(actual, expected) !== 0) {
          assert.equal(
            Buffer.from(actual).toString('hex'),
            Buffer.from(expected).toString('hex'),
            `${label} of ${operands.join(' ')} with result in slot ${d} of operands ${operandSlots.join(' ')}`,
          );
        }
      }
    });
  });

  it('refuses numbers that are no such operator', () => {
    const files = new RegisterFiles(1);
    assert.throws(() => executeVector(files, 0x200, 0, 0, 0, 0, 0, new Int32Array(0)), TypeError);
    assert.throws(() => executeVector(files, 0x29a as Operator, 0, 0, 0, 0, 0, new Int32Array(0)), TypeError);
  });

  it('allocates vector registers only when asked to, and once', () => {
    const files = new RegisterFiles(3);
    assert.equal(files.vectors.slots, 0);
    const vectors = files.ensureVectors();
    assert.equal(vectors.u8.length, 48);
    assert.equal(files.ensureVectors(), vectors);
  });
});
