// 03. Let a long call run in turns: out of fuel is a pause, not an end.
//
//     npm run example 03
//
// prints
//
//     turn 1: paused
//     turn 2: paused
//     turn 3: paused
//     turn 4: finished, the sum is 500500
//     promised: finished in 4 turns, the sum is 500500
import { readFile } from 'node:fs/promises';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { Engine, ExecutorError, Linker, Store } from '@wasm-dyno/engine';

const text = await readFile(new URL('./modules/sum.wat', import.meta.url));
const bytes = await encodeTextModule(text);

// Suspending at once needs a stack that the engine owns: the interpreter's, which is the default executor.
const engine = new Engine({ compilationMode: 'eager' });
const module = engine.compile(bytes, { fuel: 100_000 });
const store = new Store(engine, { fuel: 100_000 });
const sum = new Linker(engine).instantiate(store, module).getFunction('sum');
if (sum === undefined) throw new Error('the module exports no function "sum"');

const FUEL_A_TURN = 2_600n;
store.fuel = FUEL_A_TURN;
let turn = 1;
let call = sum.callResumable(1000);
while (call.state === 'out-of-fuel') {
  console.log(`turn ${turn++}: paused`);
  // Other calls may run in this store meanwhile. `requiredFuel` is what the next step needs at least.
  store.addFuel(call.requiredFuel > FUEL_A_TURN ? call.requiredFuel : FUEL_A_TURN);
  call = call.resume(); // goes on at the very operator it stopped at
}
if (call.state !== 'finished') throw call.error; // an error of one of your own functions
console.log(`turn ${turn}: finished, the sum is ${call.results[0]}`);

// The same with promises, which both executors have. The host's WebAssembly suspends calls where it knows how to (Node 24, Chrome 137).
function suspendingEngine(): Engine {
  try {
    return new Engine({ executor: 'host', resumable: true, compilationMode: 'eager' });
  } catch (error) {
    if (!(error instanceof ExecutorError)) throw error;
    return new Engine({ compilationMode: 'eager' });
  }
}

const other = new Store(suspendingEngine(), { fuel: FUEL_A_TURN });
const promising = new Linker(other.engine)
  .instantiate(other, other.engine.compile(bytes, { fuel: 100_000 }))
  .getFunction('sum')!;
let turns = 1;
let promised = await promising.callResumableAsync(1000);
for (; promised.state === 'out-of-fuel'; turns++) {
  other.addFuel(promised.requiredFuel > FUEL_A_TURN ? promised.requiredFuel : FUEL_A_TURN);
  promised = await promised.resume(); // an 'embedder-error' is resumed with what your function would have returned
}
if (promised.state !== 'finished') throw promised.error;
console.log(`promised: finished in ${turns} turns, the sum is ${promised.results[0]}`);
