/** The sample in ascending order; the sample itself is left alone. */
export function sorted(sample: readonly number[]): number[] {
  return [...Float64Array.from(sample).sort()];
}

/**
 * Quantile by linear interpolation between order statistics (definition 7 of Hyndman & Fan, "Sample Quantiles in
 * Statistical Packages", 1996). NaN for an empty sample.
 */
export function quantile(sample: readonly number[], probability: number): number {
  const ascending = sorted(sample);
  const position = (ascending.length - 1) * probability;
  const below = Math.floor(position);
  const low = ascending[below];
  if (low === undefined) return NaN;
  const high = ascending[below + 1] ?? low;
  return low + (position - below) * (high - low);
}

/** The median; NaN for an empty sample. */
export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

/** Median of the distances from the median, unscaled (Hampel 1974). */
export function medianAbsoluteDeviation(sample: readonly number[]): number {
  const centre = median(sample);
  return median(sample.map((value) => Math.abs(value - centre)));
}

export function mean(sample: readonly number[]): number {
  return sample.reduce((sum, value) => sum + value, 0) / sample.length;
}

/**
 * The mean without the smallest and the largest tenth (or another part) of the sample: nearly as exact as the mean on clean data, and
 * unmoved by a few wild values. What is cut is a whole number of values on each side, one at least where three are there. NaN for an
 * empty sample.
 */
export function trimmedMean(sample: readonly number[], trimmedPart = 0.1): number {
  const cut = Math.max(sample.length >= 3 ? 1 : 0, Math.floor(sample.length * trimmedPart));
  return mean(sorted(sample).slice(cut, sample.length - cut));
}
