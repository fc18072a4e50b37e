// 06. Run a WASI program: arguments, one folder, its output taken, the same result everywhere.
//
//     npm run example 06
//
// prints
//
//     the program printed "count\n3\nMODE=test\n"
//     it exited with code 2
//     it consumed more than 2000 fuel: true
import { readFile } from 'node:fs/promises';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { ProgramExit, Wasi } from '@wasm-dyno/engine/wasi';

const text = await readFile(new URL('./modules/echo.wat', import.meta.url));
const engine = new Engine();
const module = engine.compile(await encodeTextModule(text), { fuel: 100_000 });
const store = new Store(engine, { fuel: 1_000_000 });
const linker = new Linker(engine);

const printed: Uint8Array[] = [];
const wasi = new Wasi({
  args: ['count', '3'],
  env: [['MODE', 'test']],
  // Nothing is there that is not given. A folder: preopens: [{ host: './data', guest: '/' }]
  stdout: (bytes) => printed.push(bytes.slice()),
  stderr: 2, // this process's own
  seed: 0, // clocks and random numbers depend on it alone
});
wasi.defineIn(linker, store);

let code = 0;
try {
  linker.instantiate(store, module).getFunction('_start')?.call();
} catch (error) {
  if (!(error instanceof ProgramExit)) throw error;
  code = error.code;
} finally {
  wasi.close();
}
console.log(`the program printed ${JSON.stringify(Buffer.concat(printed).toString())}`);
console.log(`it exited with code ${code}`);
console.log(`it consumed more than 2000 fuel: ${store.consumedFuel > 2000n}`);
