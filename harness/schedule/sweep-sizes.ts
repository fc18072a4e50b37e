/**
 * Sizes of the memset sweep: 8 bytes and up by `factor`, to `caches` last-level caches, which is the last size whatever
 * the factor. What `mostBytes` or a quarter of the memory cannot hold is left out.
 */
export function sweepSizes(
  factor: number,
  caches: number,
  lastLevelCacheBytes: number,
  memoryBytes: number,
  mostBytes: number,
): number[] {
  const largest = Math.floor(Math.min(caches * lastLevelCacheBytes, memoryBytes / 4, mostBytes) / 8) * 8;
  const sizes: number[] = [];
  for (let size = 8; size < largest; size *= factor) sizes.push(size);
  return [...sizes, Math.max(8, largest)];
}
