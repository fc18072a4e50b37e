import type { Chart, ChartPoint } from '../charts/chart.js';
import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import { prices } from '../prices.js';
import type { BaselineRecord, RecordedRun } from '../recorded-run/index.js';
import {
  baselineName,
  byteSize,
  estimateWithInterval,
  figure,
  level,
  percent,
  regimeExplanation,
} from '../wording.js';
import { origin } from './origin.js';

/** How long filling takes: each memset with the lines fitted to it, and what that does to a ratio. */
export function memsetSection(recorded: RecordedRun): ContentSection | undefined {
  const { run, fits } = recorded;
  const explanation = regimeExplanation(recorded);
  const baselines = fits?.baselines ?? [];
  if (baselines.length === 0 && explanation.length === 0) return undefined;
  return {
    id: 'memset',
    title: 'The memset',
    short: 'Memset',
    finding: memsetFinding(recorded),
    blocks: [
      paragraph(
        `T(n) = a + b x n between the knees, on ${run.machine.cpuModel} (machine ${run.machine.id}); medians and intervals over processes.`,
      ),
      charts(...memsetCharts(recorded)),
      ...(baselines.length === 0
        ? []
        : [
            foldedTable('The lines fitted to each memset', memsetTable(baselines)),
            foldedTable('Time of each memset by its size', memsetPointTable(baselines)),
          ]),
      ...(explanation.length === 0
        ? []
        : [
            {
              kind: 'folded' as const,
              title: 'Why the ratio depends on the memset',
              blocks: explanation.map(paragraph),
            },
          ]),
    ],
  };
}

function memsetFinding(recorded: RecordedRun): string | undefined {
  const [first] = prices(recorded);
  const rows = recorded.summary.filter(
    ({ engine, phase, temperature, sizeClass }) =>
      engine === first?.engine && phase === first.phase && temperature === 'warm' && sizeClass === 'all',
  );
  const own = rows.filter((row) => row.kernel === rows[0]?.kernel);
  if (own.length === 0) return undefined;
  const parts = own.map(
    ({ regime, memsetNanosecondsPerByte }) => `${regime} ${figure(1 / memsetNanosecondsPerByte)}`,
  );
  return `${own[0]!.kernel} fills, in bytes per nanosecond: ${parts.join(', ')}.`;
}

function memsetTable(baselines: readonly BaselineRecord[]) {
  return contentTable(
    baselines.flatMap((baseline) => baseline.segments.map((segment) => ({ ...baseline, segment }))),
    [
      { heading: 'engine', cell: ({ engine }) => engine },
      { heading: 'memset', cell: baselineName },
      { heading: 'from', cell: ({ segment }) => byteSize(segment.fromBytes), numeric: true },
      {
        heading: 'to',
        cell: ({ segment: { toBytes } }) => (toBytes === null ? 'any' : byteSize(toBytes)),
        numeric: true,
      },
      {
        heading: 'a, ns',
        cell: ({ segment }) => estimateWithInterval(segment.interceptNanoseconds),
        numeric: true,
      },
      {
        heading: 'b, ns/byte',
        cell: ({ segment }) => estimateWithInterval(segment.nanosecondsPerByte),
        numeric: true,
      },
      { heading: 'level', cell: ({ segment }) => level(segment.nanosecondsPerByte), numeric: true },
      {
        heading: 'processes',
        cell: ({ segment }) => String(segment.nanosecondsPerByte.processes),
        numeric: true,
      },
      { heading: 'farthest point', cell: (row) => percent(row.largestRelativeResidual), numeric: true },
    ],
  );
}

/** What the pictures draw, point by point. */
function memsetPointTable(baselines: readonly BaselineRecord[]) {
  return contentTable(
    baselines.flatMap((baseline) => baseline.points.map((point) => ({ ...baseline, point }))),
    [
      { heading: 'engine', cell: ({ engine }) => engine },
      { heading: 'memset', cell: baselineName },
      { heading: 'bytes', cell: ({ point }) => figure(point.bytes), numeric: true },
      { heading: 'ns', cell: ({ point }) => estimateWithInterval(point.nanoseconds), numeric: true },
      {
        heading: 'ns per byte',
        cell: ({ point: { bytes, nanoseconds } }) => figure(nanoseconds.estimate / bytes),
        numeric: true,
      },
      { heading: 'level', cell: ({ point }) => level(point.nanoseconds), numeric: true },
      { heading: 'processes', cell: ({ point }) => String(point.nanoseconds.processes), numeric: true },
    ],
  );
}

