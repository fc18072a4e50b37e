import type { PriceRecord, WarmUpCall } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';
import { groupBy } from './group-by.js';

/** What the first functions (parse: modules) of a fresh process took, all together. */
export interface FirstFunctions {
  readonly functions: number;
  /** Median over processes. */
  readonly nanoseconds: number;
  /** Their time / what the warm price comes to for them. */
  readonly timesWarm: number;
  readonly processes: number;
}

type Stretches = readonly WarmUpCall[];

/**
 * The first 1, 10, 100, ... functions, and all that were timed, of the warm-up curves of one phase against its warm price. Empty where
 * curves are of calls that handle the same functions again and again.
 */
export function firstFunctions(curves: readonly WarmUpCall[], price: PriceRecord): FirstFunctions[] {
  const own = curves.filter(
    ({ engine, phase, arm }) => engine === price.engine && phase === price.phase && /\/first-\d+$/.test(arm),
  );
  const processes = [...groupBy(own, ({ process }) => process).values()].map((rows) =>
    [...rows].sort((a, b) => a.call - b.call),
  );
  if (processes.length === 0) return [];
  const all = Math.min(...processes.map(handled));
  return countsTold(all).flatMap((functions) => {
    const timed = processes.flatMap((stretches) => timeOf(stretches, functions) ?? []);
    if (timed.length === 0) return [];
    const nanoseconds = median(timed.map((one) => one.nanoseconds));
    const timesWarm = median(
      timed.map((one) => one.nanoseconds / warmTime(price, { functions, bytes: one.bytes })),
    );
    return [{ functions, nanoseconds: Math.round(nanoseconds), timesWarm, processes: timed.length }];
  });
}

function countsTold(all: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < all; count *= 10) counts.push(count);
  return [...counts, all];
}

function handled(stretches: Stretches): number {
  return stretches.reduce((sum, { functions }) => sum + functions, 0);
}

/** Undefined where no stretch ends at so many. */
function timeOf(stretches: Stretches, functions: number): { nanoseconds: number; bytes: number } | undefined {
  const end = stretches.findIndex((one) => one.call + one.functions === functions);
  if (end < 0) return undefined;
  const first = stretches.slice(0, end + 1);
  return {
    nanoseconds: first.reduce((sum, one) => sum + one.nanoseconds, 0),
    bytes: first.reduce((sum, one) => sum + one.bytes, 0),
  };
}

/** Modules are charged by their bytes here: the curve does not tell what each declares. */
function warmTime(
  { constants, corpusNanosecondsPerByte, nanosecondsPerByte, phase }: PriceRecord,
  { bytes, functions }: { readonly bytes: number; readonly functions: number },
): number {
  if (phase === 'parse') return bytes * corpusNanosecondsPerByte.estimate;
  const perFunction = constants.find(({ per }) => per === 'function')?.nanoseconds.estimate ?? 0;
  return bytes * nanosecondsPerByte.estimate + functions * perFunction;
}
