import { deepEqual } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { useFrontEnd } from '@wasm-dyno/engine/phases';

/** A local that is named at a height, above values that are not: where the translator's own stack is just full, there is no room for the name. */
const textAt = (height: number) => `(module
  (func (export "dirty") (local ${'i32 '.repeat(64)})
    ${Array.from({ length: 64 }, (_, i) => `(local.set ${i} (i32.const 13))`).join(' ')})
  (func (export "run") (param i32) (result i32)
    ${'(f32.const 1) '.repeat(height)} local.get 0 local.get 0 i32.add local.set 0 ${'drop '.repeat(height)}
    local.get 0))`;

describe('values on the operand stack', () => {
  for (const frontEnd of ['javascript', 'webassembly'] as const) {
    it(`are kept at whatever height the translator's own stack is full (${frontEnd})`, async () => {
      useFrontEnd(frontEnd);
      try {
        for (
          let height = 1;
          height <= 20_000;
          height = height < 70 ? height + 1 : 2 * 2 ** Math.floor(Math.log2(height))
        ) {
          const engine = new Engine();
          const instance = new Linker(engine).instantiate(
            new Store(engine),
            engine.compile(await parse(textAt(height))),
          );
          instance.getFunction('dirty')!.call();
          deepEqual(instance.getFunction('run')!.call(7), [14], `at ${height}`);
        }
      } finally {
        useFrontEnd('webassembly');
      }
    });
  }
});
