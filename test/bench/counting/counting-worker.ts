// A fresh process that validates real modules over and over, by engines that count their work and by one that does not.
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { loadRealCorpus, Random } from '@wasm-dyno/corpora';
import type { Engine } from '@wasm-dyno/engine';

import { answer, workerRequest } from '../worker-request.js';
import { COUNTERS, type CounterName, type CountingAnswer, type CountingRequest } from './counting-request.js';

/** V8 is still optimising. */
const UNTIMED_ROUNDS = 4;

const { engines, frontEnd, rounds } = workerRequest<CountingRequest>();
const { modules } = loadRealCorpus({ check: 'parse', tiers: ['small'] });
if (frontEnd === 'JavaScript') Reflect.deleteProperty(globalThis, 'WebAssembly');
const validators = new Map<CounterName, Engine>();
for (const name of COUNTERS) {
  const bundle = (await import(String(pathToFileURL(engines[name])))) as { Engine: typeof Engine };
  validators.set(name, new bundle.Engine());
}
const times: Record<CounterName, number[]> = { counting: [], 'counting again': [], 'not counting': [] };
const random = new Random(1);
for (let round = 0; round < UNTIMED_ROUNDS + rounds; round++) {
  for (const name of random.shuffled(COUNTERS)) {
    const engine = validators.get(name)!;
    await setImmediate();
    const before = process.cpuUsage();
    for (const { bytes } of modules) engine.validate(bytes);
    const { system, user } = process.cpuUsage(before);
    if (round >= UNTIMED_ROUNDS) times[name].push(1000 * (user + system));
  }
}
const bytes = modules.reduce((sum, module) => sum + module.bytes.length, 0);
answer({ cpuNanoseconds: times, bytes } satisfies CountingAnswer);
