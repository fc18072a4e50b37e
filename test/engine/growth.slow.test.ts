import assert from 'node:assert/strict';

import { DEFAULT_FEATURES, DEFAULT_LIMITS, Engine, Linker, Store } from '@wasm-dyno/engine';
import { parseModule, translateFunction, validateFunction } from '@wasm-dyno/engine/phases';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';

type Run = (argument: number) => unknown;

function onEngine(bytes: Uint8Array): Run {
  const engine = new Engine({ compilationMode: 'eager' });
  const run = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes)).getFunction('run')!;
  return (argument) => run.call(argument)[0];
}

function onHost(bytes: Uint8Array<ArrayBuffer>): Run {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports['run'] as Run;
}

function assertSame(given: Run, expected: Run): void {
  for (const argument of [0, 1, 2, 7, -1]) {
    assert.equal(given(argument), expected(argument), `run(${argument})`);
  }
}

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

// The same modules as `npm run bench growth`, which tells how the time grows. Here: that they work, and what they are translated to.
describe('modules of extreme shape', () => {
  for (const { name, sizes, build, expected } of GROWTH_FAMILIES) {
    it(`give what the host's engine gives: ${name}`, () => {
      const bytes = build(sizes[0]!);
      assertSame(onEngine(bytes), onHost(bytes));
    });

    it(`work at their largest: ${name}`, () => {
      const size = sizes.at(-1)!;
      const bytes = build(size);
      assertSame(
        onEngine(bytes),
        expected === undefined ? onHost(bytes) : (argument) => expected(size, argument),
      );
    });

    it(`translate to IR in proportion to their bytes: ${name}`, () => {
      const [small, large] = [sizes[0]!, sizes[2]!].map((size) => build(size));
      const growth = irBytes(large!) / irBytes(small!);
      const allowed = Math.max(large!.length / small!.length, sizes[2]! / sizes[0]!) * 1.1;
      assert.ok(
        growth <= allowed,
        `IR grew ${growth.toFixed(2)} times, at most ${allowed.toFixed(2)} is straight`,
      );
    });
  }
});
