import type { Bounded } from './bounded.js';

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/** The median between the quartiles. */
export function quartiles(values: readonly number[]): Bounded {
  const sorted = ascending(values);
  return { estimate: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Of values in order, by linear interpolation between them. */
export function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}
