/** One observed point; both coordinates are positive. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** y = intercept + slope x */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * The coefficients c minimising the sum of squared *relative* residuals, sum over i of ((y_i - sum_j c_j basis_j(x_i)) / y_i)^2:
 * weighted least squares with weights 1/y^2, the right ones where the error of a time is a part of that time. Solved by
 * modified Gram-Schmidt orthogonalisation (Golub & Van Loan, "Matrix Computations", 5.2.8). Undefined when the points do not
 * determine the coefficients.
 */
export function relativeLeastSquares(
  points: readonly Point[],
  basis: readonly ((x: number) => number)[],
): number[] | undefined {
  const columns = basis.map((f) => points.map(({ x, y }) => f(x) / y));
  const norms = columns.map((column) => Math.hypot(...column));
  if (points.length < basis.length || norms.some((norm) => !(norm > 0) || !Number.isFinite(norm)))
    return undefined;
  const orthogonal = columns.map((column, j) => column.map((value) => value / norms[j]!));
  const triangle = basis.map(() => basis.map(() => 0));
  const target = points.map(() => 1);
  const projections: number[] = [];
  for (let j = 0; j < basis.length; j++) {
    const column = orthogonal[j]!;
    for (let i = 0; i < j; i++) {
      const product = dot(orthogonal[i]!, column);
      triangle[i]![j] = product;
      subtract(column, orthogonal[i]!, product);
    }
    const norm = Math.hypot(...column);
    if (!(norm > 1e-9)) return undefined;
    triangle[j]![j] = norm;
    for (let row = 0; row < column.length; row++) column[row]! /= norm;
    projections.push(dot(column, target));
    subtract(target, column, projections[j]!);
  }
  const coefficients = new Array<number>(basis.length).fill(0);
  for (let i = basis.length - 1; i >= 0; i--) {
    let value = projections[i]!;
    for (let j = i + 1; j < basis.length; j++) value -= triangle[i]![j]! * coefficients[j]!;
    coefficients[i] = value / triangle[i]![i]!;
  }
  return coefficients.map((coefficient, j) => coefficient / norms[j]!);
}

/** The line with the least squared relative residuals; undefined for fewer than two different x. */
export function fitLine(points: readonly Point[]): Line | undefined {
  const fitted = relativeLeastSquares(points, [() => 1, (x) => x]);
  return fitted && { intercept: fitted[0]!, slope: fitted[1]! };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function subtract(from: number[], what: readonly number[], factor: number): void {
  for (let index = 0; index < from.length; index++) from[index]! -= factor * what[index]!;
}
