import { grouped } from '../arm-times.js';
import { median } from '../sample.js';
import type { Chart } from '../charts/chart.js';
import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import type { MeasuredPhase, RecordedRun, WarmUpCall } from '../recorded-run/index.js';
import { figure, phaseLook, phasesOf, roughFigure } from '../wording.js';
import { prices } from '../prices.js';
import {
  firstFunctionRows,
  firstFunctionsChart,
  firstFunctionsFinding,
  firstFunctionsTable,
} from './first-functions.js';
import { origin } from './origin.js';

/** One point of a curve: calls of like number taken together. */
interface CurvePoint {
  readonly engine: string;
  readonly phase: MeasuredPhase;
  readonly call: number;
  readonly nanosecondsPerByte: number;
  readonly calls: number;
}

/** How a fresh process gets faster, function by function. */
export function warmUpSection(recorded: RecordedRun): ContentSection | undefined {
  const curves = curvePoints(recorded.warmUp);
  const timesWarm = timesWarmPoints(recorded);
  const first = firstFunctionRows(recorded);
  const engines = [...new Set(curves.map(({ engine }) => engine))];
  if (engines.length === 0) return undefined;
  return {
    id: 'warm-up',
    title: 'Warming up',
    short: 'Warm-up',
    finding: firstFunctionsFinding(first) ?? warmUpFinding(curves),
    blocks: [
      paragraph(
        'The first functions (parse: modules) that a fresh process handles, each another one, timed stretch by stretch. Warm prices are measured where code no longer gets faster.',
      ),
      charts(
        ...engines.flatMap((engine) => [
          timesWarmChart(recorded, engine, timesWarm) ?? warmUpChart(recorded, engine, curves),
          ...[...grouped(first, (row) => [row.engine])]
            .filter(([row]) => row!.engine === engine)
            .map((own) => firstFunctionsChart(recorded, own)),
        ]),
      ),
      ...(first.length === 0
        ? []
        : [foldedTable('The first functions all together', firstFunctionsTable(first))]),
      foldedTable(
        'The curves by number of the function',
        contentTable(curves, [
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'number', cell: ({ call }) => figure(Math.round(call)), numeric: true },
          timesWarm.length === 0
            ? undefined
            : {
                heading: 'time / warm price',
                cell: (row) => {
                  const told = timesWarm.find((one) => isSamePoint(one, row));
                  return told === undefined ? '' : figure(told.times);
                },
                numeric: true,
              },
          {
            heading: 'ns per byte',
            cell: ({ nanosecondsPerByte }) => figure(nanosecondsPerByte),
            numeric: true,
          },
          { heading: 'stretches taken together', cell: ({ calls }) => String(calls), numeric: true },
        ]),
      ),
    ],
  };
}

/** A point of a curve beside what the warm price charges for the same functions. */
type TimesWarmPoint = Omit<CurvePoint, 'nanosecondsPerByte'> & { readonly times: number };

/** Of the phases that have prices of functions. */
function timesWarmPoints(recorded: RecordedRun): TimesWarmPoint[] {
  const warm = prices(recorded).filter(({ temperature }) => temperature === 'warm');
  const stretches = recorded.warmUp.flatMap((row): WarmUpCall[] => {
    // A module is paid for by its entities too, which a stretch does not tell.
    const price =
      row.phase === 'parse'
        ? undefined
        : warm.find(({ engine, phase }) => engine === row.engine && phase === row.phase);
    const [byte, each] = [price?.nanosecondsPerByte, price?.nanosecondsPerFunction];
    if (byte === undefined || each === undefined) return [];
    return [{ ...row, bytes: each.estimate * row.functions + byte.estimate * row.bytes }];
  });
  return curvePoints(stretches).map(({ nanosecondsPerByte, ...point }) => ({
    ...point,
    times: nanosecondsPerByte,
  }));
}

function isSamePoint(
  a: Omit<CurvePoint, 'nanosecondsPerByte'>,
  b: Omit<CurvePoint, 'nanosecondsPerByte'>,
): boolean {
  return a.engine === b.engine && a.phase === b.phase && a.call === b.call;
}

/** Undefined without prices of functions. */
function timesWarmChart(
  recorded: RecordedRun,
  engine: string,
  all: readonly TimesWarmPoint[],
): Chart | undefined {
  const curves = all.filter((point) => point.engine === engine);
  if (curves.length < 2) return undefined;
  return {
    title: `Warming up: ${engine}`,
    caption: `Each stretch's time / what the warm price charges for its functions and bytes; medians over processes. 1: as fast as warm code. ${origin(recorded)}`,
    xLabel: 'number of the function',
    yLabel: 'time / warm price',
    levels: [{ y: 1, label: '' }],
    series: phasesOf(curves).map((phase) => {
      const points = curves
        .filter((point) => point.phase === phase)
        .map(({ call, times }) => ({ x: call, y: times }));
      return { name: phase, look: phaseLook(phase), points, line: points, cloud: true };
    }),
  };
}

function curvePoints(warmUp: readonly WarmUpCall[]): CurvePoint[] {
  const buckets = new Map<string, { engine: string; phase: MeasuredPhase; call: number; times: number[] }>();
  for (const { engine, phase, call, nanoseconds, bytes } of warmUp) {
    if (!(bytes > 0)) continue;
    // Buckets of equal width on the logarithmic axis, twelve to a factor of ten.
    const place = call < 12 ? call + 1 : Math.max(13, 10 ** (Math.round(12 * Math.log10(call + 1)) / 12));
    const key = JSON.stringify([engine, phase, place]);
    const bucket = buckets.get(key) ?? { engine, phase, call: place, times: [] };
    bucket.times.push(nanoseconds / bytes);
    buckets.set(key, bucket);
  }
  return [...buckets.values()]
    .map(({ engine, phase, call, times }) => ({
      engine,
      phase,
      call,
      nanosecondsPerByte: median(times),
      calls: times.length,
    }))
    .sort((a, b) => a.call - b.call);
}

function warmUpFinding(curves: readonly CurvePoint[]): string | undefined {
  const [{ engine }] = curves as [CurvePoint];
  const own = curves.filter((point) => point.engine === engine);
  const parts = phasesOf(own).map((phase) => {
    const curve = own.filter((point) => point.phase === phase);
    const times = curve[0]!.nanosecondsPerByte / curve.at(-1)!.nanosecondsPerByte;
    return `${phase} ${roughFigure(times)} times`;
  });
  return `${engine}: by its bytes the first takes so many times as long as the last of the curve: ${parts.join(', ')}.`;
}

function warmUpChart(recorded: RecordedRun, engine: string, curves: readonly CurvePoint[]): Chart {
  const own = curves.filter((point) => point.engine === engine);
  return {
    title: `Warming up: ${engine}`,
    caption: `Medians over processes of each stretch's time per byte; the first function is number 1. ${origin(recorded)}`,
    xLabel: 'number of the function',
    yLabel: 'nanoseconds per byte',
    series: phasesOf(own).map((phase) => {
      const points = own
        .filter((point) => point.phase === phase)
        .map(({ call, nanosecondsPerByte }) => ({ x: call, y: nanosecondsPerByte }));
      return { name: phase, look: phaseLook(phase), points, line: points, cloud: true };
    }),
  };
}
