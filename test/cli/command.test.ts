import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../harness/bin/wasm-dyno.mjs', import.meta.url));

const run = (command: string, ...words: string[]) =>
  spawnSync(process.execPath, [command, ...words], { encoding: 'utf8' });

describe('the command wasm-dyno', () => {
  it('is the program, with its exit codes', () => {
    assert.match(run(COMMAND, '--version').stdout, /^\d+\.\d+\.\d+\n$/);
    const { status, stderr } = run(COMMAND, 'calibrat');
    assert.equal(status, 2);
    assert.match(stderr, /calibrate/);
  });

  it('of a clone that is not built says so in a line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-command-'));
    try {
      mkdirSync(join(folder, 'bin'));
      const copy = join(folder, 'bin', 'wasm-dyno.mjs');
      copyFileSync(COMMAND, copy);
      const { status, stderr, stdout } = run(copy, '--version');
      assert.deepEqual([status, stdout], [1, '']);
      assert.equal(stderr, 'wasm-dyno: this clone is not built yet: npm run build\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
