import { deepEqual, equal, match } from 'node:assert/strict';
import { v8Host } from './hosts/v8-host.js';
import { matchesFilePattern } from './file-pattern.js';
import { fileTable, lastLine, totalsOf } from './report.js';
import { runScript } from './runner.js';
import { failOnFuelDifferences } from './suite.js';

/** Passed, failed and skipped of a script, and the failures' lines. */
async function play(script: string) {
  const result = await runScript(script, v8Host());
  const { passed, failed, skippedByReason } = totalsOf([result]);
  return { passed, failed, skippedByReason, lines: result.failures.map((failure) => failure.line), result };
}

const MODULE = `(module (func (export "id") (param f32) (result f32) (local.get 0))
  (func (export "vector") (param v128) (result v128) (local.get 0))
  (func (export "reference") (param externref) (result externref) (local.get 0))
  (func $f (export "self") (result funcref) (ref.func $f))
  (func (export "trap") (unreachable))
  (func $deep (export "deep") (call $deep))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const -2))
  (global (export "g") i64 (i64.const 7)))\n`;

describe('conformance: runner', () => {
  it('passes what holds', async () => {
    const { passed, lines } = await play(`${MODULE}
      (assert_return (invoke "id" (f32.const nan:0x1)) (f32.const nan:0x1))
      (assert_return (invoke "id" (f32.const -nan)) (f32.const nan:canonical))
      (assert_return (invoke "id" (f32.const nan:0x600000)) (f32.const nan:arithmetic))
      (assert_return (invoke "vector" (v128.const f32x4 1 2 nan 4)) (v128.const f32x4 1 2 nan:canonical 4))
      (assert_return (invoke "reference" (ref.extern 3)) (ref.extern 3))
      (assert_return (invoke "reference" (ref.extern 3)) (ref.extern))
      (assert_return (invoke "reference" (ref.null extern)) (ref.null))
      (assert_return (invoke "self") (ref.func))
      (assert_return (invoke "two") (i32.const 1) (i64.const -2))
      (assert_return (invoke "two") (either (i32.const 0) (i32.const 1)) (i64.const 0xffff_ffff_ffff_fffe))
      (assert_return (get "g") (i64.const 7))
      (assert_trap (invoke "trap") "unreachable")
      (assert_exhaustion (invoke "deep") "call stack exhausted")
      (assert_invalid (module (func (result i32))) "type mismatch")
      (assert_malformed (module binary "\\00asm") "unexpected end")
      (assert_unlinkable (module (import "spectest" "none" (func))) "unknown import")
      (assert_trap (module (func $s (unreachable)) (start $s)) "unreachable")`);
    deepEqual({ passed, lines }, { passed: 17, lines: [] });
  });

  const wrong = [
    '(assert_return (invoke "id" (f32.const nan:0x1)) (f32.const nan:canonical))',
    '(assert_return (invoke "id" (f32.const nan:0x1)) (f32.const nan:arithmetic))',
    '(assert_return (invoke "id" (f32.const nan:0x600000)) (f32.const nan:canonical))',
    '(assert_return (invoke "id" (f32.const 0)) (f32.const -0))',
    '(assert_return (invoke "id" (f32.const inf)) (f32.const nan:arithmetic))',
    '(assert_return (invoke "vector" (v128.const i32x4 1 2 3 4)) (v128.const i32x4 1 2 3 5))',
    '(assert_return (invoke "reference" (ref.extern 3)) (ref.extern 4))',
    '(assert_return (invoke "reference" (ref.extern 3)) (ref.null))',
    '(assert_return (invoke "self") (ref.null func))',
    '(assert_return (invoke "two") (i32.const 1))',
    '(assert_return (invoke "two") (i32.const 1) (i64.const -2) (i32.const 0))',
    '(assert_return (invoke "two") (i64.const 1) (i64.const -2))',
    '(assert_return (invoke "trap"))',
    '(assert_return (invoke "none"))',
    '(assert_trap (invoke "deep") "unreachable")',
    '(assert_trap (invoke "two") "unreachable")',
    '(assert_exhaustion (invoke "trap") "call stack exhausted")',
    '(assert_invalid (module) "type mismatch")',
    '(assert_malformed (module binary "\\00asm\\01\\00\\00\\00") "unexpected end")',
    '(assert_unlinkable (module) "unknown import")',
    '(assert_trap (module) "unreachable")',
    '(invoke "trap")',
    '(register "x" $none)',
    '(assert_nothing)',
    '(module (func (result i32)))',
    '(module (import "none" "none" (func)))',
    '(module (unknown))',
  ];
  for (const command of wrong) {
    it(`fails ${command}`, async () => {
      const { passed, lines, skippedByReason } = await play(`${MODULE}\n${command}`);
      deepEqual({ passed, lines, skippedByReason }, { passed: 0, lines: [10], skippedByReason: {} });
    });
  }

  it('skips what depends on an unsupported feature, and nothing else', async () => {
    const { passed, failed, skippedByReason } = await play(`
      (module $G (type (struct)) (func (export "f") (result i32) (i32.const 1)))
      (register "G" $G)
      (assert_return (invoke "f") (i32.const 1))
      (assert_return (invoke $G "f") (i32.const 1))
      (module $D (import "G" "f" (func (result i32))) (export "f" (func 0)))
      (assert_return (invoke "f") (i32.const 1))
      (assert_invalid (module (type (struct)) (func (result i32))) "type mismatch")
      (assert_malformed (module quote "(") "unexpected token")
      (module (func (export "f") (result i32) (i32.const 2)))
      (assert_return (invoke "f") (i32.const 2))
      (assert_return (invoke $D "f") (i32.const 2))
      (assert_return (invoke "f") (i32.const 3))`);
    deepEqual(
      { passed, failed, skippedByReason },
      { passed: 1, failed: 1, skippedByReason: { 'garbage collection': 5, 'text format': 1 } },
    );
  });

  it('fails what depends on a module that failed', async () => {
    const { passed, lines } = await play(`(module $M (func (export "f") (result i32)))
      (assert_return (invoke $M "f"))
      (module (func (export "f")))
      (assert_return (invoke "f"))
      (assert_return (invoke $M "f"))`);
    deepEqual({ passed, lines }, { passed: 1, lines: [1, 2, 5] });
  });

  it('instantiates definitions anew each time', async () => {
    const { passed, lines } = await play(`
      (module definition $M (global (export "g") (mut i32) (i32.const 1))
        (func (export "set") (global.set 0 (i32.const 2))))
      (module instance $A $M)
      (module instance $B $M)
      (invoke $A "set")
      (assert_return (get $A "g") (i32.const 2))
      (assert_return (get $B "g") (i32.const 1))`);
    deepEqual({ passed, lines }, { passed: 2, lines: [] });
  });

  it('takes a script of module fields for a module', async () => {
    const { result } = await play('(func) (memory 0)\n(func (export "f"))');
    deepEqual([result.modules, result.failures], [1, []]);
  });

  it('reports counts per file and in the last line', async () => {
    const { result } = await play(`${MODULE} (assert_return (invoke "trap")) (assert_trap (invoke "trap") "")
      (assert_malformed (module quote "(") "")`);
    const table = fileTable([{ file: 'a.wast', ...result }]).split('\n');
    match(table[1]!, /^a\.wast +1 +2 +1 +1 +1 +text format$/);
    match(table[2]!, /^total +1 +2 +1 +1 +1$/);
    equal(lastLine(totalsOf([result])), '1 passed, 1 failed, 1 skipped');
  });

  it('fails a script that consumes other fuel when interrupted', async () => {
    const run = async (consumedFuel: bigint) => {
      const { result } = await play('(module)');
      return { mode: 'm', seconds: 0, files: [{ file: 'a.wast', ...result, consumedFuel }] };
    };
    const [plain, same, other] = [await run(5n), await run(5n), await run(6n)];
    failOnFuelDifferences(plain, same);
    failOnFuelDifferences(plain, other);
    deepEqual([same.files[0]!.failures.length, other.files[0]!.failures.length], [0, 1]);
  });

  it('filters files by pattern', () => {
    equal(matchesFilePattern('simd_*', 'simd_const.wast'), true);
    equal(matchesFilePattern('i32', 'i32.wast'), true);
    equal(matchesFilePattern('i32', 'i32x.wast'), false);
    equal(matchesFilePattern('binary.wast', 'proposals/x/binary.wast'), true);
    equal(matchesFilePattern('proposals/**', 'proposals/x/binary.wast'), true);
    equal(matchesFilePattern('proposals/*', 'proposals/x/binary.wast'), false);
    equal(matchesFilePattern('**/*', 'a.wast'), true);
    equal(matchesFilePattern('a?c', 'abc.wast'), true);
  });
});
