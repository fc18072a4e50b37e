// A process of its own, with --expose-gc: prints how many bytes a function that is not called takes in the mode named by the argument.
import assert from 'node:assert/strict';

import { Engine, Linker, Store, type CompilationMode, type Instance } from '@wasm-dyno/engine';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';

const FEW = 1_000;
const MANY = 101_000;
function bytesHeld(): number {
  // Buffers are freed behind the collector's back: the second collection waits for the first one's.
  for (let i = 0; i < 3; i++) gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes that a loaded and instantiated module of `count` functions holds, its own bytes not counted. */
function bytesOfInstance(count: number, compilationMode: CompilationMode): number {
  const { build } = GROWTH_FAMILIES.find(({ name }) => name === 'functions of a few bytes')!;
  const bytes = build(count);
  const engine = new Engine({ compilationMode });
  const store = new Store(engine);
  const before = bytesHeld();
  const instance: Instance = new Linker(engine).instantiate(store, engine.compile(bytes));
  const held = bytesHeld() - before - bytes.length;
  assert.deepEqual(instance.getFunction('run')!.call(1), [count]);
  return held;
}

const mode = process.argv[2] as CompilationMode;
bytesOfInstance(MANY, mode); // the host's own code for it
// What the host allocates for itself meanwhile only adds: the least of several is the engine's.
const measured = Array.from(
  { length: 4 },
  () => (bytesOfInstance(MANY, mode) - bytesOfInstance(FEW, mode)) / (MANY - FEW),
);
process.stdout.write(`${Math.min(...measured)}\n`);
