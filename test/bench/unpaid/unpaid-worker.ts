// A fresh process that does the work of one shape in all sizes, on one executor.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { answer, workerRequest } from '../worker-request.js';
import { Stopwatch } from '../stopwatch.js';
import { ADDITION_LOOP } from './execution-shapes.js';
import type { PaidWork } from './shape.js';
import { UNPAID_SHAPES, type UnpaidAnswer, type UnpaidPoint, type UnpaidRequest } from './unpaid-request.js';

/** Nanoseconds of processor time that a batch must take, and how often it does the work at most. */
const LONG_ENOUGH = 5e6;
const MOST_AT_ONCE = 2 ** 14;
const ENOUGH_FOR_ADDITION = 4e8;
/** Called otherwise by V8 12 (Node 22) and before. */
const MODULE_CACHE =
  Number.parseInt(process.versions.v8) >= 13
    ? 'wasm-native-module-cache'
    : 'wasm-native-module-cache-enabled';

// Work is done again and again; V8 would compile a module once for all of it, and nothing of an attacker's comes again.
setFlagsFromString(`--no-${MODULE_CACHE}`);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const { shape, executor, nanosecondsPerSize } = workerRequest<UnpaidRequest>();
const addition = await measured(
  ADDITION_LOOP.sizes[0]!,
  (size) => ADDITION_LOOP.prepare(size, 'interpreter'),
  ENOUGH_FOR_ADDITION,
);
const points: UnpaidPoint[] = [];
for (const size of UNPAID_SHAPES[shape]!.sizes) {
  points.push(await measured(size, () => UNPAID_SHAPES[shape]!.prepare(size, executor), nanosecondsPerSize));
}
answer({
  nanosecondsPerFuelOfAddition: addition.nanoseconds / addition.fuel,
  points,
} satisfies UnpaidAnswer);

/**
 * What the work costs once, at its cheapest, and what its garbage costs afterwards, on the average. V8 lets go of compiled modules and of
 * memories in turns of the event loop alone: without them some ten thousand instances, of ten gigabytes of addresses each, end a process.
 */
async function measured(
  size: number,
  prepare: (size: number) => Promise<PaidWork>,
  enough: number,
): Promise<UnpaidPoint> {
  let work: PaidWork;
  try {
    work = await prepare(size);
    work();
  } catch (error) {
    return { size, nanoseconds: 0, fuel: 0, refused: String(error) };
  }
  let best = { nanoseconds: Infinity, fuel: 1 };
  let count = 1;
  let done = 0;
  let afterwards = 0;
  for (let spent = 0; spent < enough || !Number.isFinite(best.nanoseconds);) {
    const stopwatch = new Stopwatch();
    let fuel = 0;
    for (let i = 0; i < count; i++) fuel += Number(work());
    const { cpuNanoseconds } = stopwatch.elapsed();
    const turning = await taken(() => setImmediate());
    afterwards += turning;
    done += count;
    spent += cpuNanoseconds + turning;
    // What disturbs only ever adds: the cheapest batch counts, of those long enough for the clock.
    const isLong = cpuNanoseconds >= LONG_ENOUGH || count === MOST_AT_ONCE;
    if (!isLong) {
      count *= 2;
      continue;
    }
    const batch = { nanoseconds: cpuNanoseconds / count, fuel: fuel / count };
    if (fuel === 0) return { size, ...batch };
    if (batch.nanoseconds / batch.fuel < best.nanoseconds / best.fuel) best = batch;
  }
  // A collection takes time of its own, whatever it finds.
  afterwards += Math.max(0, (await taken(letGo)) - (await taken(letGo)));
  return { size, fuel: best.fuel, nanoseconds: best.nanoseconds + afterwards / done };
}

async function letGo(): Promise<void> {
  await setImmediate();
  collect();
  await setImmediate();
}

/** Nanoseconds of processor time. */
async function taken(work: () => Promise<void>): Promise<number> {
  const stopwatch = new Stopwatch();
  await work();
  return stopwatch.elapsed().cpuNanoseconds;
}
