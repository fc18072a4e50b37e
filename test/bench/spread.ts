import { median, medianInterval } from 'wasm-dyno';

/** A figure over processes: its median, the order-statistic interval for that median, and the extremes. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly sampleSize: number;
}

export function spreadOf(sample: readonly number[]): Spread | undefined {
  if (sample.length === 0) return undefined;
  const interval = medianInterval(sample);
  return {
    median: median(sample),
    low: interval.low,
    high: interval.high,
    confidenceLevel: interval.confidenceLevel,
    minimum: Math.min(...sample),
    maximum: Math.max(...sample),
    sampleSize: sample.length,
  };
}

/** `12.3 (10.1-15.0)`: median, minimum and maximum. */
export function spreadText(spread: Spread | undefined, unit = ''): string {
  if (spread === undefined) return '-';
  const middle = `${shortNumber(spread.median)}${unit}`;
  return spread.sampleSize === 1
    ? middle
    : `${middle} (${shortNumber(spread.minimum)}-${shortNumber(spread.maximum)})`;
}

/** Three significant digits, and never fewer than the whole part has. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(digits, 0), 6));
}

/** Of parts, for example `+1.2% (-0.4% to +3.0%)`. */
export function signedPercent(spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  const text = (part: number): string => `${part < 0 ? '' : '+'}${(100 * part).toFixed(1)}%`;
  return `${text(spread.median)} (${text(spread.minimum)} to ${text(spread.maximum)})`;
}
