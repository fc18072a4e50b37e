import type { Measurement, UnitRecord, Verdict } from '@wasm-dyno/reports/recorded-run';
import {
  fitLine,
  median,
  medianInterval,
  medianRanks,
  relativeHalfWidth,
  type Line,
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
/** The smallest sizes of a plateau end at so many times its first: at 32 KiB, which every first-level cache holds. */
const SMALLEST_TIMES = 2;
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

/** By how much slopes may differ that are of one plateau. Whichever of the two is taken, the unit is the same but for that. */
const SAME_SLOPE = 0.03;

/** No machine fills a byte in less, 10 TB/s: a slope below that is noise, and by it whatever is priced would cost more than a profile may say. */
const LEAST_NANOSECONDS_PER_BYTE = 1e-4;

/** So far from their line lie the smallest sizes at most, where one cache holds them. */
const MOST_BEYOND_LINE = 0.06;

/**
 * The hot memset's slope on its plateau, of each engine and kernel: in each process the line through its sizes, and over the processes
 * the median. The plateau goes as far as that is the slope of its smallest sizes, up to 32 KiB, but for 3%, or for their noise: to where the
 * second-level cache is left, or the first where the second is slower.
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
  const { fits, isInCache, kept } = plateauFits(sizes, curves, confidenceLevel);
  if (fits.length === 0) return undefined;
  const interval = slopeInterval(fits, confidenceLevel);
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

type Curve = readonly [process: number, points: readonly Point[]];

interface ProcessFit {
  readonly process: number;
  readonly slope: number;
  readonly residual: number;
}

/** The fits over the longest plateau, and whether one cache holds its smallest sizes. */
function plateauFits(
  sizes: readonly number[],
  curves: readonly Curve[],
  confidenceLevel: number,
): { readonly fits: readonly ProcessFit[]; readonly kept: readonly number[]; readonly isInCache: boolean } {
  const smallest = sizes.filter((size) => size <= SMALLEST_TIMES * sizes[0]!).length;
  let kept = sizes.slice(0, Math.max(smallest, LEAST_SIZES));
  let fits = lineFits(kept, curves);
  if (kept.length < LEAST_SIZES || fits.length === 0) return { fits, kept, isInCache: false };
  const isInCache = distanceFromLine(kept, curves) <= MOST_BEYOND_LINE;
  const first = slopeInterval(fits, confidenceLevel);
  const tolerance = Math.max(SAME_SLOPE, relativeHalfWidth(first));
  for (let count = kept.length + 1; count <= sizes.length; count++) {
    const longer = sizes.slice(0, count);
    const longerFits = lineFits(longer, curves);
    if (longerFits.length === 0) break;
    const { estimate } = slopeInterval(longerFits, confidenceLevel);
    if (Math.abs(estimate / first.estimate - 1) > tolerance) break;
    kept = longer;
    fits = longerFits;
  }
  return { fits, kept, isInCache };
}

/** In each process that filled them the line through these sizes. */
function lineFits(sizes: readonly number[], curves: readonly Curve[]): ProcessFit[] {
  if (sizes.length < 2) return [];
  return curves.flatMap(([process, curve]) => {
    const points = curve.filter(({ x }) => sizes.includes(x));
    const line = points.length < sizes.length ? undefined : fitLine(points);
    if (line === undefined || !(line.slope >= LEAST_NANOSECONDS_PER_BYTE)) return [];
    return [{ process, slope: line.slope, residual: largestResidual(points, line) }];
  });
}

/** By which part the medians over all processes lie off their line at most. */
function distanceFromLine(sizes: readonly number[], curves: readonly Curve[]): number {
  const points = sizes.map((x) => ({
    x,
    y: median(curves.flatMap(([, curve]) => curve.filter((point) => point.x === x).map(({ y }) => y))),
  }));
  const line = fitLine(points);
  return line === undefined ? Infinity : largestResidual(points, line);
}

function largestResidual(points: readonly Point[], { intercept, slope }: Line): number {
  return Math.max(...points.map(({ x, y }) => Math.abs((intercept + slope * x) / y - 1)));
}

function slopeInterval(fits: readonly ProcessFit[], confidenceLevel: number) {
  return medianInterval(
    fits.map(({ slope }) => slope),
    { confidenceLevel },
  );
}