/** The memset's time by its size, with the fit: of each engine the memset that its prices are taken against. */
function memsetCharts(recorded: RecordedRun): Chart[] {
  const { run, fits } = recorded;
  const kernels = new Map(
    prices(recorded).map(({ engine, memset }) => [engine, memset.replace(/ \(.*\)$/, '')]),
  );
  const { machine } = run;
  const caches = [
    { label: 'L1d', x: machine.l1dBytes },
    { label: 'L2', x: machine.l2Bytes },
    { label: 'L3', x: machine.l3Bytes },
  ].flatMap(({ label, x }) => (x === null ? [] : [{ label, x }]));
  return [...kernels].flatMap(([engine, kernel]): Chart[] => {
    const own = (fits?.baselines ?? []).filter((one) => one.engine === engine && one.kernel === kernel);
    if (own.length === 0) return [];
    const knees = own.flatMap(({ kneesBytes }) => kneesBytes.map(({ estimate }) => estimate));
    return [
      {
        title: `Time of a memset by its size: ${engine}, ${kernel}`,
        caption:
          `Points: medians over processes with intervals. Lines: a + b x n${
            knees.length === 0
              ? ''
              : `, knees at ${[...new Set(knees)]
                  .sort((a, b) => a - b)
                  .map(byteSize)
                  .join(', ')}`
          }. ` + `Rings: the knees. Upright lines: the machine's caches. ${origin(recorded)}`,
        xLabel: 'bytes',
        yLabel: 'nanoseconds',
        xBytes: true,
        landmarks: caches,
        series: own.map((baseline) => ({
          name: baseline.regime,
          line: fittedCurve(baseline),
          rings: kneePoints(baseline),
          points: baseline.points.map(({ bytes, nanoseconds: { estimate, low, high } }) => ({
            x: bytes,
            y: estimate,
            low,
            high,
          })),
        })),
      },
      {
        title: `Time of a filled byte by the size of the memset: ${engine}, ${kernel}`,
        caption: `The same, by the byte: level where a byte has one price. Rings: the knees. ${origin(recorded)}`,
        xLabel: 'bytes',
        yLabel: 'nanoseconds per byte',
        xBytes: true,
        landmarks: caches,
        series: own.map((baseline) => ({
          name: baseline.regime,
          line: fittedCurve(baseline).map(perByte),
          points: baseline.points.map(({ bytes, nanoseconds: { estimate, low, high } }) =>
            perByte({ x: bytes, y: estimate, low, high }),
          ),
          rings: kneePoints(baseline).map(perByte),
        })),
      },
    ];
  });
}

function fittedCurve({ points, segments }: BaselineRecord): ChartPoint[] {
  const last = points.at(-1)?.bytes ?? 0;
  return segments.flatMap(({ fromBytes, toBytes, interceptNanoseconds, nanosecondsPerByte }) => {
    const end = Math.min(toBytes ?? last, last);
    const start = Math.max(fromBytes, points[0]?.bytes ?? 1);
    const steps = 12;
    if (!(end > start)) return [];
    return Array.from({ length: steps + 1 }, (_, step) => {
      const x = start * (end / start) ** (step / steps);
      return { x, y: interceptNanoseconds.estimate + nanosecondsPerByte.estimate * x };
    });
  });
}

function perByte({ low, high, ...point }: ChartPoint): ChartPoint {
  const { x, y } = point;
  return {
    ...point,
    y: y / x,
    ...(low === undefined || high === undefined ? {} : { low: low / x, high: high / x }),
  };
}

/** Where one line gives way to the next. */
function kneePoints({ kneesBytes, regime, segments }: BaselineRecord): ChartPoint[] {
  return kneesBytes.flatMap((knee, index) => {
    const after = segments[index + 1];
    if (after === undefined) return [];
    const y = after.interceptNanoseconds.estimate + after.nanosecondsPerByte.estimate * knee.estimate;
    const place = `${byteSize(knee.estimate)} (${byteSize(knee.low)} to ${byteSize(knee.high)})`;
    return [{ x: knee.estimate, y, note: `${regime}: knee at ${place}` }];
  });
}
