// A fresh process that compiles and calls in short blocks, listened to by turns: blocks of one group are neighbours in time, so that what
// slows the machine slows all of them.
import { setImmediate } from 'node:timers/promises';

import { encodeTextModule, loadRealCorpus, Random } from '@wasm-dyno/corpora';
import {
  CompileMonitor,
  Engine,
  Linker,
  Store,
  type CompilationMode,
  type ExecutorName,
  type Module,
} from '@wasm-dyno/engine';

import { answer, workerRequest } from '../worker-request.js';
import {
  LISTENERS,
  listenersOf,
  WORKS,
  type ListenerName,
  type MonitorAnswer,
  type MonitorRequest,
  type WorkName,
} from './monitor-request.js';

/** V8 is still optimising, and the monitor times all. */
const UNTIMED_GROUPS = 300;
/** Groups in which a listener's blocks have one engine. */
const GROUPS_OF_ENGINE = 10;
const COMPILED_MODULE = 'md4w';
const CALLS = 2_000;

/** What an engine's observers say where nobody listens, without looking. */
const UNASKED = {
  hearCompiling: false,
  hearEvents: false,
  hearCalls: false,
  isInTurn: false,
  startFunction: () => 0,
  startModule: () => 0,
  since: () => 0,
  inTurn: ({ parsed }: Module, turn: Parameters<Engine['observers']['inTurn']>[1]) => {
    const { functionTypeIndices, importedFunctionCount } = parsed;
    for (let index = importedFunctionCount; index < functionTypeIndices.length; index++) {
      turn.at = index;
      turn.compile(index, false);
    }
  },
  besideCalls: <Result>(load: () => Result) => load(),
  tellMeters: () => undefined,
};

const { groups, seed } = workerRequest<MonitorRequest>();
const monitor = CompileMonitor.of(new Engine(), { margin: 10 });
const ofAll = CompileMonitor.of(new Engine(), { margin: 10, oneFunctionIn: 1 });

function listen(engine: Engine, name: ListenerName, event: 'compile' | 'call'): () => void {
  if (name === 'monitor') return monitor.watch(engine);
  if (name === 'monitor of every function') return ofAll.watch(engine);
  if (name === 'listener') return engine.on(event, () => undefined);
  if (name !== 'nobody asked') return () => undefined;
  const { observers } = engine;
  Object.defineProperty(engine, 'observers', { value: UNASKED, configurable: true, enumerable: true });
  return () =>
    Object.defineProperty(engine, 'observers', { value: observers, configurable: true, enumerable: true });
}

interface Work {
  /** A group of blocks begins. */
  begin?(): void;
  /** Does a block, listened to so; gives its processor time. */
  block(name: ListenerName): number;
  readonly units: number;
}

function timed(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { system, user } = process.cpuUsage(before);
  return 1_000 * (user + system);
}

function compiling(compilationMode: CompilationMode): Work {
  const [module] = loadRealCorpus({ check: 'parse', modules: [COMPILED_MODULE] }).modules;
  if (module === undefined) throw new Error(`${COMPILED_MODULE} is not in the corpus: run npm install`);
  const { bytes } = module;
  const compile = (engine: Engine): number => {
    const loaded = engine.compile(bytes);
    const { bodyOffsets, importedFunctionCount } = loaded.parsed;
    if (compilationMode === 'lazy')
      for (let i = 0; i < bodyOffsets.length; i++) {
        const index = importedFunctionCount + i;
        loaded.bodyErrorOf(index, loaded.phaseFuel('validate', index));
        loaded.codeOf(index, loaded.phaseFuel('translate', index));
      }
    return bodyOffsets.length;
  };
  const engines = new Map<ListenerName, Engine>();
  let groupsLeft = 0;
  const begin = (): void => {
    if (groupsLeft-- > 0) return;
    groupsLeft = GROUPS_OF_ENGINE - 1;
    for (const name of LISTENERS) {
      const engine = new Engine({ compilationMode });
      listen(engine, name, 'compile');
      engines.set(name, engine);
    }
  };
  const block = (name: ListenerName): number => {
    const engine = engines.get(name)!;
    return timed(() => compile(engine));
  };
  return { begin, block, units: compile(new Engine({ compilationMode })) };
}

async function calls(executor: ExecutorName): Promise<Work> {
  const engine = new Engine({ executor });
  const bytes = await encodeTextModule(
    Buffer.from(
      '(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))',
    ),
  );
  const store = new Store(engine);
  const f = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('f')!;
  const block = (name: ListenerName): number => {
    const stop = listen(engine, name, 'call');
    const nanoseconds = timed(() => {
      for (let i = 0; i < CALLS; i++) f.call(i);
    });
    stop();
    return nanoseconds;
  };
  return { block, units: CALLS };
}

const cpuNanoseconds: Partial<Record<WorkName, Record<ListenerName, number[]>>> = {};
const functionsTimed: Partial<Record<WorkName, number[]>> = {};
const unitsPerBlock: Partial<Record<WorkName, number>> = {};

function worked(work: WorkName): Work | Promise<Work> {
  switch (work) {
    case 'compiling eagerly':
      return compiling('eager');
    case 'compiling lazily':
      return compiling('lazy');
    case 'calls (interpreter)':
      return calls('interpreter');
    case 'calls (host)':
      return calls('host');
  }
}

for (const work of WORKS) {
  const { begin, block, units } = await worked(work);
  const random = new Random(seed, work);
  const times = Object.fromEntries(LISTENERS.map((name): [ListenerName, number[]] => [name, []])) as Record<
    ListenerName,
    number[]
  >;
  const timedOfBlocks: number[] = [];
  for (let group = 0; group < UNTIMED_GROUPS + groups; group++) {
    // Code of engines that were collected is given back between turns of the event loop.
    await setImmediate();
    begin?.();
    const timedBefore = monitor.times('validate').count;
    for (const name of random.shuffled(listenersOf(work))) {
      const nanoseconds = block(name);
      if (group >= UNTIMED_GROUPS) times[name].push(nanoseconds);
    }
    if (group >= UNTIMED_GROUPS) timedOfBlocks.push(monitor.times('validate').count - timedBefore);
  }
  cpuNanoseconds[work] = times;
  functionsTimed[work] = timedOfBlocks;
  unitsPerBlock[work] = units;
}
answer({ seed, cpuNanoseconds, functionsTimed, unitsPerBlock } as MonitorAnswer);
