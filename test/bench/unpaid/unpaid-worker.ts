// A fresh process that does the work of one shape in all sizes, on one executor.
import { setFlagsFromString } from 'node:v8';

import { answer, workerRequest } from '../worker-request.js';
import { Stopwatch } from '../stopwatch.js';
import { ADDITION_LOOP } from './execution-shapes.js';
import type { PaidWork } from './shape.js';
import { UNPAID_SHAPES, type UnpaidAnswer, type UnpaidPoint, type UnpaidRequest } from './unpaid-request.js';

/** Nanoseconds of processor time that a batch must take, and how often it does the work at most. */
const LONG_ENOUGH = 5e6;
const MOST_AT_ONCE = 2 ** 14;
const ENOUGH_FOR_ADDITION = 4e8;

// Work is done again and again; V8 would compile a module once for all of it, and nothing of an attacker's comes again. By two names of one flag.
for (const flag of ['wasm-native-module-cache-enabled', 'wasm-native-module-cache'])
  setFlagsFromString(`--no-${flag}`);

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
  for (let spent = 0; spent < enough || !Number.isFinite(best.nanoseconds);) {
    const stopwatch = new Stopwatch();
    let fuel = 0;
    for (let i = 0; i < count; i++) fuel += Number(work());
    const { cpuNanoseconds } = stopwatch.elapsed();
    spent += cpuNanoseconds;
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
  return { size, ...best };
}
