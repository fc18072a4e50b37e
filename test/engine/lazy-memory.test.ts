import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Engine, Linker, Store, type CompilationMode, type Instance } from 'wasm-dyno/engine';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';

const FEW = 1_000;
const MANY = 101_000;
/**
 * Type index, offset and length of the body, whether it was validated, and a reference to its code in the module and to it in the instance:
 * 29 bytes. An object of any kind would be more by itself.
 */
const BYTES_PER_FUNCTION = 32;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function bytesHeld(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes that a loaded and instantiated module of `count` functions holds, its own bytes not counted. */
function bytesOfInstance(count: number, compilationMode: CompilationMode): number {
  const { build } = GROWTH_FAMILIES.find(({ name }) => name === 'functions of a few bytes')!;
  const bytes = build(count);
  const engine = new Engine({ compilationMode });
  const store = new Store(engine);
  const before = bytesHeld();
  const instance: Instance = new Linker(engine).instantiate(store, engine.compile(bytes));
  const held = bytesHeld() - before - bytes.length;
  assert.deepEqual(instance.getFunction('run')!.call(1), [count]);
  return held;
}

describe('a function that is not called', () => {
  for (const mode of ['lazy', 'lazy-translation'] as const) {
    it(`takes entries of fixed size and nothing else in the mode ${mode}`, () => {
      bytesOfInstance(MANY, mode); // the host's own code for it
      const perFunction = (bytesOfInstance(MANY, mode) - bytesOfInstance(FEW, mode)) / (MANY - FEW);
      assert.ok(perFunction <= BYTES_PER_FUNCTION, `${perFunction.toFixed(1)} bytes per function`);
    });
  }

  it('would be seen in this test if it took more', () => {
    const perFunction = (bytesOfInstance(MANY, 'eager') - bytesOfInstance(FEW, 'eager')) / (MANY - FEW);
    assert.ok(perFunction > BYTES_PER_FUNCTION, `${perFunction.toFixed(1)} bytes per function`);
  });
});
