import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { outlineModule } from './module-outline.js';
import { binaryOfText } from './module-text.js';
import { unsupportedFeature, unsupportedFeatureOfText } from './unsupported-feature.js';

const needs = async (text: string) => [...outlineModule(await binaryOfText(text)).needs].sort();

describe('conformance: features that modules need', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['(func (return_call 0))', 'tail calls'],
    ['(global i32 (i32.add (i32.const 1) (i32.const 2)))', 'extended constant expressions'],
    ['(global i32 (i32.const 1)) (global i32 (global.get 0))', 'extended constant expressions'],
    ['(memory 1) (memory 1)', 'multiple memories'],
    ['(memory i64 1)', '64-bit addresses'],
    ['(table i64 1 funcref)', '64-bit table addresses'],
    ['(memory 1 (pagesize 1))', 'custom page sizes'],
    ['(func (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0))))', 'relaxed SIMD'],
    [
      '(func (i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)) drop drop)',
      'wide arithmetic',
    ],
    ['(func (param (ref null func)))', ''],
    ['(func (param (ref func)))', 'typed function references'],
    ['(table 1 (ref func) (ref.func 0)) (func)', 'typed function references'],
    ['(func (ref.as_non_null (ref.null func)) drop)', 'typed function references'],
    ['(func (param anyref))', 'garbage collection'],
    ['(type (struct (field i8)))', 'garbage collection'],
    ['(type (sub (func)))', 'garbage collection'],
    ['(func (drop (ref.i31 (i32.const 1))))', 'garbage collection'],
    ['(tag)', 'exception handling'],
    ['(import "a" "b" (tag))', 'exception handling'],
    ['(func (param exnref))', 'exception handling'],
    ['(func (block (try_table (catch_all 0))))', 'exception handling'],
    ['(memory 1 1 shared)', 'threads'],
    ['(memory 1) (func (drop (i32.atomic.load (i32.const 0))))', 'threads'],
    [
      // bytes that are operators of proposals elsewhere are nothing here
      '(memory 1) (data "\\fb\\fe\\06") (func (drop (i64.const -5)) (drop (f32.const nan:0x7bfbfe)))' +
        '(func (v128.const i64x2 0xfbfbfbfbfbfbfbfb 0xfefefefefefefefe) drop) (func (br_table 0 0 (i32.const 251)))' +
        '(table 1 funcref) (elem (i32.const 0) funcref (ref.null func)) (func (drop (ref.null extern)))',
      '',
    ],
  ];
  for (const [fields, expected] of cases) {
    it(`${expected === '' ? 'nothing' : expected}: ${fields.slice(0, 70)}`, async () => {
      deepEqual(await needs(`(module ${fields})`), expected === '' ? [] : [expected]);
    });
  }

  it('tells imports and the types of exports', async () => {
    const text = `(module (import "a" "f" (func (param i64))) (import "b" "g" (global (mut f32)))
      (func (export "own") (result v128 funcref) (unreachable)) (export "f" (func 0)) (export "g" (global 0)))`;
    const outline = outlineModule(await binaryOfText(text));
    deepEqual([...outline.importedModules], ['a', 'b']);
    deepEqual(
      [...outline.exportedFunctions],
      [
        ['own', { parameters: [], results: [0x7b, 0x70] }],
        ['f', { parameters: [0x7e], results: [] }],
      ],
    );
    deepEqual([...outline.exportedGlobals], [['g', { type: 0x7d, mutable: true }]]);
  });

  it('ends quietly on any bytes', async () => {
    const module = await binaryOfText(
      '(module (type (func (param i32))) (table 1 funcref) (memory 1) (global i32 (i32.const 1)) (elem (i32.const 0) 0)' +
        '(func (param i32) (block (br_table 0 0 (local.get 0)))) (data (i32.const 0) "abc") (export "f" (func 0)))',
    );
    const edit = fc.tuple(fc.nat(module.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), fc.nat(module.length), (edits, length) => {
        const mutated = module.slice(0, length);
        for (const [position, byte] of edits) if (position < length) mutated[position] = byte;
        outlineModule(mutated);
      }),
      { numRuns: 2000 },
    );
  });

  it('names what is not supported, and only that', async () => {
    const outline = outlineModule(
      await binaryOfText('(module (memory 1) (memory i64 1) (func (param anyref)))'),
    );
    const reason = unsupportedFeature(outline, new Set(['multiple memories', '64-bit addresses']));
    deepEqual(reason, 'garbage collection');
    deepEqual(unsupportedFeature(outline, outline.needs), undefined);
  });

  it('does not take names for words of proposals', () => {
    deepEqual(
      unsupportedFeatureOfText('(module (func $switch) (export "resume" (func $switch)) (bad))'),
      undefined,
    );
    deepEqual(unsupportedFeatureOfText('(module (type $c (cont $f)))'), 'stack switching');
  });
});
