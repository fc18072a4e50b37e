import { SIZE_CLASS_NAMES, type SummaryRow } from './recorded-run/index.js';
import { baselineName, shortFigure } from './wording.js';

/** Times a smaller class's memset time of a byte, from which on ratios of two classes no longer compare. */
const LEAST_SLOWER = 1.5;

/** No first-level cache is smaller: what takes longer below it is not a cache's doing. */
const LEAST_CACHE_CLASS = SIZE_CLASS_NAMES.indexOf('16384..65535B');

type Row = Pick<
  SummaryRow,
  | 'engine'
  | 'kernel'
  | 'regime'
  | 'temperature'
  | 'phase'
  | 'sizeClass'
  | 'memsetNanosecondsPerByte'
  | 'verdict'
>;

/**
 * A sentence for each size class whose hot memset lies in a slower cache than that of smaller ones: its ratio at equal bytes falls although
 * the phase's time of a byte does not. Smaller classes' memsets take longer for their calls, and are no such case.
 */
export function slowerMemsetNotes(rows: readonly Row[]): string[] {
  const notes = new Map<string, string>();
  // In noise sizes seem to leave a cache that they do not.
  const warm = rows.filter(
    ({ regime, temperature, verdict }) =>
      regime === 'hot' && temperature === 'warm' && verdict !== 'insufficient-data',
  );
  for (const row of warm) {
    const place = SIZE_CLASS_NAMES.indexOf(row.sizeClass);
    if (row.sizeClass === 'all' || place < LEAST_CACHE_CLASS) continue;
    const smaller = warm.filter(
      (other) =>
        other.sizeClass !== 'all' &&
        SIZE_CLASS_NAMES.indexOf(other.sizeClass) < place &&
        other.phase === row.phase &&
        other.engine === row.engine &&
        baselineName(other) === baselineName(row),
    );
    const least = Math.min(...smaller.map((other) => other.memsetNanosecondsPerByte));
    const key = `${row.engine} ${baselineName(row)} ${row.sizeClass}`;
    if (!notes.has(key) && row.memsetNanosecondsPerByte > LEAST_SLOWER * least)
      notes.set(
        key,
        `The memset of ${row.sizeClass} takes ${shortFigure(row.memsetNanosecondsPerByte)} ns a byte, of smaller classes ${shortFigure(least)}: it lies in a slower cache, so ratios of these classes do not compare; ns/byte does.`,
      );
  }
  return [...notes.values()];
}
