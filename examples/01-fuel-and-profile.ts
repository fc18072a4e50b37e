// 01. Embed the engine: fuel, and what compiling costs by a hardware profile.
//
//     npm run example 01
//
// prints
//
//     translating 100 bytes of a body costs 340 fuel by default, 2868 by the profile
//     loading the module was charged 6000 fuel
//     fib(20) = 6765
//     the call consumed 198512 fuel, compiling on the first call included
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';

const text = await readFile(new URL('./modules/fibonacci.wat', import.meta.url));
const bytes = await encodeTextModule(text);

// A profile of your own machine comes from `wasm-dyno calibrate`. `loadProfile()` finds it by WASM_DYNO_PROFILE and holds it against the
// machine; this one is invented, so it is merely read.
const profile = readProfile(fileURLToPath(new URL('./modules/invented-profile.json', import.meta.url)));
const engine = new Engine({ profile, compilationMode: 'lazy' });
const byDefault = new Engine().costs.compileFuel('translate', 100);
const byProfile = engine.costs.compileFuel('translate', 100);
console.log(
  `translating 100 bytes of a body costs ${byDefault} fuel by default, ${byProfile} by the profile`,
);

// Loading has a budget of its own: a module is loaded once, for any number of stores.
const module = engine.compile(bytes, { fuel: 10_000 });
console.log(`loading the module was charged ${module.fuelCharged} fuel`);

// A store's fuel pays for instances, first calls and execution.
const store = new Store(engine, { fuel: 1_000_000 });
const fib = new Linker(engine).instantiate(store, module).getFunction('fib');
if (fib === undefined) throw new Error('the module exports no function "fib"');

const before = store.consumedFuel;
const [result] = fib.call(20);
console.log(`fib(20) = ${result}`);
console.log(`the call consumed ${store.consumedFuel - before} fuel, compiling on the first call included`);
