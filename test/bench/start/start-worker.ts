// What `start` measures: importing the engine and running a module of 1 KB. Keep it so: no other imports.
import { readFileSync } from 'node:fs';

import { Engine, Linker, Store } from '@wasm-dyno/engine';

const bytes = readFileSync(process.argv[2]!);
const engine = new Engine();
const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
const [result] = instance.getFunction('run')!.call(20);
if (result !== Number(process.argv[3])) throw new Error(`run(20) gave ${String(result)}`);
