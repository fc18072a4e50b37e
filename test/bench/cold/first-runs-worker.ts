// A fresh process that runs a program four times on the metered interpreter, from its first operator on.
import { readFileSync } from 'node:fs';

import { Engine, Linker, Store } from '@wasm-dyno/engine';

import { timed } from '../stopwatch.js';
import { answer, workerRequest } from '../worker-request.js';
import type { FirstRunsAnswer, FirstRunsRequest } from './first-runs-request.js';

const { moduleFile, export: name, argument, runs } = workerRequest<FirstRunsRequest>();
const engine = new Engine();
const store = new Store(engine);
const instance = new Linker(engine).instantiate(store, engine.compile(readFileSync(moduleFile)));
const func = instance.getFunction(name)!;
const found: FirstRunsAnswer['runs'] = Array.from({ length: runs }, () => {
  const before = store.consumedFuel;
  const { elapsed } = timed(() => func.call(argument));
  return { elapsed, fuel: Number(store.consumedFuel - before) };
});
answer({ runs: found } satisfies FirstRunsAnswer);
