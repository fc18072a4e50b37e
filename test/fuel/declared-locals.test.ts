import { deepEqual } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { useFrontEnd } from '@wasm-dyno/engine/phases';

/** Declared locals of a function that does nothing, and the fuel of entering it. */
const ENTERED: readonly (readonly [locals: string, fuel: bigint])[] = [
  ['', 0n],
  ['i32 '.repeat(7), 0n],
  ['i64 '.repeat(8), 1n],
  ['v128', 1n],
  ['funcref', 1n],
  ['i32 funcref i64 f32', 1n],
  ['externref '.repeat(7), 7n],
  ['externref v128 externref v128 externref', 5n],
  [`v128 ${'f64 '.repeat(8)}`, 2n],
];

describe('declared locals', () => {
  for (const frontEnd of ['javascript', 'webassembly'] as const)
    for (const executor of ['interpreter', 'host'] as const)
      it(`are paid for on entering: 8 bytes each, v128 and references 64 (${frontEnd}, ${executor})`, async () => {
        useFrontEnd(frontEnd);
        try {
          const functions = ENTERED.map(([locals], i) => `(func (export "${i}") (local ${locals}))`);
          // More bytes of bodies than JavaScript is left with.
          const large = `(func ${'(drop (i32.const 1)) '.repeat(8_000)})`;
          const engine = new Engine({ executor });
          const store = new Store(engine, { fuel: 1_000_000_000n });
          const module = engine.compile(await parse(`(module ${functions.join('\n')} ${large})`));
          const instance = new Linker(engine).instantiate(store, module);
          const charged = ENTERED.map((_, i) => {
            const func = instance.getFunction(`${i}`)!;
            func.call();
            const before = store.consumedFuel;
            func.call();
            return store.consumedFuel - before;
          });
          deepEqual(
            charged,
            ENTERED.map(([, fuel]) => fuel),
          );
        } finally {
          useFrontEnd('webassembly');
        }
      });
});
