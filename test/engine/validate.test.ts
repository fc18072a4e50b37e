import assert from 'node:assert/strict';
import {
  FEATURE_NAMES,
  MalformedModuleError,
  UnsupportedModuleError,
  ValidationError,
  type FeatureName,
} from '@wasm-dyno/engine';
import { validateFunction } from '@wasm-dyno/engine/phases';
import { unsigned } from '../encoded-integers.js';
import { binary, moduleOf, moduleOfBody, parseWith, section, validateWhole } from './whole-module.js';

/** Modules that need one feature each. Those that only bodies show are refused by validateFunction. */
const FEATURE_EXAMPLES: Record<FeatureName, string[]> = {
  simd: [
    '(module (func (param v128)))',
    '(module (func (drop (i32x4.splat (i32.const 1)))))',
    '(module (func (local v128)))',
    '(module (global v128 (v128.const i64x2 1 2)))',
  ],
  relaxedSimd: [
    '(module (func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))',
    '(module (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))',
  ],
  bulkMemory: [
    '(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))',
    '(module (memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))))',
    '(module (data "a"))',
    '(module (table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0))))',
  ],
  referenceTypes: [
    '(module (func (param externref)))',
    '(module (table 1 externref))',
    '(module (table 1 funcref) (table 1 funcref))',
    '(module (func (drop (ref.null func))))',
    '(module (table 1 funcref) (func (result i32) (table.size 0)))',
    '(module (func (result i32) (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3))))',
  ],
  multiValue: [
    '(module (func (result i32 i32) (i32.const 1) (i32.const 2)))',
    '(module (type $t (func (param i32) (result i32))) (func (result i32) (i32.const 1) (block (type $t))))',
  ],
  mutableGlobal: [
    '(module (import "a" "b" (global (mut i32))))',
    '(module (global (export "a") (mut i32) (i32.const 1)))',
  ],
  saturatingFloatToInt: ['(module (func (result i32) (i32.trunc_sat_f32_s (f32.const 1))))'],
  signExtension: ['(module (func (result i64) (i64.extend16_s (i64.const 1))))'],
  tailCall: [
    '(module (func $f (return_call $f)))',
    '(module (table 1 funcref) (func (return_call_indirect (i32.const 0))))',
  ],
  extendedConst: ['(module (global i64 (i64.mul (i64.const 3) (i64.const 4))))'],
  multiMemory: [
    '(module (memory 1) (memory 1))',
    '(module (memory 1) (memory 1) (func (result i32) (i32.load 1 (i32.const 0))))',
  ],
  memory64: [
    '(module (memory i64 1))',
    '(module (table i64 1 funcref))',
    '(module (memory i64 1) (func (result i64) (memory.grow (i64.const 1))))',
  ],
  customPageSizes: ['(module (memory 10 (pagesize 1)))'],
  wideArithmetic: [
    '(module (func (result i64 i64) (i64.add128 (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4))))',
    '(module (func (result i64 i64) (i64.mul_wide_u (i64.const 1) (i64.const 2))))',
  ],
};

const ALL_ON = Object.fromEntries(FEATURE_NAMES.map((name) => [name, true]));

const I32 = 0x7f;

function invalidText(text: string, reason: RegExp): () => Promise<void> {
  return async () => {
    const bytes = await binary(text);
    assert.throws(
      () => validateWhole(bytes, ALL_ON),
      (error: unknown) => {
        assert(error instanceof ValidationError, String(error));
        assert.match(error.reason, reason);
        return true;
      },
    );
  };
}

describe('features', () => {
  for (const feature of FEATURE_NAMES) {
    it(`${feature} can be switched on and off`, async () => {
      for (const text of FEATURE_EXAMPLES[feature]) {
        const bytes = await binary(text);
        validateWhole(bytes, ALL_ON);
        assert.throws(
          () => validateWhole(bytes, { ...ALL_ON, [feature]: false }),
          (error: unknown) => {
            // A page size is a limits flag that no engine without the proposal knows.
            if (feature === 'customPageSizes') return error instanceof MalformedModuleError;
            assert(error instanceof UnsupportedModuleError, String(error));
            assert(error.message.includes(`"${feature}"`), error.message);
            return true;
          },
          text,
        );
      }
    });
  }

  it('names the proposal of a construct that is not supported', async () => {
    for (const [text, proposal] of [
      ['(module (tag))', 'exception handling'],
      ['(module (memory 1 2 shared))', 'threads'],
      ['(module (type (struct)))', 'garbage collection'],
      ['(module (type $t (func)) (func (param (ref $t))))', 'typed function references'],
      ['(module (type $t (func)) (func (call_ref $t (unreachable))))', 'typed function references'],
    ] as const) {
      const bytes = await binary(text);
      assert.throws(
        () => validateWhole(bytes),
        (error: unknown) => error instanceof UnsupportedModuleError && error.message.includes(proposal),
        text,
      );
    }
  });
});

