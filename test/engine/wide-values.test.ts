import assert from 'node:assert/strict';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { DEFAULT_LIMITS, featuresWith } from '@wasm-dyno/engine';
import { parseModule, translateFunction, validateFunction } from '@wasm-dyno/engine/phases';
import { compareModule } from '../fuzz/comparison.js';
import { EngineSet } from '../fuzz/engine-set.js';
import { unsigned } from '../encoded-integers.js';
import { moduleOf, section } from './whole-module.js';

const TYPES = ['i32', 'i64', 'f64', 'f32'] as const;
const COUNT = 40;

const types = Array.from({ length: COUNT }, (_, i) => TYPES[i % TYPES.length]!);
const results = `(result ${types.join(' ')})`;
const parameters = `(param ${types.join(' ')})`;

/** As many values of all four types: constants, parameters of the function, and sums. */
function values(seed: number): string {
  return types
    .map((type, i) => {
      const parameter = TYPES.indexOf(type);
      if ((i + seed) % 3 === 0) return `(${type}.const ${seed * 100 + i})`;
      if ((i + seed) % 3 === 1) return `(local.get ${parameter})`;
      return `(${type}.add (local.get ${parameter}) (${type}.const ${i}))`;
    })
    .join('\n');
}

/** Turns the top values into one i32 that all of them and their order decide. */
const digest = Array.from({ length: COUNT }, (_, i) => COUNT - 1 - i)
  .map((i) => {
    const toI32 = { i32: '', i64: 'i32.wrap_i64', f64: 'i32.trunc_sat_f64_s', f32: 'i32.trunc_sat_f32_s' };
    return `${toI32[types[i]!]}
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)))) `;
  })
  .join('\n');

const f = (body: string, fields = '') => `${fields}
  (func $digest ${parameters} (result i32) (local $sum i32)
    ${types.map((_, i) => `local.get ${i}`).join('\n')} ${digest} local.get $sum)
  (func (export "f") (param i32 i64 f64 f32) (result i32) (local $sum i32) ${body} call $digest)`;

const EXAMPLES: Readonly<Record<string, string>> = {
  'a branch out of a block, from above other operands': f(`
    (block ${results} (i32.const 5) (i64.const 6) ${values(1)} (br 0))`),
  'a conditional branch, taken or not, from two heights': f(`
    (block ${results}
      (i64.const 6) ${values(2)} (br_if 0 (local.get 0))
      ${types.map(() => 'drop').join(' ')} drop
      (i32.const 5) (i64.const 6) ${values(1)} (br_if 0 (i32.and (local.get 0) (i32.const 2)))
      ${types.map(() => 'drop').join(' ')} drop drop
      ${values(0)})`),
  'a br_table to two blocks at two heights': f(`
    (block $a ${results}
      (i64.const 1)
      (block $b ${results}
        (f32.const 3) ${values(2)}
        (br_table $a $b $b $a (i32.and (local.get 0) (i32.const 3))))
      (local.set $sum (i32.const 77))
      (br $a))`),
  'a loop that takes values along, shifted by one slot': f(`
    (block ${results}
      ${values(0)}
      (loop ${parameters} ${results}
        (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
        (i32.const 9) ${values(1)}
        (br_if 0 (i32.lt_s (local.get $sum) (i32.const 3)))
        (br 1)))`),
  'a return from above other operands': f(
    '(local.get 0) (local.get 1) (local.get 2) (local.get 3) call $g',
    `
    (func $g (param i32 i64 f64 f32) ${results} (local $sum i32)
      (i32.const 5) (i64.const 6)
      ${values(2)} (br_if 0 (local.get 0)) return)`,
  ),
  'a tail call whose arguments are the parameters in another order': f(
    '(local.get 0) (local.get 1) (local.get 2) (local.get 3) call $g',
    `
    (func $h ${parameters} ${results} ${types.map((_, i) => `local.get ${i}`).join(' ')})
    (func $g (param i32 i64 f64 f32) ${results} (i64.const 6) ${values(1)} return_call $h)`,
  ),
  'vectors and references among them': `
    (type $wide (func (result ${'i32 v128 externref i64 '.repeat(10)})))
    (func $g (param externref i32) (result ${'i32 v128 externref i64 '.repeat(10)})
      (i64.const 3)
      ${Array.from({ length: 10 }, (_, i) => `(local.get 1) (i32x4.splat (i32.const ${i})) (local.get 0) (i64.const ${i})`).join('\n')}
      (br_if 0 (local.get 1))
      return)
    (func (export "f") (param i32 externref) (result i32 externref) (local $sum i32) (local $ref externref)
      (call $g (local.get 1) (local.get 0))
      ${`i32.wrap_i64 (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))))
         (local.set $ref) (i32x4.extract_lane 3) (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))))
         (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))))`.repeat(10)}
      (local.get $sum) (local.get $ref))`,
};

