// A fresh process that compiles a large module over and over, listened to by turns.
import { setImmediate } from 'node:timers/promises';

import { loadRealCorpus, Random } from '@wasm-dyno/corpora';
import { CompileMonitor, Engine } from '@wasm-dyno/engine';

import { answer, workerRequest } from '../worker-request.js';
import { LISTENERS, type ListenerName, type MonitorAnswer, type MonitorRequest } from './monitor-request.js';

/** V8 is still optimising. */
const UNTIMED_ROUNDS = 5;

const { rounds } = workerRequest<MonitorRequest>();
const [module] = loadRealCorpus({ check: 'parse', modules: ['sqlite'] }).modules;
if (module === undefined) throw new Error('sqlite is not in the corpus of real modules: run npm install');
const monitor = CompileMonitor.of(new Engine(), { margin: 100 });
const listen: Record<ListenerName, (engine: Engine) => void> = {
  nobody: () => undefined,
  'nobody again': () => undefined,
  monitor: (engine) => void monitor.watch(engine),
  listener: (engine) => void engine.on('compile', () => undefined),
};
const times = Object.fromEntries(LISTENERS.map((name): [ListenerName, number[]] => [name, []])) as Record<
  ListenerName,
  number[]
>;
const random = new Random(1);
let functions = 0;
for (let round = 0; round < UNTIMED_ROUNDS + rounds; round++) {
  for (const name of random.shuffled(LISTENERS)) {
    const engine = new Engine({ compilationMode: 'eager' });
    listen[name](engine);
    // Code of engines that were collected is given back between turns of the event loop.
    await setImmediate();
    const before = process.cpuUsage();
    functions = engine.compile(module.bytes).parsed.bodyOffsets.length;
    const { user, system } = process.cpuUsage(before);
    if (round >= UNTIMED_ROUNDS) times[name].push(1000 * (user + system));
  }
}
answer({ cpuNanoseconds: times, functions } satisfies MonitorAnswer);
