const SWEEPS = 60;
const NEGLIGIBLE = 1e-14;

/**
 * How much disturbances of the observations can grow in the unknowns: the largest singular value of the matrix / its smallest, with columns
 * scaled to length 1 (columns of zeros apart). Infinity where columns determine one another. Jacobi's rotations of the Gram matrix.
 */
export function conditionNumber(rows: readonly (readonly number[])[]): number {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => rows.map((row) => row[j]!)).filter((column) =>
    column.some((value) => value !== 0),
  );
  const scaled = columns.map((column) => {
    const norm = Math.hypot(...column);
    return column.map((value) => value / norm);
  });
  const gram = scaled.map((a) => scaled.map((b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)));
  const values = eigenvalues(gram);
  if (values.length === 0) return 1;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least <= NEGLIGIBLE * most ? Infinity : Math.sqrt(most / least);
}

/** Of a symmetric matrix, which is used up. */
function eigenvalues(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = matrix[p]![q]!;
        off += apq * apq;
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (matrix[q]![q]! - matrix[p]![p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        rotate(matrix, p, q, c, t * c);
      }
    }
    if (off < NEGLIGIBLE ** 2) break;
  }
  return matrix.map((row, i) => row[i]!);
}

function rotate(matrix: number[][], p: number, q: number, c: number, s: number): void {
  for (const row of matrix) {
    const [kp, kq] = [row[p]!, row[q]!];
    row[p] = c * kp - s * kq;
    row[q] = s * kp + c * kq;
  }
  for (let k = 0; k < matrix.length; k++) {
    const [pk, qk] = [matrix[p]![k]!, matrix[q]![k]!];
    matrix[p]![k] = c * pk - s * qk;
    matrix[q]![k] = s * pk + c * qk;
  }
}