describe('validateFunction', () => {
  it('refuses functions that have no body', async () => {
    const module = parseWith(await binary('(module (import "a" "b" (func)) (func))'));
    for (const index of [-1, 0, 2, 0.5, NaN])
      assert.throws(() => validateFunction(module, index), RangeError);
    validateFunction(module, 1);
  });

  it('says which function is at fault, and where', async () => {
    const bytes = await binary(
      '(module (import "a" "b" (func)) (func) (func (result i32) (nop) (i64.const 1)))',
    );
    const module = parseWith(bytes);
    validateFunction(module, 1);
    assert.throws(
      () => validateFunction(module, 2),
      (error: unknown) => {
        assert(error instanceof ValidationError);
        assert.equal(error.functionIndex, 2);
        const start = module.bodyOffsets[1]!;
        assert.equal(error.offset, start + module.bodyLengths[1]! - 1);
        return true;
      },
    );
  });

  it('refuses a body that ends too early or too late', () => {
    for (const body of [[], [0], [0, 0x41, 0x0b], [0, 0x0b, 0x0b], [0, 0x02, 0x40, 0x0b], [0, 0xff, 0x0b]]) {
      const module = parseWith(moduleOfBody(body));
      assert.throws(
        () => validateFunction(module, 0),
        (error: unknown) => {
          assert(error instanceof MalformedModuleError, String(error));
          assert.equal(error.functionIndex, 0);
          return true;
        },
        JSON.stringify(body),
      );
    }
  });

  it('reads sub-opcodes of any length', () => {
    validateWhole(moduleOfBody([0, 0x43, 0, 0, 0, 0, 0xfc, 0x80, 0x80, 0x00, 0x0b], [], [I32]));
    assert.throws(
      () => validateWhole(moduleOfBody([0, 0xfc, 0x80, 0x02, 0x0b])),
      (error: unknown) =>
        error instanceof MalformedModuleError && error.reason.startsWith('illegal opcode fc 100'),
    );
  });

  it('requires a data count for memory.init', () => {
    const body = [0, 0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0, 0x0b];
    const bytes = moduleOf(
      section(1, 1, 0x60, 0, 0),
      section(3, 1, 0),
      section(5, 1, 0, 1),
      section(10, 1, body.length, body),
      section(11, 1, 1, 0),
    );
    assert.throws(() => validateWhole(bytes), /data count section required/);
  });

  const invalid: [string, string, RegExp][] = [
    [
      'an operand of another type',
      '(module (func (result i32) (i32.add (i32.const 1) (i64.const 1))))',
      /^type mismatch/,
    ],
    ['a missing operand', '(module (func (result i32) (i32.add (i32.const 1))))', /^type mismatch/],
    ['operands left over', '(module (func (i32.const 1)))', /^type mismatch/],
    [
      'an operand of the enclosing block',
      '(module (func (i32.const 1) (block (drop)) (drop)))',
      /^type mismatch/,
    ],
    ['an unknown local', '(module (func (drop (local.get 3))))', /^unknown local 3/],
    ['an unknown label', '(module (func (br 4)))', /^unknown label 4/],
    ['an unknown function', '(module (func (call 9)))', /^unknown function 9/],
    ['an unknown global', '(module (func (drop (global.get 0))))', /^unknown global 0/],
    [
      'writing an immutable global',
      '(module (global i32 (i32.const 1)) (func (global.set 0 (i32.const 1))))',
      /^immutable global/,
    ],
    ['a load without memory', '(module (func (drop (i32.load (i32.const 0)))))', /^unknown memory 0/],
    [
      'an alignment above the natural one',
      '(module (memory 1) (func (drop (i32.load8_u align=2 (i32.const 0)))))',
      /^alignment must not be larger than natural/,
    ],
    [
      'an offset beyond a 32-bit memory',
      '(module (memory 1) (func (drop (i32.load offset=4294967296 (i32.const 0)))))',
      /^offset out of range/,
    ],
    [
      'a 32-bit address of a 64-bit memory',
      '(module (memory i64 1) (func (drop (i32.load (i32.const 0)))))',
      /^type mismatch/,
    ],
    [
      'a 64-bit length for copying into a 32-bit memory',
      '(module (memory 1) (memory i64 1) (func (memory.copy 0 1 (i32.const 0) (i64.const 0) (i64.const 0))))',
      /^type mismatch/,
    ],
    [
      'select of references without a type',
      '(module (func (drop (select (ref.null func) (ref.null func) (i32.const 1)))))',
      /^type mismatch/,
    ],
    [
      'select of two types',
      '(module (func (drop (select (i32.const 1) (f32.const 1) (i32.const 1)))))',
      /^type mismatch/,
    ],
    [
      'an if without else that gives a value',
      '(module (func (drop (if (result i32) (i32.const 1) (then (i32.const 1))))))',
      /^type mismatch/,
    ],
    [
      'br_table targets of different arity',
      '(module (func (block (block (result i32) (br_table 0 1 (i32.const 1) (i32.const 0))) (drop))))',
      /^type mismatch/,
    ],
    [
      'a reference to an undeclared function',
      '(module (func $f (drop (ref.func $f))))',
      /^undeclared function reference/,
    ],
    [
      'call_indirect through externref',
      '(module (table 1 externref) (func (call_indirect (i32.const 0))))',
      /^type mismatch/,
    ],
    [
      'a tail call of other results',
      '(module (func $f (result i32) (i32.const 1)) (func (return_call $f)))',
      /^type mismatch/,
    ],
    [
      'an unknown data segment',
      '(module (memory 1) (data "a") (func (data.drop 1)))',
      /^unknown data segment 1/,
    ],
    ['an unknown element segment', '(module (func (elem.drop 0)))', /^unknown elem segment 0/],
    [
      'table.copy between types',
      '(module (table 1 funcref) (table 1 externref) (func (table.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 0))))',
      /^type mismatch/,
    ],
    [
      'operands of the wrong type in dead code',
      '(module (func (unreachable) (i32.add (i64.const 1)) (drop)))',
      /^type mismatch/,
    ],
    [
      'a lane that there is not',
      '(module (func (param v128) (drop (i64x2.extract_lane 1 (local.get 0))) (drop (i64x2.extract_lane 2 (local.get 0)))))',
      /^invalid lane index/,
    ],
  ];
  for (const [title, text, reason] of invalid) it(`refuses ${title}`, invalidText(text, reason));

  it('lets dead code take operands from nowhere', async () => {
    validateWhole(
      await binary(`(module (func (result i64) (unreachable) (i32.add) (drop) (select) (i64.eqz)
        (br_if 0 (unreachable)) (drop) (block (result i32 f32) (unreachable) (br 0)) (drop) (drop) (unreachable)))`),
    );
  });

  it('enforces the limits of bodies', () => {
    const locals = moduleOfBody([2, ...unsigned(3), I32, 2, I32, 0x0b]);
    validateWhole(locals, {}, { maximumLocals: 5 });
    assert.throws(() => validateWhole(locals, {}, { maximumLocals: 4 }), UnsupportedModuleError);
    const nested = moduleOfBody([0, 0x02, 0x40, 0x02, 0x40, 0x0b, 0x0b, 0x0b]);
    validateWhole(nested, {}, { maximumNesting: 2 });
    assert.throws(() => validateWhole(nested, {}, { maximumNesting: 1 }), UnsupportedModuleError);
    const table = moduleOfBody([0, 0x41, 0, 0x0e, 2, 0, 0, 0, 0x0b]);
    validateWhole(table, {}, { maximumBranchTableTargets: 2 });
    assert.throws(() => validateWhole(table, {}, { maximumBranchTableTargets: 1 }), UnsupportedModuleError);
  });

  it('takes deep nesting, wide tables and many locals', () => {
    const repeated = (count: number, ...bytes: number[]) => Array.from({ length: count }, () => bytes).flat();
    validateWhole(moduleOfBody([0, ...repeated(100_000, 0x02, 0x40), ...repeated(100_001, 0x0b)]));
    validateWhole(moduleOfBody([0, 0x41, 0, 0x0e, ...unsigned(100_000), ...repeated(100_001, 0), 0x0b]));
    validateWhole(moduleOfBody([0, ...repeated(200_000, 0x41, 1), ...repeated(200_000, 0x1a), 0x0b]));
    // Seven bytes of declarations; locals near the end are looked up by run.
    const many = [3, ...unsigned(20_000), I32, ...unsigned(20_000), 0x7e, ...unsigned(9_999), 0x7d];
    for (const [local, type] of [
      [19_999, I32],
      [20_000, 0x7e],
      [40_000, 0x7d],
      [49_998, 0x7d],
      [49_999, I32],
    ]) {
      const parameters = [I32];
      const index = local! + 1;
      const bytes = moduleOfBody([...many, 0x20, ...unsigned(index), 0x0b], parameters, [type!]);
      if (index < 50_000) validateWhole(bytes);
      else assert.throws(() => validateWhole(bytes), /unknown local 50000/);
    }
  });

  it('goes on after an error and between modules of other features', async () => {
    const good = parseWith(await binary('(module (func (result i32) (i32.extend8_s (i32.const 1))))'));
    const off = parseWith(good.bytes, { signExtension: false });
    for (let round = 0; round < 3; round++) {
      validateFunction(good, 0);
      assert.throws(() => validateFunction(off, 0), UnsupportedModuleError);
    }
  });
});