describe('many values moved at once', () => {
  const engines = new EngineSet();
  for (const [name, fields] of Object.entries(EXAMPLES)) {
    it(name, async () => {
      const bytes = await encodeTextModule(new TextEncoder().encode(`(module ${fields})`));
      const comparison = compareModule(bytes, {
        seed: 1,
        engines,
        rounds: 20,
        mostCalls: 20,
        fuelPerCall: 10_000,
        variants: 'all',
        compareBehaviour: true,
      });
      assert.equal(comparison.divergence, undefined, comparison.divergence?.detail);
      assert.equal(comparison.skipped, undefined);
      assert.equal(comparison.callsCompared, 20);
    });
  }
});

const BLOCK = 0x02;
const I32_CONST = 0x41;
const BR_TABLE = 0x0e;
const BR_IF = 0x0d;
const CALL = 0x10;
const RETURN = 0x0f;
const UNREACHABLE = 0x00;
const END = 0x0b;

/** IR words of a function of type [] -> [] with this body, in a module with type 1 = [] -> [i32 x 1000] and function 1 of that type. */
function wordsOf(body: number[], type = 0): { words: number; bytes: number } {
  const wide = [0x60, 0, ...unsigned(1000), ...new Array<number>(1000).fill(0x7f)];
  const source = [0, UNREACHABLE, END];
  const bytes = moduleOf(
    section(1, 2, 0x60, 0, 0, wide),
    section(3, 2, type, 1),
    section(10, 2, ...[[0, ...body, END], source].map((code) => [...unsigned(code.length), ...code])),
  );
  const module = parseModule(bytes, featuresWith(), DEFAULT_LIMITS);
  validateFunction(module, 0);
  return { words: translateFunction(module, 0).words, bytes: body.length };
}

const repeated = (count: number, part: readonly number[]) => Array.from({ length: count }, () => part).flat();

/** A block that may or may not run `part`, which ends in an operator that never falls through. */
const either = (part: readonly number[]) => [BLOCK, 0x40, I32_CONST, 0, BR_IF, 0, ...part, END];
const thousandAbove = (operands: number) => [...repeated(operands, [I32_CONST, 1]), CALL, 1];

describe('code grows by bytes, not by values moved', () => {
  /** IR words that another 64 of `part` add to a function of this type that begins with `opening`, per byte. */
  function wordsPerByte(opening: number[], part: readonly number[], type = 0): number {
    const [once, twice] = [64, 128].map((count) => {
      const code = [...opening, ...repeated(count, part), UNREACHABLE];
      const open = opening.filter((byte) => byte === BLOCK).length;
      return wordsOf([...code, ...repeated(open, [END, UNREACHABLE])], type);
    }) as [ReturnType<typeof wordsOf>, ReturnType<typeof wordsOf>];
    return (twice.words - once.words) / (twice.bytes - once.bytes);
  }

  const labels = Array.from({ length: 120 }, (_, label) => label + 1);
  const table = either([...thousandAbove(1), I32_CONST, 0, BR_TABLE, ...unsigned(119), ...labels]);
  const branchFrom = (operands: number) =>
    either([...thousandAbove(operands), I32_CONST, 0, BR_IF, 1, UNREACHABLE]);
  const returnFrom = (operands: number) => either([...thousandAbove(operands), RETURN]);
  const conditionalReturnFrom = (operands: number) =>
    either([...thousandAbove(operands), I32_CONST, 0, BR_IF, 1, UNREACHABLE]);

  for (const [name, opening, part, type] of [
    ['120 labels of 1,000 results under br_tables', repeated(120, [BLOCK, 1]), table, 0],
    ['br_if at two alternating stack heights', [BLOCK, 1], [...branchFrom(1), ...branchFrom(2)], 0],
    ['returns of 1,000 results', [], returnFrom(1), 1],
    [
      'conditional returns of 1,000 results',
      [],
      [...conditionalReturnFrom(1), ...conditionalReturnFrom(2)],
      1,
    ],
  ] as const) {
    it(name, () => {
      const words = wordsPerByte([...opening], part, type);
      assert.ok(words < 10, `${words} words a byte`);
    });
  }
});
