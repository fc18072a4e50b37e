import type { Chart, ChartPoint } from '../charts/chart.js';
import { charts, foldedTable, contentTable, paragraph, type ContentSection } from '../content.js';
import { prices } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { SIZE_CLASS_NAMES, type SlopeRecord, type SummaryRow } from '../recorded-run/index.js';
import {
  baselineName,
  estimateWithInterval,
  figure,
  level,
  shortFigure,
  sizeClassStart,
  phaseLook,
  phasesOf,
} from '../wording.js';
import { origin } from './origin.js';
import { fittedLine, fittedLinePerByte, ownSlopes } from './size-line.js';

/** What a function costs by its size: measured, and as the line that is fitted to it. */
export function priceBySizeSection(recorded: ReportedRun): ContentSection | undefined {
  const engines = recorded.run.engines.map(({ name }) => name);
  // Of one engine the ratio by size is the picture that the report opens with.
  const drawn = engines.flatMap((engine) => [
    timeChart(recorded, engine),
    timePerByteChart(recorded, engine),
    engines.length > 1 ? ratioChart(recorded, engine) : undefined,
  ]);
  const slopes = ownSlopes(recorded);
  if (slopes.length === 0 && drawn.every((chart) => chart === undefined)) return undefined;
  return {
    id: 'size',
    title: 'Price by function size',
    short: 'Size',
    finding: sizeFinding(slopes),
    blocks: [
      paragraph(
        'Every function costs something before its first byte is read, and then something for each byte. So a small function is dear by its ' +
          'bytes, and cheap by itself. The line is time = constant per function + bytes x price of a byte, on ' +
          `${recorded.run.machine.cpuModel} (machine ${recorded.run.machine.id}).`,
      ),
      charts(...drawn),
      ...(slopes.length === 0 ? [] : [foldedTable('Prices of a byte and of a function', slopeTable(slopes))]),
    ],
  };
}

function sizeFinding(slopes: readonly SlopeRecord[]): string | undefined {
  const warm = slopes.filter(({ temperature }) => temperature === 'warm');
  const [first] = warm;
  if (first === undefined) return undefined;
  const parts = warm
    .filter(({ engine }) => engine === first.engine)
    .map(
      ({ phase, nanosecondsPerByte, nanosecondsPerFunction }) =>
        `${phase} ${shortFigure(nanosecondsPerFunction.estimate)} ns + ${shortFigure(nanosecondsPerByte.estimate)} ns per byte`,
    );
  return `${first.engine}: ${parts.join('; ')}.`;
}

function slopeTable(slopes: readonly SlopeRecord[]) {
  return contentTable(slopes, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'code', cell: ({ temperature }) => temperature },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'ns per byte', cell: (row) => estimateWithInterval(row.nanosecondsPerByte), numeric: true },
    {
      heading: 'ns per function',
      cell: (row) => estimateWithInterval(row.nanosecondsPerFunction),
      numeric: true,
    },
    { heading: 'byte against memset', cell: (row) => estimateWithInterval(row.slopeRatio), numeric: true },
    { heading: 'memset', cell: baselineName },
    { heading: 'level', cell: (row) => level(row.slopeRatio), numeric: true },
    { heading: 'processes', cell: (row) => String(row.slopeRatio.processes), numeric: true },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
}

