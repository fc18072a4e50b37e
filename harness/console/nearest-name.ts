/** The known name that an unknown one resembles: a few letters off, or cut short. */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  return known
    .filter((name) => name.length > 1)
    .map((name) => ({ name, distance: name.startsWith(unknown) ? 1 : editDistance(unknown, name) }))
    .filter(
      ({ name, distance }) =>
        distance <= Math.max(Math.floor(name.length / 3), Math.min(2, Math.floor(name.length / 2))),
    )
    .sort((a, b) => a.distance - b.distance)[0]?.name;
}

/** What follows a refusal of the unknown name: the known one that it resembles, as `shown` writes it; nothing where it resembles none. */
export function didYouMean(
  unknown: string,
  known: readonly string[],
  shown = (name: string): string => name,
): string {
  const near = nearestName(unknown, known);
  return near === undefined ? '' : `; did you mean ${shown(near)}?`;
}

/** Letters to insert, remove or replace to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  if (a.length > 100) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
