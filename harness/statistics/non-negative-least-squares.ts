/** An observation as a sum of unknown non-negative prices, each times a known count. */
export interface PricedObservation {
  /** By unknown, in one order for all observations. */
  readonly counts: readonly number[];
  /** Positive. */
  readonly value: number;
  /** Positive; only its relation to the others' counts. */
  readonly weight: number;
}

/** Gradients up to this part of the columns' own scale are none. */
const TOLERANCE = 1e-10;

/**
 * The non-negative prices p minimising the weighted sum of squared *relative* residuals, sum over i of w_i (1 - sum_j p_j n_ij / y_i)^2:
 * Lawson and Hanson's active sets ("Solving Least Squares Problems", 1974, chapter 23) on columns of norm 1. Unknowns that no
 * observation counts, and those that the others determine, are 0. Undefined without observations.
 *
 * @param ties further sums of prices, each by its coefficients, that are wanted near 0: their squares are added
 */
export function nonNegativePrices(
  observations: readonly PricedObservation[],
  ties: readonly (readonly number[])[] = [],
): number[] | undefined {
  const [first] = observations;
  if (first === undefined) return undefined;
  return nonNegativePricesOfShares(
    first.counts.map((_, j) => Float64Array.from(observations, ({ counts, value }) => counts[j]! / value)),
    Float64Array.from(observations, ({ weight }) => weight),
    ties,
  );
}

/**
 * The same, of counts / values, a column for each unknown; weights may be 0. What is fitted again and again, with other weights, is spared making
 * them.
 */
export function nonNegativePricesOfShares(
  shares: readonly Float64Array[],
  weights: Float64Array,
  ties: readonly (readonly number[])[] = [],
): number[] {
  const roots = weights.map(Math.sqrt);
  const columns = shares.map((share, j) => {
    const column = new Float64Array(share.length + ties.length);
    share.forEach((part, i) => (column[i] = roots[i]! * part));
    ties.forEach((tie, i) => (column[share.length + i] = tie[j]!));
    return column;
  });
  const norms = columns.map((column) => Math.sqrt(dot(column, column)));
  const scaled = columns.map((column, j) =>
    norms[j]! > 0 ? column.map((x) => x / norms[j]!) : new Float64Array(column.length),
  );
  const gram = scaled.map((a) => scaled.map((b) => dot(a, b)));
  const target = scaled.map((column) => dot(roots, column));
  const solution = activeSets(gram, target, Math.sqrt(dot(roots, roots)));
  return solution.map((x, j) => (norms[j]! > 0 ? x / norms[j]! : 0));
}

/** Non-negative x minimising x'Gx - 2t'x, for a positive semidefinite G with ones (or zeros) on its diagonal. */
function activeSets(
  gram: readonly (readonly number[])[],
  target: readonly number[],
  scale: number,
): readonly number[] {
  const size = target.length;
  let x: number[] = new Array<number>(size).fill(0);
  const free = new Set<number>();
  const refused = new Set<number>();
  for (let step = 0; step < 10 * size + 10; step++) {
    const gradient = target.map((t, j) => t - dot(gram[j]!, x));
    const entering = gradient
      .map((_, j) => j)
      .filter((j) => !free.has(j) && !refused.has(j) && gradient[j]! > TOLERANCE * scale)
      .sort((a, b) => gradient[b]! - gradient[a]!)[0];
    if (entering === undefined) break;
    free.add(entering);
    for (;;) {
      const members = [...free].sort((a, b) => a - b);
      const solved = solve(gram, target, members);
      if (solved === undefined) {
        // The others determine it: it can take no part beside them.
        free.delete(entering);
        refused.add(entering);
        break;
      }
      const negative = members.filter((_, k) => solved[k]! <= 0);
      if (negative.length === 0) {
        x = x.map((_, j) => (free.has(j) ? solved[members.indexOf(j)]! : 0));
        refused.clear();
        break;
      }
      // What is at 0 already, or by rounding below, stays there: 0 / 0 would take nothing out, for ever.
      const steps = negative.map((j) => (x[j]! > 0 ? x[j]! / (x[j]! - solved[members.indexOf(j)]!) : 0));
      const length = Math.min(...steps);
      x = x.map((was, j) => (free.has(j) ? was + length * (solved[members.indexOf(j)]! - was) : 0));
      for (const [k, j] of negative.entries()) {
        if (steps[k]! <= length) {
          x[j] = 0;
          free.delete(j);
        }
      }
    }
  }
  return x;
}

/** The members' part of Gx = t, by Cholesky; undefined where they do not determine each other. */
function solve(
  gram: readonly (readonly number[])[],
  target: readonly number[],
  members: readonly number[],
): number[] | undefined {
  const lower: number[][] = [];
  const forward: number[] = [];
  for (const [i, row] of members.entries()) {
    lower.push([]);
    for (let j = 0; j <= i; j++) {
      let sum = gram[row]![members[j]!]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i === j && !(sum > TOLERANCE)) return undefined;
      lower[i]!.push(i === j ? Math.sqrt(sum) : sum / lower[j]![j]!);
    }
    let value = target[row]!;
    for (let k = 0; k < i; k++) value -= lower[i]![k]! * forward[k]!;
    forward.push(value / lower[i]![i]!);
  }
  const x = new Array<number>(members.length).fill(0);
  for (let i = members.length - 1; i >= 0; i--) {
    let value = forward[i]!;
    for (let k = i + 1; k < members.length; k++) value -= lower[k]![i]! * x[k]!;
    x[i] = value / lower[i]![i]!;
  }
  return x;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
