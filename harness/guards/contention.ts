import { quantile } from '../statistics/index.js';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import type { Flag } from './flags.js';

/** A reference loop this much slower than at its best shared its core, or ran at a lower clock. */
const MOST_SLOWDOWN = 1.08;
/** Whether a reference loop that took so long ran on a shared core, its best being known. Undefined times tell nothing: false. */
export function isContended(referenceNanoseconds: number | undefined, best: number): boolean {
  return referenceNanoseconds !== undefined && referenceNanoseconds > MOST_SLOWDOWN * best;
}

/** The best is a low quantile, not the smallest: a single misread clock must not make all else look slow. */
const BEST_QUANTILE = 0.02;

/** The reference loop's time at its best, nanoseconds, by engine. */
export type ReferenceTimes = ReadonlyMap<string, number>;

/**
 * How fast each engine's reference loop ran at its best, in these rows or as known from earlier runs on the machine. Cold rows do not
 * count: in them the loop may not be at its full speed yet.
 */
export function bestReferenceTimes(
  measurements: Iterable<Measurement>,
  known: ReferenceTimes = new Map(),
): Map<string, number> {
  const times = new Map<string, number[]>();
  for (const { engine, temperature, referenceNanoseconds } of measurements) {
    if (temperature !== 'warm' || referenceNanoseconds === undefined) continue;
    const of = times.get(engine);
    if (of === undefined) times.set(engine, [referenceNanoseconds]);
    else of.push(referenceNanoseconds);
  }
  const best = new Map(known);
  for (const [engine, own] of times) {
    best.set(engine, Math.min(quantile(own, BEST_QUANTILE), known.get(engine) ?? Infinity));
  }
  return best;
}

/**
 * The same rows, those measured on a shared core flagged `contended`. It can only be told afterwards, when the best is known. Cold rows
 * are not judged: the threads that a fresh process starts, and a loop not at full speed yet, look alike.
 * @param best from {@link bestReferenceTimes}
 */
export function flagContended(measurements: readonly Measurement[], best: ReferenceTimes): Measurement[] {
  const flag: Flag = 'contended';
  return measurements.map((row) => {
    const contended =
      row.temperature === 'warm' && isContended(row.referenceNanoseconds, best.get(row.engine) ?? Infinity);
    return contended ? { ...row, flags: [...row.flags, flag] } : row;
  });
}
