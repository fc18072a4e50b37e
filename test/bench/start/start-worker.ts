// What `start` measures: importing the engine and running a module of 1 KB, given as base64. Keep it so: no other imports. That of node:fs
// alone takes Node 2 ms, because it loads streams for it.
import { Engine, Linker, Store } from '@wasm-dyno/engine';

const bytes = Uint8Array.from(Buffer.from(process.argv[2]!, 'base64'));
const engine = new Engine();
const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
const [result] = instance.getFunction('run')!.call(20);
if (result !== Number(process.argv[3])) throw new Error(`run(20) gave ${String(result)}`);
