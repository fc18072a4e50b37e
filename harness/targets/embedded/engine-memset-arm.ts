import { Engine, Linker, Memory, Store } from '@wasm-dyno/engine';
import { generateLoop } from './generated-loop.js';
import type { TimedArm } from './memset-arm.js';
import { memsetModule } from './memset-module.js';

const PAGE = 65536;

/**
 * The embedded engine's own `memory.fill`, as a program that it interprets sees it: the loop over the fills is
 * interpreted too. Only the regime `hot` is offered; the caches do not care whose loop it is.
 */
export function createEngineMemsetArm(name: string, sizes: readonly number[]): TimedArm {
  const base = Math.ceil((sizes.length * 4) / PAGE) * PAGE;
  const pages = (base + Math.ceil(Math.max(...sizes, 1) / PAGE) * PAGE) / PAGE;
  const engine = new Engine();
  const store = new Store(engine);
  const memory = Memory.create(store, { limits: { minimum: pages, maximum: pages } });
  const list = new DataView(memory.buffer);
  sizes.forEach((size, i) => list.setInt32(i * 4, size, true));
  const instance = new Linker(engine)
    .define('host', 'memory', memory)
    .instantiate(store, engine.compile(memsetModule(name)));
  const hot = instance.getFunction('hot');
  const state = { calls: 0 };
  const once = generateLoop(
    { state, hot, listEnd: sizes.length * 4, base },
    '',
    'hot.call(state.calls, listEnd, base);',
  );
  const run = (calls: number): number => {
    state.calls = calls;
    return once(1);
  };
  return {
    bytesPerCall: sizes.reduce((sum, size) => sum + size, 0),
    granularity: 'function',
    run: (calls) => ({ nanoseconds: run(calls) }),
    curve: (calls) => Array.from({ length: calls }, () => run(1)),
  };
}
