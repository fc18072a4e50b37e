import assert from 'node:assert/strict';
import { generateCorpus } from '@wasm-dyno/corpora';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import type { Value } from '@wasm-dyno/engine';
import { exportedFunctionNames, instantiateOnHost, type HostFunction } from './host-webassembly.js';

const CALLS: readonly (readonly number[])[] = [
  [7, 13],
  [-1, -2_147_483_648],
];

describe('generated functions on the embedded engine', () => {
  for (const module of generateCorpus({ functionsPerSize: (bodyBytes) => (bodyBytes < 1024 ? 6 : 1) })
    .modules) {
    it(`computes in ${module.name} what V8 computes`, () => {
      const engine = new Engine();
      const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(module.bytes));
      const host = instantiateOnHost(module.bytes);
      // One function after another on both sides: functions of the memory family see what earlier ones stored.
      for (const name of exportedFunctionNames(module.bytes).filter((each) => !each.startsWith('callee'))) {
        for (const parameters of CALLS) {
          const expected = (host[name] as HostFunction)(...parameters) as Value;
          const [actual] = instance.getFunction(name)!.call(...parameters);
          assert.ok(
            Object.is(actual, expected),
            `${name}(${parameters.join(', ')}): ${actual}, on V8 ${expected}`,
          );
        }
      }
    });
  }
});
