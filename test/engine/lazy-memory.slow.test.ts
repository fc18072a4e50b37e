import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { CompilationMode } from '@wasm-dyno/engine';

/**
 * Type index, offset and length of the body, whether it was weighed and validated, what its frame counts for, how often control joins in it, what
 * its dear operators count as, whether it calls, and a reference to its code in the module and to it in the instance: 43 bytes. An object of any kind would be nearly as
 * much by itself.
 */
const BYTES_PER_FUNCTION = 44;

const register = new URL('../../register.mjs', import.meta.url).href;
const worker = fileURLToPath(new URL('./lazy-memory-worker.ts', import.meta.url));

/** Measured in a fresh process: what other tests left behind is collected at any time. */
function bytesPerFunction(mode: CompilationMode): number {
  const answer = execFileSync(process.execPath, ['--expose-gc', '--import', register, worker, mode], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return Number(answer);
}

describe('a function that is not called', () => {
  for (const mode of ['lazy', 'lazy-translation'] as const) {
    it(`takes entries of fixed size and nothing else in the mode ${mode}`, () => {
      const bytes = bytesPerFunction(mode);
      assert.ok(bytes > 0 && bytes <= BYTES_PER_FUNCTION, `${bytes.toFixed(1)} bytes per function`);
    });
  }

  it('would be seen in this test if it took more', () => {
    const bytes = bytesPerFunction('eager');
    assert.ok(bytes > BYTES_PER_FUNCTION, `${bytes.toFixed(1)} bytes per function`);
  });
});
