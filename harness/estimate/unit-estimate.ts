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

/**
 * The sizes at which every process fills the plateau: powers of two, and its end; between the first two some more, since on many
 * processors a byte takes several times as long where it has left the first-level cache, of 32 or 48 KiB.
 */
export function plateauSizes({ fromBytes, toBytes }: Plateau): number[] {
  const sizes: number[] = [];
  for (let size = fromBytes; size < toBytes; size *= 2) sizes.push(size);
  const [first] = sizes;
  const between = first === undefined ? [] : [1.25, 1.5, 1.75].map((factor) => factor * first);
  return [...new Set([...sizes, ...between, toBytes])]
    .filter((size) => size <= toBytes)
    .sort((a, b) => a - b);
}

/** What a byte of the hot memset takes, over the processes and in each. */
export interface UnitEstimate {
  readonly record: UnitRecord;
  /** Nanoseconds per byte by process; those that did not fill the plateau are missing. */
  readonly byProcess: ReadonlyMap<number, number>;
}

/** Fewest sizes of a plateau: with two every line is straight. */
const LEAST_SIZES = 3;

/** Where a size takes more than this many times what the line through the smaller ones foretells, bytes have left the cache. */
const MOST_BEYOND_LINE = 1.06;

/**
 * The hot memset's slope on its plateau, of each engine and kernel: in each process the line through its sizes, and over the processes
 * the median. The plateau ends where times, the medians over all processes, no longer grow as before: at the second-level cache, or at the
 * first where the second is slower.
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

/** The sizes up to where bytes leave the cache that holds the smallest of them, by the medians over all processes. */
function cachedSizes(
  sizes: readonly number[],
  curves: readonly (readonly Point[])[],
): { readonly kept: readonly number[]; readonly isInCache: boolean } {
  const points = sizes.map((x) => ({
    x,
    y: median(curves.flatMap((curve) => curve.filter((point) => point.x === x).map(({ y }) => y))),
  }));
  let count = Math.min(LEAST_SIZES, points.length);
  const isInCache = count === LEAST_SIZES && isStraight(points.slice(0, count));
  while (isInCache && count < points.length && isForetold(points.slice(0, count), points[count]!)) count++;
  return { kept: sizes.slice(0, count), isInCache };
}

/** Does the last one lie where the ones before it foretell? */
function isStraight(points: readonly Point[]): boolean {
  return isForetold(points.slice(0, -1), points.at(-1)!);
}

function isForetold(before: readonly Point[], { x, y }: Point): boolean {
  const line = fitLine(before);
  return line !== undefined && y <= MOST_BEYOND_LINE * (line.intercept + line.slope * x);
}
