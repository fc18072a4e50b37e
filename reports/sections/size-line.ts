import type { ChartPoint } from '../charts/chart.js';
import { prices } from '../prices.js';
import type { RecordedRun, SlopeRecord } from '../recorded-run/index.js';
import { baselineName } from '../wording.js';

/** Against the memset that prices are taken against; the same line holds against any. */
export function ownSlopes(recorded: RecordedRun): SlopeRecord[] {
  const memsets = new Set(prices(recorded).map(({ engine, memset }) => `${engine} ${memset}`));
  return (recorded.fits?.slopes ?? []).filter((slope) =>
    memsets.has(`${slope.engine} ${baselineName(slope)}`),
  );
}

/** The line of an engine's phase in code that has run for long. */
export function warmSlope(
  recorded: RecordedRun,
  { engine, phase }: { readonly engine: string; readonly phase: string },
): SlopeRecord | undefined {
  return ownSlopes(recorded).find(
    (one) => one.engine === engine && one.phase === phase && one.temperature === 'warm',
  );
}

/** The time of one function by its bytes, constant + bytes x price, between the least and the greatest of `sizes`. */
export function fittedLine(
  { nanosecondsPerByte: b, nanosecondsPerFunction: a }: SlopeRecord,
  sizes: readonly number[],
): ChartPoint[] {
  const [least, greatest] = [Math.min(...sizes), Math.max(...sizes)];
  const at = (x: number, of: 'estimate' | 'low' | 'high') => Math.max(a[of], 0) + b[of] * x;
  return Array.from({ length: 25 }, (_, step) => {
    const x = least * (greatest / least) ** (step / 24);
    return { x, y: at(x, 'estimate'), low: at(x, 'low'), high: at(x, 'high') };
  });
}

/** The same by the byte: what is constant weighs less the more bytes there are. */
export function fittedLinePerByte(slope: SlopeRecord, sizes: readonly number[]): ChartPoint[] {
  return fittedLine(slope, sizes).map(({ x, y, low = y, high = y }) => ({
    x,
    y: y / x,
    low: low / x,
    high: high / x,
  }));
}
