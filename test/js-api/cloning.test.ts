import assert from 'node:assert/strict';

import { createWebAssembly, type WebAssemblyNamespace } from '@wasm-dyno/engine';

import { assemble } from '../programs/compile.js';
import { hostWebAssembly } from './host-web-assembly.js';

/** What comes of cloning: a value, or the error's name. */
function cloned(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (error) {
    return (error as Error).name;
  }
}

async function objectsOf(WebAssembly: WebAssemblyNamespace): Promise<Record<string, object>> {
  const bytes = await assemble(
    '(module (memory (export "m") 0) (table (export "t") 0 funcref) (global (export "g") i32 (i32.const 1)))',
  );
  const { instance, module } = await WebAssembly.instantiate(bytes);
  class Derived extends WebAssembly.Memory {}
  return {
    ...instance.exports,
    instance,
    constructedInstance: new WebAssembly.Instance(module),
    memory: new WebAssembly.Memory({ initial: 0 }),
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 0 }),
    global: new WebAssembly.Global({ value: 'i32' }, 1),
    derived: new Derived({ initial: 0 }),
    within: { list: [new WebAssembly.Memory({ initial: 0 })] },
    exports: instance.exports,
  };
}

describe('cloning the objects of a namespace', () => {
  for (const executor of ['interpreter', 'host'] as const) {
    it(`is refused as the host refuses its own (${executor})`, async () => {
      const [ours, hosts] = await Promise.all([
        objectsOf(createWebAssembly({ executor })),
        objectsOf(hostWebAssembly),
      ]);
      for (const [name, object] of Object.entries(ours))
        if (name !== 'exports') assert.equal(cloned(object), cloned(hosts[name]), name);
      assert.equal(cloned(ours['exports']), 'DataCloneError');
    });

    it(`is refused for modules, which would arrive as nothing (${executor})`, async () => {
      const WebAssembly = createWebAssembly({ executor });
      const bytes = await assemble('(module)');
      for (const module of [new WebAssembly.Module(bytes), await WebAssembly.compile(bytes)]) {
        assert.ok(module instanceof WebAssembly.Module);
        assert.equal(cloned(module), 'DataCloneError');
      }
    });
  }

  it('leaves classes that are derived their methods and fields', () => {
    const WebAssembly = createWebAssembly();
    class Derived extends WebAssembly.Memory {
      readonly field = 3;
      readonly #own = 4;
      sum(): number {
        return this.field + this.#own + this.buffer.byteLength;
      }
    }
    const derived = new Derived({ initial: 1 });
    assert.ok(derived instanceof Derived && derived instanceof WebAssembly.Memory);
    assert.equal(derived.sum(), 7 + 65_536);
  });
});
