import assert from 'node:assert/strict';

import { DEFAULT_FEATURES, DEFAULT_LIMITS, Engine, Linker, Store } from 'wasm-dyno/engine';
import { parseModule, translateFunction, validateFunction } from 'wasm-dyno/engine/phases';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';

/** Bytes of IR of all of a module's functions. */
function irBytes(bytes: Uint8Array): number {
  const module = parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
  let sum = 0;
  for (let i = 0; i < module.bodyLengths.length; i++) {
    validateFunction(module, module.importedFunctionCount + i);
    sum += 4 * translateFunction(module, module.importedFunctionCount + i).words;
  }
  return sum;
}

// The same modules as `npm run bench growth`, which tells how the time grows. Here: that all of it works.
describe('modules of extreme shape', () => {
  for (const { name, sizes, build, bound } of GROWTH_FAMILIES) {
    it(`give what the host's engine gives: ${name}`, function () {
      this.timeout(120_000);
      // The largest of all only where they are small enough to be quick.
      const bytes = build(sizes.at(-1)!);
      const module = new WebAssembly.Module(bytes);
      const expected = new WebAssembly.Instance(module).exports['run'] as (argument: number) => number;
      const engine = new Engine({ compilationMode: 'eager' });
      const run = new Linker(engine)
        .instantiate(new Store(engine), engine.compile(bytes))
        .getFunction('run')!;
      for (const argument of [0, 1, 2, 7, -1]) {
        assert.deepEqual(run.call(argument), [expected(argument)], `run(${argument})`);
      }
    });

    if (bound === 'linear') {
      it(`translate to IR in proportion to their bytes: ${name}`, () => {
        const [small, large] = [sizes[0]!, sizes[2]!].map((size) => build(size));
        const growth = irBytes(large!) / irBytes(small!);
        const allowed = (large!.length / small!.length) * 1.1;
        assert.ok(growth <= allowed, `IR grew ${growth.toFixed(2)} times, at most ${allowed.toFixed(2)} is straight`);
      });
    }
  }
});
