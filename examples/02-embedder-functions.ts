// 02. Give a module functions of your own: values, memory, state, and a price.
//
//     npm run example 02
//
// prints
//
//     guest 7 says: hello from WebAssembly
//     1 line logged
//     a second line is refused: out of fuel: writing a log line requires 500 fuel, 99 left
import { encodeTextModule } from '@wasm-dyno/corpora';
import { Engine, Func, Linker, OutOfFuelError, Store, ValueType } from '@wasm-dyno/engine';

const bytes = await encodeTextModule(
  Buffer.from(`(module
    (import "log" "line" (func $line (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "hello from WebAssembly")
    (func (export "greet") (call $line (i32.const 16) (i32.const 22))))`),
);

interface Guest {
  readonly name: string;
  lines: number;
}

const engine = new Engine();
const store = new Store<Guest>(engine, { data: { name: 'guest 7', lines: 0 }, fuel: 100_000 });

const line = Func.wrap<Guest>(
  store,
  { parameters: [ValueType.I32, ValueType.I32], results: [] },
  (caller, at, length) => {
    caller.store.consumeFuel(500, 'writing a log line'); // charged before the work is done
    const memory = caller.getMemory('memory');
    if (memory === undefined) throw new Error('the module exports no memory "memory"');
    // The numbers are the guest's. An i32 is signed, an address is not; a view refuses what is out of bounds.
    const text = new Uint8Array(memory.buffer, Number(at) >>> 0, Number(length) >>> 0);
    caller.store.data.lines++;
    console.log(`${caller.store.data.name} says: ${new TextDecoder().decode(text)}`);
  },
);

const linker = new Linker(engine).define('log', 'line', line);
const greet = linker.instantiate(store, engine.compile(bytes, { fuel: 100_000 })).getFunction('greet');
if (greet === undefined) throw new Error('the module exports no function "greet"');
greet.call();
console.log(`${store.data.lines} line logged`);

store.fuel = 102; // enough for two constants and the call, not for a line
try {
  greet.call();
} catch (error) {
  if (!(error instanceof OutOfFuelError)) throw error;
  console.log(`a second line is refused: ${error.message}`);
}
