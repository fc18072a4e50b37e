import assert from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora/random';
import { CompileError, UnsupportedModuleError } from '@wasm-dyno/engine';
import { binary, hostValidates, validateWhole } from './whole-module.js';

/** What every V8 since Node 20 has and none has more of; extended constants came later, so they are left out. */
const SHARED = { relaxedSimd: false, multiMemory: false, memory64: false, extendedConst: false };

const EXAMPLES = [
  `(module (memory 1) (table 3 funcref) (type $v (func (param i32) (result i32)))
    (func $a (export "a") (param i32) (result i32) (local i64 f32)
      (block $b (result i32)
        (loop $l (br_if $b (i32.const 1) (local.get 0)) (drop) (br_table $l $l (local.get 0)))
        (unreachable))
      (if (result i32) (then (i32.const 3)) (else (i32.load8_u offset=300 (i32.const 7)))))
    (func (result i32)
      (call_indirect (type $v) (i32.const 2) (i32.const 0))
      (i32.store (i32.const 4) (i32.const 5)))
    (elem (i32.const 0) func $a))`,
  `(module (type $mv (func (param i32 f64) (result f64 i32))) (global $m (mut i64) (i64.const -5))
    (func (type $mv) (local.get 0) (local.get 1)
      (if (type $mv) (i32.const 1)
        (then (f64.const 1) (f64.add) (i32.const 1) (return))
        (else (return (f64.const 2) (i32.const 5)))))
    (func $t (param i32) (result i32)
      (drop (select (local.get 0) (i32.const 2) (i32.const 1)))
      (drop (select (result externref) (ref.null extern) (ref.null extern) (i32.const 1)))
      (drop (i64.trunc_sat_f64_s (f64.const 4)))
      (global.set $m (i64.extend32_s (i64.const 4)))
      (return_call $t (local.get 0)))
    (func (result i64) (unreachable) (i32.add) (drop) (select) (i64.eqz) (drop) (br 0)))`,
  `(module (memory 1) (table $e 2 externref) (table $t 10 funcref)
    (func $a (result i32)
      (memory.copy (i32.const 1) (i32.const 2) (i32.const 3))
      (memory.init $d (i32.const 1) (i32.const 2) (i32.const 3)) (data.drop $d)
      (table.init $t $p (i32.const 0) (i32.const 1) (i32.const 2)) (elem.drop $p)
      (drop (table.grow $e (ref.null extern) (i32.const 2)))
      (table.get $e (i32.const 0)) (ref.is_null) (ref.func $a) (ref.is_null) (i32.and))
    (elem (table $t) (i32.const 0) func $a) (elem $p funcref (ref.func $a) (ref.null func))
    (data $d "hello") (data (i32.const 3) "x"))`,
  `(module (memory 1) (func (param v128) (result v128)
    (local.get 0)
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (local.get 0) (v128.const i32x4 1 2 3 4))
    (i32x4.add) (v128.load16_lane 3 (i32.const 1) (local.get 0)) (v128.xor)
    (i32x4.splat (i32.const 9)) (local.get 0) (v128.bitselect) (i64x2.replace_lane 1 (i64.const 77))))`,
];

describe('validation agrees with V8', () => {
  for (const [position, text] of EXAMPLES.entries()) {
    it(`on mutations of example ${position + 1}`, async () => {
      const original = await binary(text);
      validateWhole(original, SHARED);
      assert(hostValidates(original));
      const random = new Random(1000 + position);
      let valid = 0;
      let compared = 0;
      for (let round = 0; round < 4000; round++) {
        const bytes = original.slice();
        for (let change = random.integer(1, 3); change > 0; change--) {
          const at = random.integer(8, bytes.length - 1);
          const way = random.integer(0, 2);
          if (way === 0) bytes[at] = random.integer(0, 255);
          else if (way === 1) bytes[at] = bytes[random.integer(8, bytes.length - 1)]!;
          else bytes[at]! ^= 1 << random.integer(0, 7);
        }
        let refusal: unknown;
        try {
          validateWhole(bytes, SHARED);
        } catch (error) {
          assert(error instanceof CompileError, String(error));
          refusal = error;
        }
        // Threads and exceptions, which V8 has.
        if (refusal instanceof UnsupportedModuleError && /not supported|limit/.test(refusal.message))
          continue;
        // Features that V8 got after Node 20 are refused here by name, there or not.
        if (refusal instanceof UnsupportedModuleError && /switched off/.test(refusal.message)) continue;
        compared++;
        const expected = hostValidates(bytes);
        if (expected) valid++;
        assert.equal(
          refusal === undefined,
          expected,
          `${String(refusal)}: ${Buffer.from(bytes).toString('hex')}`,
        );
      }
      assert(compared > 3000, `${compared} compared`);
      assert(valid > 100, `${valid} of ${compared} valid`);
    });
  }
});
