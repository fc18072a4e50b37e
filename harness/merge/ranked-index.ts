import type { MergePolicy } from '@wasm-dyno/engine';

/** Parts of the values that the one taken is not below (nearest rank). */
const PARTS: Readonly<Record<MergePolicy, number>> = { max: 1, p90: 0.9, median: 0.5 };

/** Indices from the smallest value to the largest, of equal ones the first first. */
export function sortedIndices(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** Where the value that a policy takes stands: by nearest rank, so that it is one of them. */
export function rankedIndex(
  values: readonly number[],
  policy: MergePolicy,
  order: readonly number[] = sortedIndices(values),
): number {
  return order[Math.max(0, Math.ceil(PARTS[policy] * values.length) - 1)]!;
}
