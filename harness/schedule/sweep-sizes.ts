/**
 * Sizes of the memset sweep: 8 bytes and up by `factor`, to `caches` last-level caches, which is the last size whatever
 * the factor. What a quarter of the memory, or 1 GiB, cannot hold is left out.
 */
export function sweepSizes(
  factor: number,
  caches: number,
  lastLevelCacheBytes: number,
  memoryBytes: number,
): number[] {
  const largest = Math.floor(Math.min(caches * lastLevelCacheBytes, memoryBytes / 4, 2 ** 30) / 8) * 8;
  const sizes: number[] = [];
  for (let size = 8; size < largest; size *= factor) sizes.push(size);
  return [...sizes, Math.max(8, largest)];
}
