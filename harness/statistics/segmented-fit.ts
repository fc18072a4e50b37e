import { relativeLeastSquares, type Line, type Point } from './line-fit.js';

/** A continuous curve of straight pieces. */
export interface SegmentedFit {
  /** Where the pieces meet, ascending; one fewer than `lines`. */
  readonly knees: readonly number[];
  /** Each piece as a line over all x; only its own part of it counts. */
  readonly lines: readonly Line[];
  /** Mean square of the relative residuals. */
  readonly meanSquare: number;
  readonly largestRelativeResidual: number;
}

/**
 * The curve through `points` with the given knees, by least squared relative residuals over 1, x, (x - knee)+, ...
 * A first intercept below zero is set to zero and the rest refitted. Undefined when the points do not determine it or some
 * piece would fall.
 */
export function fitWithKnees(points: readonly Point[], knees: readonly number[]): SegmentedFit | undefined {
  const slopes = [(x: number) => x, ...knees.map((knee) => (x: number) => Math.max(0, x - knee))];
  let coefficients = relativeLeastSquares(points, [() => 1, ...slopes]);
  if (coefficients !== undefined && coefficients[0]! < 0) {
    const through = relativeLeastSquares(points, slopes);
    coefficients = through && [0, ...through];
  }
  if (coefficients === undefined) return undefined;
  const lines: Line[] = [];
  let intercept = coefficients[0]!;
  let slope = 0;
  for (let piece = 0; piece <= knees.length; piece++) {
    const change = coefficients[piece + 1]!;
    slope += change;
    if (piece > 0) intercept -= change * knees[piece - 1]!;
    if (!(slope > 0)) return undefined;
    lines.push({ intercept, slope });
  }
  const residuals = points.map(({ x, y }) => Math.abs(valueAt(knees, lines, x) / y - 1));
  return {
    knees,
    lines,
    meanSquare: residuals.reduce((sum, residual) => sum + residual * residual, 0) / points.length,
    largestRelativeResidual: Math.max(...residuals),
  };
}

/**
 * A knee brings a slope and a place. That the place is searched for makes it worth more than one parameter: with two in all a
 * straight line under noise gets a knee in a quarter of the cases, with three in 7 of 100.
 */
const PARAMETERS_PER_KNEE = 3;

/**
 * The best curve with at least `fewestKnees` and at most `mostKnees` knees (0 and 2 unless told). The number of knees is the one with the least Bayesian information
 * criterion (Schwarz 1978; for change points, Yao 1988), each knee counting as three parameters; their places are searched
 * over the observed x and the geometric means between them, at least two points to a piece.
 */
export function fitSegmented(
  points: readonly Point[],
  options: { fewestKnees?: number; mostKnees?: number } = {},
): SegmentedFit | undefined {
  const { fewestKnees = 0, mostKnees = 2 } = options;
  const ascending = [...points].sort((a, b) => a.x - b.x);
  const xs = [...new Set(ascending.map(({ x }) => x))];
  const candidates = xs.slice(1, -1).flatMap((x, index) => [x, Math.sqrt(x * xs[index + 2]!)]);
  let best: { fit: SegmentedFit; criterion: number } | undefined;
  const consider = (knees: readonly number[]) => {
    const fit = knees.length < fewestKnees ? undefined : fitWithKnees(ascending, knees);
    if (fit === undefined) return;
    const n = ascending.length;
    const parameters = 2 + PARAMETERS_PER_KNEE * knees.length;
    // A floor under the residuals: without it a perfect fit would make every further knee look better.
    const criterion = n * Math.log(Math.max(fit.meanSquare, 1e-8)) + parameters * Math.log(n);
    if (best === undefined || criterion < best.criterion) best = { fit, criterion };
  };
  consider([]);
  const extend = (knees: readonly number[]) => {
    if (knees.length >= mostKnees) return;
    for (const candidate of candidates) {
      const bounds = [...knees, candidate];
      if (knees.length > 0 && candidate <= knees.at(-1)!) continue;
      if (!everyPieceHasTwoPoints(xs, bounds)) continue;
      consider(bounds);
      extend(bounds);
    }
  };
  extend([]);
  return best?.fit;
}

/** The curve's value at x. */
export function valueAt(knees: readonly number[], lines: readonly Line[], x: number): number {
  const after = knees.findIndex((knee) => x < knee);
  const line = lines[after === -1 ? lines.length - 1 : after]!;
  return line.intercept + line.slope * x;
}

function everyPieceHasTwoPoints(xs: readonly number[], knees: readonly number[]): boolean {
  const bounds = [-Infinity, ...knees, Infinity];
  return bounds.slice(1).every((to, piece) => {
    const from = bounds[piece]!;
    return xs.filter((x) => x >= from && x < to).length >= 2;
  });
}