/** Time of a function by its bytes: each arm at its mean size, and the fitted line with the band of its ends. */
function timeChart(recorded: ReportedRun, engine: string): Chart | undefined {
  const arms = recorded.arms.filter((arm) => arm.engine === engine && arm.temperature === 'warm');
  const phases = phasesOf(arms);
  if (arms.length === 0) return undefined;
  return {
    title: `Time of one function by its size: ${engine}, warm`,
    caption: `Points: what was timed, medians over processes with their quartiles. Lines: constant + price of a byte. A whole module counts as one, where a phase handles modules. ${origin(recorded)}`,
    xLabel: 'body, bytes (parse and compile: the module)',
    yLabel: 'nanoseconds',
    xBytes: true,
    series: phases.map((phase) => {
      const own = arms.filter((arm) => arm.phase === phase);
      const slope = ownSlopes(recorded).find(
        (one) => one.engine === engine && one.phase === phase && one.temperature === 'warm',
      );
      return {
        name: phase,
        look: phaseLook(phase),
        points: own.map(({ arm, meanBytes, nanosecondsPerByte: { estimate, low, high } }): ChartPoint => ({
          ...{ x: meanBytes, y: estimate * meanBytes, low: low * meanBytes, high: high * meanBytes },
          note: `${arm}: ${figure(estimate * meanBytes)} ns for ${figure(meanBytes)} bytes, ${figure(estimate)} ns per byte`,
        })),
        line:
          slope === undefined
            ? []
            : fittedLine(
                slope,
                own.map(({ meanBytes }) => meanBytes),
              ),
      };
    }),
  };
}

/** The same by the byte, of the phases that handle functions: how far small ones are dearer. */
function timePerByteChart(recorded: ReportedRun, engine: string): Chart | undefined {
  const arms = recorded.arms.filter(
    (arm) => arm.engine === engine && arm.temperature === 'warm' && arm.phase !== 'parse',
  );
  const slopes = ownSlopes(recorded).filter((one) => one.engine === engine && one.temperature === 'warm');
  if (arms.length === 0 || slopes.length === 0) return undefined;
  return {
    title: `Time of a byte by the function's size: ${engine}, warm`,
    caption: `Points: what was timed, medians over processes with their quartiles. Lines: (constant + bytes x price) / bytes, with the band of its interval. ${origin(recorded)}`,
    xLabel: 'body, bytes',
    yLabel: 'nanoseconds per byte',
    xBytes: true,
    series: phasesOf(arms).map((phase) => {
      const own = arms.filter((arm) => arm.phase === phase);
      const slope = slopes.find((one) => one.phase === phase);
      const sizes = own.map(({ meanBytes }) => meanBytes);
      return {
        name: phase,
        look: phaseLook(phase),
        points: own.map(({ arm, meanBytes, nanosecondsPerByte: { estimate, low, high } }): ChartPoint => ({
          ...{ x: meanBytes, y: estimate, low, high },
          note: `${arm}: ${figure(estimate)} ns per byte of ${figure(meanBytes)}`,
        })),
        line: slope === undefined ? [] : fittedLinePerByte(slope, sizes),
      };
    }),
  };
}

/** Ratio by size class, a series per phase, against the engine's own memset. */
export function ratioChart({ run, summary, ...rest }: ReportedRun, engine: string): Chart | undefined {
  const own = prices({ run, summary, ...rest }).filter(
    (one) => one.engine === engine && one.temperature === 'warm',
  );
  const rows = summary.filter(
    (row) =>
      row.engine === engine &&
      row.temperature === 'warm' &&
      baselineName(row) === own[0]?.memset &&
      row.sizeClass !== 'all',
  );
  const classes = SIZE_CLASS_NAMES.filter((name) => rows.some(({ sizeClass }) => sizeClass === name));
  if (classes.length < 2) return undefined;
  return {
    title: `Equal-bytes ratio by function size: ${engine}, warm`,
    caption: `Time / ${own[0]!.memset} of as many bytes, what both cost before the first byte within; medians over processes with their intervals. ${origin({ run })}`,
    xLabel: 'function body, from so many bytes',
    yLabel: 'equal-bytes ratio',
    categories: classes.map(sizeClassStart),
    series: phasesOf(rows).map((phase) => ({
      name: phase,
      look: phaseLook(phase),
      points: rows
        .filter((row) => row.phase === phase)
        .map((row) => pointOf(row, classes.indexOf(row.sizeClass))),
    })),
  };
}

function pointOf({ ratio, low, high, confidenceLevel }: SummaryRow, x: number): ChartPoint {
  return { x, y: ratio, ...(confidenceLevel > 0 ? { low, high } : {}) };
}
