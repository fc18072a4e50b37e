import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CompileError,
  MalformedModuleError,
  UnsupportedModuleError,
  ValidationError,
  ValueType,
  type EnforcedLimits,
} from '@wasm-dyno/engine';
import { unsigned } from '../encoded-integers.js';
import {
  binary,
  moduleOf,
  moduleOfBody,
  parseWith,
  section,
  signedLeb128,
  validateWhole,
} from './whole-module.js';

function refusal(kind: new (...rest: never[]) => CompileError, reason: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof kind, String(error));
    assert.match(error.message, reason);
    return true;
  };
}

describe('parseModule', () => {
  it('decodes every kind of section', async () => {
    const module = parseWith(
      await binary(`(module
        (import "env" "f" (func $f (param i32) (result i64)))
        (import "env" "g" (global $g i32))
        (memory (export "m") 1 3)
        (table $t 2 5 funcref)
        (global $h (mut f64) (f64.const -nan:0x123))
        (global $i i32 (i32.add (global.get $g) (i32.const 4)))
        (func $a (export "a") (param v128) (local i32 i32))
        (func $start)
        (start $start)
        (elem (table $t) (i32.const 1) func $a $start)
        (elem $e externref (ref.null extern))
        (elem declare func $f)
        (data (i32.const 9) "abc")
        (data $p "passive"))`),
    );
    assert.deepEqual(
      module.imports.map(({ module, name, type }) => [module, name, type.kind]),
      [
        ['env', 'f', 'function'],
        ['env', 'g', 'global'],
      ],
    );
    assert.deepEqual(module.exports, [
      { name: 'm', kind: 'memory', index: 0 },
      { name: 'a', kind: 'function', index: 1 },
    ]);
    assert.deepEqual(module.memories[0]!.limits, { minimum: 1, maximum: 3 });
    assert.deepEqual(module.tables[0], {
      kind: 'table',
      element: ValueType.FuncRef,
      limits: { minimum: 2, maximum: 5 },
      addressType: 'i32',
    });
    assert.deepEqual(module.globalInitializers[0], [{ kind: 'f64.const', bits: 0xfff0_0000_0000_0123n }]);
    assert.deepEqual(
      Array.from(module.globalInitializers[1]!, ({ kind }) => kind),
      ['global.get', 'i32.const', 'i32.add'],
    );
    assert.equal(module.startFunctionIndex, 2);
    assert.deepEqual(
      [...module.elements].map(({ mode, type }) => [mode, type]),
      [
        ['active', ValueType.FuncRef],
        ['passive', ValueType.ExternRef],
        ['declarative', ValueType.FuncRef],
      ],
    );
    assert.deepEqual(module.elements.get(0).items, Uint32Array.of(1, 2));
    // A null has no index.
    assert.deepEqual(module.elements.get(1).items, Uint32Array.of(-1));
    const [active, passive] = module.data;
    const text = (from: number, length: number) =>
      new TextDecoder().decode(module.bytes.subarray(from, from + length));
    assert.equal(text(active!.bytesOffset, active!.bytesLength), 'abc');
    assert.equal(passive!.mode, 'passive');
    assert.equal(text(passive!.bytesOffset, passive!.bytesLength), 'passive');
    assert.equal(module.bodyLengths.length, 2);
    // Exported, named in an element segment, and declared: the functions that bodies may take references of.
    assert.equal(module.referencedFunctions[0], 0b111);
    assert(module.customSections.some(({ name }) => name === 'name'));
  });

  it('keeps the offset of every data segment, be it a constant or computed', async () => {
    const module = parseWith(
      await binary(`(module
        (import "env" "g" (global $g i32))
        (memory 1) (memory $m i64 1)
        (data (i32.const -1) "a")
        (data (i32.add (i32.const 1) (i32.const 2)) "bc")
        (data "")
        (data (global.get $g) "def")
        (data (memory $m) (i64.const 5) "g")
        (data (i32.const 2147483647) ""))`),
    );
    assert.deepEqual(
      [...module.data].map(({ mode, memoryIndex, offset, bytesLength }) => [
        mode === 'active',
        memoryIndex,
        offset && [...offset],
        bytesLength,
      ]),
      [
        [true, 0, [{ kind: 'i32.const', value: -1 }], 1],
        [true, 0, [{ kind: 'i32.const', value: 1 }, { kind: 'i32.const', value: 2 }, { kind: 'i32.add' }], 2],
        [false, 0, undefined, 0],
        [true, 0, [{ kind: 'global.get', globalIndex: 0 }], 3],
        [true, 1, [{ kind: 'i64.const', value: 5n }], 1],
        [true, 0, [{ kind: 'i32.const', value: 2147483647 }], 0],
      ],
    );
    assert.deepEqual(
      [0, 1, 2, 3].filter((index) => module.data.computedOffset(index) !== undefined),
      [1, 3],
    );
  });

  it('keeps every i32 and i64 constant, however its LEB128 is padded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(10), (value, padding) => {
        const narrow = BigInt.asIntN(32, value);
        const module = parseWith(
          moduleOf(
            section(
              6,
              2,
              [0x7e, 0, 0x42, ...signedLeb128(value, padding, 10), 0x0b],
              [0x7f, 0, 0x41, ...signedLeb128(narrow, padding, 5), 0x0b],
            ),
          ),
        );
        assert.deepEqual(module.globalInitializers, [
          [{ kind: 'i64.const', value }],
          [{ kind: 'i32.const', value: Number(narrow) }],
        ]);
      }),
    );
  });

  it('takes names as they are, also those of object prototypes', () => {
    fc.assert(
      fc.property(fc.constantFrom('__proto__', 'constructor', '\u{feff}é', 'a'.repeat(100), ''), (name) => {
        const bytes = [...new TextEncoder().encode(name)];
        const module = parseWith(
          moduleOf(section(5, 1, 0, 0), section(7, 1, unsigned(bytes.length), bytes, [2, 0])),
        );
        assert.equal(module.exports[0]!.name, name);
      }),
    );
  });

  const malformed: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /unexpected end/],
    ['another magic number', Uint8Array.from([0, 0x61, 0x73, 0x6e, 1, 0, 0, 0]), /magic header not detected/],
    ['another version', Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /unknown binary version/],
    ['an unknown section', moduleOf(section(14)), /malformed section id/],
    ['a section twice', moduleOf(section(1, 0), section(1, 0)), /unexpected content after last section/],
    [
      'sections out of order',
      moduleOf(section(3, 0), section(1, 0)),
      /unexpected content after last section/,
    ],
    ['a section longer than its content', moduleOf(section(1, 0, 0)), /section size mismatch/],
    ['a section longer than the file', moduleOf([1, ...unsigned(200)]), /length out of bounds/],
    ['a count above the bytes left', moduleOf(section(1, unsigned(0xffff_ffff))), /length out of bounds/],
    [
      'an integer too long',
      moduleOf(section(1, [0x80, 0x80, 0x80, 0x80, 0x80, 0])),
      /representation too long/,
    ],
    ['an integer too large', moduleOf(section(1, [0x80, 0x80, 0x80, 0x80, 0x10])), /integer too large/],
    ['a name that is not UTF-8', moduleOf(section(0, 1, 0xff)), /malformed UTF-8 encoding/],
    ['an overlong UTF-8 form', moduleOf(section(0, 2, 0xc0, 0x80)), /malformed UTF-8 encoding/],
    ['functions without code', moduleOf(section(1, 1, 0x60, 0, 0), section(3, 1, 0)), /inconsistent lengths/],
    ['a data count without data', moduleOf(section(12, 1)), /inconsistent lengths/],
    ['an unknown import kind', moduleOf(section(2, 1, 0, 0, 9)), /malformed import kind/],
    ['an unknown limits flag', moduleOf(section(5, 1, 0x10, 0)), /malformed limits flags/],
    ['a mutability that is none', moduleOf(section(6, 1, 0x7f, 2, 0x41, 0, 0x0b)), /malformed mutability/],
    ['an opcode that is none', moduleOf(section(6, 1, 0x7f, 0, 0xff, 0x0b)), /illegal opcode ff/],
  ];
  for (const [title, bytes, reason] of malformed) {
    it(`refuses ${title} as malformed`, () => {
      assert.throws(() => parseWith(bytes), refusal(MalformedModuleError, reason));
    });
  }

  const invalid: [string, string, RegExp][] = [
    ['an unknown type', '(module (func (type 3)))', /unknown type 3/],
    [
      'two exports of one name',
      '(module (memory 0) (export "a" (memory 0)) (export "a" (memory 0)))',
      /duplicate export/,
    ],
    ['an export of nothing', '(module (export "a" (table 0)))', /unknown table 0/],
    [
      'a start function with results',
      '(module (func $s (result i32) unreachable) (start $s))',
      /start function/,
    ],
    ['a minimum above the maximum', '(module (memory 2 1))', /size minimum must not be greater than maximum/],
    ['a memory of more than 4 GiB', '(module (memory 65537))', /memory size must be at most 65536 pages/],
    [
      'a 64-bit memory beyond 2^64 bytes',
      '(module (memory i64 0x1_0000_0000_0001))',
      /memory size must be at most/,
    ],
    ['a table of more than 2^32-1', '(module (table 0x1_0000_0000 funcref))', /table size must be at most/],
    ['an initialiser of another type', '(module (global i32 (i64.const 1)))', /type mismatch/],
    ['an initialiser of two values', '(module (global i32 (i32.const 1) (i32.const 1)))', /type mismatch/],
    [
      'an initialiser that computes',
      '(module (global i32 (i32.eqz (i32.const 1))))',
      /constant expression required/,
    ],
    [
      'a mutable global in an initialiser',
      '(module (global (mut i32) (i32.const 1)) (global i32 (global.get 0)))',
      /constant expression required/,
    ],
    ['a global in its own initialiser', '(module (global i32 (global.get 0)))', /unknown global 0/],
    ['data without memory', '(module (data (i32.const 0) "a"))', /unknown memory 0/],
    [
      'a 32-bit offset into a 64-bit memory',
      '(module (memory i64 1) (data (i32.const 0) "a"))',
      /type mismatch/,
    ],
    [
      'elements of another type than the table',
      '(module (table 1 externref) (func $f) (elem (i32.const 0) func $f))',
      /type mismatch/,
    ],
    ['an unknown function in a segment', '(module (elem func 7))', /unknown function 7/],
  ];
  for (const [title, text, reason] of invalid) {
    it(`refuses ${title} as invalid`, async () => {
      const bytes = await binary(text);
      assert.throws(() => parseWith(bytes), refusal(ValidationError, reason));
    });
  }

  const limits: [keyof EnforcedLimits, string][] = [
    ['maximumTypes', '(module (type (func)) (type (func (param i32))))'],
    ['maximumFunctions', '(module (import "a" "b" (func)) (func))'],
    ['maximumImports', '(module (import "a" "b" (func)) (import "a" "c" (func)))'],
    ['maximumExports', '(module (memory 0) (export "a" (memory 0)) (export "b" (memory 0)))'],
    ['maximumGlobals', '(module (import "a" "b" (global i32)) (global i32 (i32.const 1)))'],
    ['maximumTables', '(module (table 1 funcref) (table 1 funcref))'],
    ['maximumMemories', '(module (import "a" "b" (memory 1)) (memory 1))'],
    ['maximumDataSegments', '(module (data "a") (data "b"))'],
    ['maximumElementSegments', '(module (elem func) (elem func))'],
    ['maximumParameters', '(module (type (func (param i32 i32))))'],
    ['maximumResults', '(module (type (func (result i32 i32))))'],
    ['maximumBodyBytes', '(module (func))'],
    ['maximumModuleBytes', '(module)'],
  ];
  for (const [limit, text] of limits) {
    it(`enforces ${limit}`, async () => {
      const bytes = await binary(text);
      parseWith(bytes);
      assert.throws(
        () => parseWith(bytes, {}, { [limit]: 1 }),
        refusal(UnsupportedModuleError, /limit is 1/),
      );
    });
  }

  it('gives every error an offset inside the module, whatever the bytes', () => {
    const body = moduleOfBody([1, 3, 0x7f, 0x20, 0, 0x28, 2, 4, 0x1a, 0x0b]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(body.length),
        (changes, length) => {
          const bytes = body.slice(0, length);
          for (const [position, byte] of changes) if (position < length) bytes[position] = byte;
          try {
            validateWhole(bytes);
          } catch (error) {
            assert(error instanceof CompileError, String(error));
            assert(error.offset >= 0 && error.offset <= bytes.length, error.message);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('does not allocate for counts that the bytes cannot hold', () => {
    for (let id = 1; id <= 12; id++) {
      const bytes = moduleOf([id, ...unsigned(6), ...unsigned(0xffff_fff0), 0]);
      assert.throws(() => parseWith(bytes), CompileError);
    }
  });
});
