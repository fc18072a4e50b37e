import type { BaselineRecord, BaselineSegment } from '@wasm-dyno/reports/recorded-run';
import { isDisturbed } from '@wasm-dyno/reports/noise';
import { MEMSET_REGIMES, type Measurement, type MemsetRegime } from '@wasm-dyno/reports/recorded-run';
import { fitSegmented, fitWithKnees, median, medianInterval, type Point } from '../statistics/index.js';
import { groupBy } from './group-by.js';
import { recordedEstimate } from './recorded-estimate.js';

/**
 * The memset curve of each kernel and regime, fitted as a + b*n with knees. The number and places of the knees come from the
 * medians over all processes; each process is then fitted by itself, and what is told is the spread of these fits.
 */
export function baselineEstimates(
  memsets: readonly Measurement[],
  confidenceLevel: number,
): BaselineRecord[] {
  const groups = groupBy(memsets, (m) =>
    JSON.stringify([m.engine, m.kernel, MEMSET_REGIMES.indexOf(m.regime as MemsetRegime)]),
  );
  return [...groups.keys()].sort().flatMap((key) => {
    const group = groups.get(key)!;
    const baseline = baselineOf(group, confidenceLevel);
    return baseline === undefined ? [] : [baseline];
  });
}

function baselineOf(memsets: readonly Measurement[], confidenceLevel: number): BaselineRecord | undefined {
  const { engine, kernel, regime } = memsets[0]!;
  const curves = [...groupBy(undisturbed(memsets), (m) => m.process).values()].map(curveOfProcess);
  const bySize = groupBy(curves.flat(), ({ x }) => x);
  const points = [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([bytes, sample]) => ({
      bytes,
      nanoseconds: recordedEstimate(
        medianInterval(
          sample.map(({ y }) => y),
          { confidenceLevel },
        ),
      ),
    }));
  const shape = fitSegmented(points.map(({ bytes, nanoseconds }) => ({ x: bytes, y: nanoseconds.estimate })));
  if (shape === undefined) return undefined;

  const fits = curves.flatMap((curve) => fitWithKnees(curve, shape.knees) ?? []);
  const each = fits.length > 0 ? fits : [shape];
  const over = (values: readonly number[]) => recordedEstimate(medianInterval(values, { confidenceLevel }));
  const bounds = [points[0]!.bytes, ...shape.knees];
  const segments = shape.lines.map((_, piece): BaselineSegment => {
    return {
      fromBytes: bounds[piece]!,
      toBytes: bounds[piece + 1] ?? null,
      interceptNanoseconds: over(each.map((fit) => fit.lines[piece]!.intercept)),
      nanosecondsPerByte: over(each.map((fit) => fit.lines[piece]!.slope)),
    };
  });
  const count = shape.knees.length;
  const refits = curves.flatMap(
    (curve) => (count > 0 && fitSegmented(curve, { fewestKnees: count, mostKnees: count })) || [],
  );
  const knees = refits.length > 0 ? refits : [shape];
  return {
    engine,
    kernel,
    regime: regime as MemsetRegime,
    points,
    segments,
    kneesBytes: shape.knees.map((_, knee) => over(knees.map((fit) => fit.knees[knee]!))),
    largestRelativeResidual: shape.largestRelativeResidual,
  };
}

/** The undisturbed blocks, where they cover the same sizes; else all. */
export function undisturbed(memsets: readonly Measurement[]): readonly Measurement[] {
  const kept = memsets.filter((memset) => !isDisturbed(memset));
  const sizes = (some: readonly Measurement[]) => new Set(some.map(bytesPerFill)).size;
  return sizes(kept) === sizes(memsets) ? kept : memsets;
}

function bytesPerFill({ bytes, calls, functions }: Measurement): number {
  return bytes / calls / functions;
}

/** Nanoseconds per fill against bytes per fill in one process: medians over rounds. */
export function curveOfProcess(memsets: readonly Measurement[]): Point[] {
  const bySize = groupBy(memsets, bytesPerFill);
  return [...bySize]
    .map(([x, rounds]) => ({ x, y: median(rounds.map((m) => m.nanoseconds / m.calls / m.functions)) }))
    .sort((a, b) => a.x - b.x);
}
