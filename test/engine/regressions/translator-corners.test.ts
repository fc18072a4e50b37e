import assert from 'node:assert/strict';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { compareModule } from '../../fuzz/comparison.js';
import { EngineSet } from '../../fuzz/engine-set.js';

/**
 * The corners of the translator where a deliberate mistake was hardest for the fuzzer to find, each small enough to read.
 * V8 is the oracle; every compilation mode, interruption and the host executor must agree.
 */
const CORNERS: Readonly<Record<string, string>> = {
  'a local read before it is written, deep on the stack': `
    (func (export "f") (param i64 i32 i32 f64) (result i32 i64 i32 i32 f64)
      local.get 2
      local.get 0
      local.get 1
      i32.const 0
      local.set 2
      local.get 2
      local.get 3)`,
  'the same local pending three times over a write': `
    (func (export "f") (param i32) (result i32)
      local.get 0
      local.get 0
      local.get 0
      i32.const 5
      local.tee 0
      i32.mul
      i32.sub
      i32.add
      local.get 0
      i32.xor)`,
  'pending locals in front of a block that writes them on one path': `
    (func (export "f") (param i32 i32) (result i32 i32)
      local.get 0
      local.get 1
      (if (result i32) (i32.lt_s (local.get 0) (local.get 1))
        (then (local.set 0 (i32.const 7)) (local.get 0))
        (else (local.get 1)))
      i32.add)`,
  'pending locals in front of a loop that writes them': `
    (func (export "f") (param i32) (result i32) (local i32)
      (local.set 1 (i32.const 4))
      local.get 0
      (loop
        (local.set 0 (i32.add (local.get 0) (i32.const 3)))
        (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
        (br_if 0 (local.get 1)))
      local.get 0
      i32.sub)`,
  'i64.sub of a constant whose low word is zero': `
    (func (export "f") (param i64) (result i64 i64 i64)
      (i64.sub (local.get 0) (i64.const 0x100000000))
      (i64.sub (local.get 0) (i64.const 0x8000000000000000))
      (i64.sub (local.get 0) (i64.const 0)))`,
  'i32.rotr and i32.sub of constants': `
    (func (export "f") (param i32) (result i32 i32 i32 i32)
      (i32.rotr (local.get 0) (i32.const 1))
      (i32.rotr (local.get 0) (i32.const 33))
      (i32.rotr (local.get 0) (i32.const -5))
      (i32.sub (local.get 0) (i32.const 0x80000000)))`,
  'constants on the left of what does not commute': `
    (func (export "f") (param i32 i64) (result i32 i32 i64 i32)
      (i32.sub (i32.const 9) (local.get 0))
      (i32.lt_u (i32.const 9) (local.get 0))
      (i64.sub (i64.const 9) (local.get 1))
      (i32.ge_s (i32.const -9) (local.get 0)))`,
  'comparisons fused into branches, both ways': `
    (func (export "f") (param i32 i32) (result i32)
      (block
        (br_if 0 (i32.gt_u (local.get 0) (local.get 1)))
        (if (i32.le_s (local.get 0) (i32.const 100)) (then (return (i32.const 1))))
        (if (i32.eqz (local.get 1)) (then (return (i32.const 2))))
        (if (i32.ge_u (local.get 0) (i32.const 0x80000000)) (then (return (i32.const 3))))
        (return (i32.const 4)))
      (i32.const 5))`,
  'a branch that carries two values over others, swapped': `
    (func (export "f") (param i32 i32) (result i32 i32)
      (block (result i32 i32)
        i32.const 11
        i32.const 22
        local.get 1
        local.get 0
        (br_if 0 (i32.and (local.get 0) (i32.const 1)))
        br 0))`,
  'a loop with parameters that change places': `
    (func (export "f") (param i32 i32) (result i32 i32) (local i32)
      (local.set 2 (i32.const 3))
      local.get 0
      local.get 1
      (loop (param i32 i32) (result i32 i32)
        (local.set 1)
        (local.set 0)
        local.get 1
        local.get 0
        (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1))))))`,
  'br_table whose targets want the value in different places': `
    (func (export "f") (param i32 i32) (result i32)
      (block (result i32)
        i32.const 1
        (block (result i32)
          i32.const 2
          (block (result i32)
            i32.const 3
            local.get 1
            (br_table 0 1 2 0 2 (local.get 0)))
          i32.add)
        i32.sub))`,
  'a tail call whose arguments change places': `
    (func $g (param i32 i64 i32) (result i32)
      (i32.sub (local.get 0) (i32.sub (local.get 2) (i32.wrap_i64 (local.get 1)))))
    (func (export "f") (param i32 i64 i32) (result i32)
      (return_call $g (local.get 2) (local.get 1) (local.get 0)))`,
  'an indirect tail call whose index is in a local that the arguments overwrite': `
    (table 2 funcref)
    (elem (i32.const 0) $a $b)
    (func $a (param i32) (result i32) (i32.add (local.get 0) (i32.const 1000)))
    (func $b (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "f") (param i32) (result i32)
      (local.set 0 (i32.and (local.get 0) (i32.const 1)))
      (return_call_indirect (param i32) (result i32) (i32.const 7) (local.get 0)))`,
  'results that are the parameters, in another order': `
    (func (export "f") (param i32 i64 f64) (result f64 i32 i64 i32)
      local.get 2
      local.get 0
      local.get 1
      local.get 0)`,
  'a lane load into a vector that is a local still needed': `
    (memory (export "m") 1)
    (data (i32.const 0) "abcdefghijklmnop")
    (func (export "f") (param i32) (result i32 i32) (local v128)
      (local.set 1 (v128.const i32x4 1 2 3 4))
      (i32x4.extract_lane 2 (v128.load32_lane 2 (i32.const 0) (local.get 1)))
      (i32x4.extract_lane 2 (local.get 1)))`,
  'tee and drop, and a result redirected into a local': `
    (func (export "f") (param i32 i32) (result i32)
      (drop (local.tee 0 (i32.mul (local.get 0) (local.get 1))))
      (local.set 1 (i32.add (local.get 0) (local.get 1)))
      (i32.xor (local.get 0) (local.get 1)))`,
  'select on locals that are written before it': `
    (func (export "f") (param i32 i32) (result i32)
      local.get 0
      local.get 1
      (local.tee 0 (i32.eqz (local.get 1)))
      select)`,
};

describe('translator corners', () => {
  const engines = new EngineSet();
  for (const [name, fields] of Object.entries(CORNERS)) {
    it(name, async () => {
      const bytes = await encodeTextModule(new TextEncoder().encode(`(module ${fields})`));
      const comparison = compareModule(bytes, {
        seed: 1,
        engines,
        rounds: 40,
        mostCalls: 40,
        fuelPerCall: 10_000,
        variants: 'all',
        compareBehaviour: true,
      });
      assert.equal(comparison.divergence, undefined, comparison.divergence?.detail);
      assert.equal(comparison.skipped, undefined);
      assert.equal(comparison.callsCompared, 40);
    });
  }
});
