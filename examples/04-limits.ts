// 04. Hold a guest to limits: memory, recursion, size of module. Every refusal is an error that names what was exceeded.
//
//     npm run example 04
//
// prints
//
//     growing to 4 pages: 1
//     growing to 5 pages: -1
//     endless recursion: call stack exhausted
//     a module too large: a module of 65537 bytes; the limit is 65536 (at offset 0)
//     a third instance: the store holds 2 instances and may hold 2: 1 more exceeds the limit maximumInstances
import { encodeTextModule } from '@wasm-dyno/corpora';
import { Engine, Linker, Store } from '@wasm-dyno/engine';

const PAGE = 65_536;
const bytes = await encodeTextModule(
  Buffer.from(`(module
    (memory 1)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func $forever (export "forever") (call $forever)))`),
);

// An engine's limits hold for modules and for every store; a store may be given less.
const engine = new Engine({ limits: { maximumModuleBytes: PAGE, maximumMemoryBytes: 64 * PAGE } });
const module = engine.compile(bytes, { fuel: 100_000 });
const store = new Store(engine, {
  fuel: 10_000_000,
  limits: { maximumMemoryBytes: 4 * PAGE, maximumStackSlots: 10_000, maximumInstances: 2 },
});
const linker = new Linker(engine);
const instance = linker.instantiate(store, module);

// `memory.grow` answers the size before, or -1 where the limit refuses: the guest can go on.
const grow = instance.getFunction('grow')?.typed(['i32'], ['i32']);
console.log(`growing to 4 pages: ${grow?.(3)}`);
console.log(`growing to 5 pages: ${grow?.(1)}`);

console.log(`endless recursion: ${complaint(() => instance.getFunction('forever')?.call())}`);
console.log(
  `a module too large: ${complaint(() => engine.compile(new Uint8Array(PAGE + 1), { fuel: 1_000_000 }))}`,
);
linker.instantiate(store, module);
console.log(`a third instance: ${complaint(() => linker.instantiate(store, module))}`);

function complaint(step: () => unknown): string {
  try {
    step();
    return 'nothing';
  } catch (error) {
    return (error as Error).message; // a Trap, a CompileError, a ResourceLimitError
  }
}
