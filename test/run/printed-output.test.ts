import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { KeptOutput, MOST_KEPT_BYTES } from '../../harness/run-module/kept-output.js';
import { assemble } from '../programs/compile.js';
import { runCli } from './run-cli.js';

describe('what run --json keeps of a program’s output', () => {
  it('is its beginning, up to a limit and the end of a character', () => {
    const text = Buffer.from('aé€😀b');
    for (let most = 0; most <= text.length + 1; most++) {
      for (const width of [1, 3, 100]) {
        const output = new KeptOutput(most);
        for (let at = 0; at < text.length; at += width) output.add(text.subarray(at, at + width));
        const kept = output.bytes.toString();
        assert.ok('aé€😀b'.startsWith(kept), kept);
        assert.ok(output.bytes.length <= most && output.bytes.length > Math.min(most, text.length) - 4);
        assert.deepEqual([output.total, output.isCut], [text.length, most < text.length]);
      }
    }
  });

  it('is not what the program writes there later', () => {
    const output = new KeptOutput();
    const bytes = Buffer.from('first');
    output.add(bytes);
    bytes.fill(0);
    assert.equal(output.bytes.toString(), 'first');
  });

  it('of more than any string can hold is a cut one, with the run’s fuel and exit code', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-printed-'));
    try {
      const file = path.join(folder, 'big.wasm');
      // 1,600 writes of 65,536 NULs, each six letters of JSON, then exit code 7.
      writeFileSync(
        file,
        await assemble(`(module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 2)
          (func (export "_start") (local $i i32)
            (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 65536))
            (loop $next (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
              (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1600))))
            (call $exit (i32.const 7))))`),
      );
      const { code, stderr, stdout } = await runCli([file, '--json', '--profile', 'none']);
      assert.deepEqual([code, stderr], [7, '']);
      const { stdout: printed, ...run } = JSON.parse(stdout) as Record<string, unknown>;
      assert.ok(printed === '\0'.repeat(MOST_KEPT_BYTES), 'the beginning of what was printed');
      assert.deepEqual([run['stdoutCut'], run['stdoutBytes']], [true, 104_857_600]);
      assert.equal(run['exitCode'], 7);
      assert.ok(BigInt(run['consumedFuel'] as string) > 104_857_600n / 64n);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
