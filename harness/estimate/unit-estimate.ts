import type { Measurement, UnitRecord, Verdict } from '@wasm-dyno/reports/recorded-run';
import {
  fitLine,
  median,
  medianInterval,
  medianRanks,
  relativeHalfWidth,
  type Point,
} from '../statistics/index.js';
import { groupBy } from './group-by.js';
import { curveOfProcess, undisturbed } from './baseline-estimate.js';
import { DEFAULT_THRESHOLDS } from './estimate-warning.js';
import { recordedEstimate } from './recorded-estimate.js';

/** The sizes at which the hot memset's time per byte is one number, both included. */
export interface Plateau {
  readonly fromBytes: number;
  readonly toBytes: number;
}

const PLATEAU_BYTES = 16 * 1024;
const LEAST_PLATEAU_END = 64 * 1024;
const SUPPOSED_L2_BYTES = 256 * 1024;

/** From 16 KiB, where the cost of a call no longer tells, to half of the second-level cache of a core. */
export function plateauOf(l2Bytes: number | null): Plateau {
  const half = Math.floor((l2Bytes ?? SUPPOSED_L2_BYTES) / 2);
  return { fromBytes: PLATEAU_BYTES, toBytes: Math.max(LEAST_PLATEAU_END, half) };
}

/** The sizes at which every process fills the plateau: powers of two, and its end. */
export function plateauSizes({ fromBytes, toBytes }: Plateau): number[] {
  const sizes: number[] = [];
  for (let size = fromBytes; size < toBytes; size *= 2) sizes.push(size);
  return [...sizes, toBytes];
}

/** What a byte of the hot memset takes, over the processes and in each. */
export interface UnitEstimate {
  readonly record: UnitRecord;
  /** Nanoseconds per byte by process; those that did not fill the plateau are missing. */
  readonly byProcess: ReadonlyMap<number, number>;
}

/** Where the last stretch is steeper than the line before it by more than this, bytes have left the cache. */
const MOST_STEEPENING = 1.1;

/**
 * The hot memset's slope on its plateau, of each engine and kernel: in each process the line through its sizes, and over the processes
 * the median. The end of the plateau is taken back to where the times of all processes together still grow as before.
 */
export function unitEstimates(
  memsets: readonly Measurement[],
  plateau: Plateau,
  confidenceLevel: number,
): UnitEstimate[] {
  const hot = memsets.filter(({ regime }) => regime === 'hot');
  const groups = groupBy(hot, ({ engine, kernel }) => JSON.stringify([engine, kernel]));
  return [...groups.keys()].sort().flatMap((key) => unitOf(groups.get(key)!, plateau, confidenceLevel) ?? []);
}

function unitOf(
  memsets: readonly Measurement[],
  { fromBytes, toBytes }: Plateau,
  confidenceLevel: number,
): UnitEstimate | undefined {
  const { engine, kernel } = memsets[0]!;
  const curves = [...groupBy(undisturbed(memsets), ({ process }) => process)].map(
    ([process, rows]) =>
      [process, curveOfProcess(rows).filter(({ x }) => x >= fromBytes && x <= toBytes)] as const,
  );
  const sizes = sizesOfAll(curves.map(([, curve]) => curve));
  const { kept, isInCache } = cachedSizes(
    sizes,
    curves.map(([, curve]) => curve),
  );
  if (kept.length < 2) return undefined;
  const fits = curves.flatMap(([process, curve]) => {
    const points = curve.filter(({ x }) => kept.includes(x));
    const line = points.length < kept.length ? undefined : fitLine(points);
    if (line === undefined || !(line.slope > 0)) return [];
    const residuals = points.map(({ x, y }) => Math.abs((line.intercept + line.slope * x) / y - 1));
    return [{ process, slope: line.slope, residual: Math.max(...residuals) }];
  });
  if (fits.length === 0) return undefined;
  const interval = medianInterval(
    fits.map(({ slope }) => slope),
    { confidenceLevel },
  );
  const enough = medianRanks(fits.length, confidenceLevel) !== undefined;
  return {
    record: {
      engine,
      kernel,
      nanosecondsPerByte: recordedEstimate(interval),
      fromBytes: Math.round(kept[0]!),
      toBytes: Math.round(kept.at(-1)!),
      largestRelativeResidual: median(fits.map(({ residual }) => residual)),
      isInCache,
      verdict: verdictOf(relativeHalfWidth(interval), enough, isInCache),
    },
    byProcess: new Map(fits.map(({ process, slope }) => [process, slope])),
  };
}

function verdictOf(halfWidth: number, isEnough: boolean, isInCache: boolean): Verdict {
  if (!isEnough || halfWidth > DEFAULT_THRESHOLDS.insufficientHalfWidth) return 'insufficient-data';
  return halfWidth > DEFAULT_THRESHOLDS.noisyHalfWidth || !isInCache ? 'noisy' : 'ok';
}

/** Sizes that at least half of the processes filled, ascending. */
function sizesOfAll(curves: readonly (readonly Point[])[]): number[] {
  const filled = groupBy(
    curves.flat().map(({ x }) => x),
    (x) => x,
  );
  const curvesWithPlateau = curves.filter((curve) => curve.length > 0).length;
  return [...filled]
    .filter(([, all]) => 2 * all.length >= curvesWithPlateau)
    .map(([x]) => x)
    .sort((a, b) => a - b);
}

/** The sizes up to where bytes leave the cache, by the medians over all processes. */
function cachedSizes(
  sizes: readonly number[],
  curves: readonly (readonly Point[])[],
): { readonly kept: readonly number[]; readonly isInCache: boolean } {
  const points = sizes.map((x) => ({
    x,
    y: median(curves.flatMap((curve) => curve.filter((point) => point.x === x).map(({ y }) => y))),
  }));
  for (let count = points.length; count >= 3; count--) {
    const [before, last] = [points[count - 2]!, points[count - 1]!];
    const line = fitLine(points.slice(0, count - 1));
    const stretch = (last.y - before.y) / (last.x - before.x);
    if (line !== undefined && stretch <= MOST_STEEPENING * line.slope)
      return { kept: sizes.slice(0, count), isInCache: true };
  }
  return { kept: sizes.slice(0, 3), isInCache: false };
}
