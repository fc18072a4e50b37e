import type { Measurement } from '../recorded-run/index.js';
import { ascending, quantile } from '../sample.js';
import type { Flag } from './flags.js';
import { quickerReference, type ReferenceReadings } from './reference-readings.js';

/** A reference loop this much slower than at its best shared its core, or ran at a lower clock. */
const MOST_SLOWDOWN = 1.1;

/** Whether a reference loop that took so long ran on a shared core, its best being known. Undefined times tell nothing: false. */
export function isContended(referenceNanoseconds: number | undefined, best: number): boolean {
  return referenceNanoseconds !== undefined && referenceNanoseconds > MOST_SLOWDOWN * best;
}

/** The best is a low quantile, not the smallest: a single misread clock must not make all else look slow. */
const BEST_QUANTILE = 0.02;
/** So near must what an earlier run saw be to what this one sees for it to be of the same machine. */
const MOST_DISAGREEMENT = 0.03;

/** The reference loop's time at its best, nanoseconds, by engine. */
export type ReferenceTimes = ReadonlyMap<string, number>;

/** The reference loop at its best in these rows, by engine. Cold rows do not count: in them the loop may not be at its full speed yet. */
export function ownReferenceTimes(measurements: Iterable<Measurement>): Map<string, number> {
  const times = new Map<string, number[]>();
  for (const row of measurements) {
    const { engine, temperature } = row;
    const readings = [row.referenceBeforeNanoseconds, row.referenceAfterNanoseconds];
    if (temperature !== 'warm') continue;
    const of = times.get(engine) ?? [];
    for (const reading of readings) if (reading !== undefined) of.push(reading);
    if (of.length > 0) times.set(engine, of);
  }
  return new Map([...times].map(([engine, own]) => [engine, quantile(ascending(own), BEST_QUANTILE)]));
}

/**
 * How fast each engine's reference loop runs at its best: in these rows, or as an earlier run on the machine saw it, where the two are
 * within 3% of each other. A stored time that is farther off is of another host under the same name, or of another clock; going by it
 * would call nearly every block disturbed, or none.
 */
export function bestReferenceTimes(
  measurements: Iterable<Measurement>,
  known: ReferenceTimes = new Map(),
): Map<string, number> {
  const best = new Map(known);
  for (const [engine, own] of ownReferenceTimes(measurements)) {
    const stored = known.get(engine);
    best.set(engine, stored !== undefined && agree(own, stored) ? Math.min(own, stored) : own);
  }
  return best;
}

/** A line for each stored time that is not of the machine that these rows were measured on. */
export function strangeReferenceTimes(measurements: Iterable<Measurement>, known: ReferenceTimes): string[] {
  return [...ownReferenceTimes(measurements)].flatMap(([engine, own]) => {
    const stored = known.get(engine);
    if (stored === undefined || agree(own, stored)) return [];
    const percent = Math.abs(own / stored - 1) * 100;
    const how = own > stored ? 'slower' : 'faster';
    return [
      `The reference loop of ${engine} at its best ran ${percent.toFixed(0)}% ${how} than an earlier run on this machine saw it (${micros(own)}, then ${micros(stored)}): ` +
        'the earlier time is not used. The machine has another clock or host now, or was shared all the while.',
    ];
  });
}

function agree(own: number, stored: number): boolean {
  return Math.abs(own / stored - 1) <= MOST_DISAGREEMENT;
}

function micros(nanoseconds: number): string {
  return `${(nanoseconds / 1000).toFixed(1)} us`;
}

/**
 * The same rows, those measured on a shared core flagged `contended`. It can only be told afterwards, when the best is known. Cold rows
 * are not judged: the threads that a fresh process starts, and a loop not at full speed yet, look alike.
 * @param best from {@link bestReferenceTimes}
 * @param reading by which of a block's readings it is told
 */
export function flagContended(
  measurements: readonly Measurement[],
  best: ReferenceTimes,
  reading: (row: ReferenceReadings) => number | undefined = quickerReference,
): Measurement[] {
  const flag: Flag = 'contended';
  return measurements.map((row) => {
    const contended =
      row.temperature === 'warm' && isContended(reading(row), best.get(row.engine) ?? Infinity);
    return contended ? { ...row, flags: [...row.flags, flag] } : row;
  });
}
