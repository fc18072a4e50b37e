import type { Chart, ChartPoint } from '../charts/chart.js';
import {
  charts,
  foldedTable,
  contentTable,
  paragraph,
  type ContentBlock,
  type ContentSection,
} from '../content.js';
import { prices } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { priceVerdict, SIZE_CLASS_NAMES, type SlopeRecord, type SummaryRow } from '../recorded-run/index.js';
import {
  baselineName,
  estimateWithInterval,
  figure,
  interval,
  level,
  shortFigure,
  sizeClassStart,
  phaseLook,
  phasesOf,
} from '../wording.js';
import { origin } from './origin.js';
import { armTable } from './arm-table.js';
import { fittedLine, fittedLinePerByte, ownSlopes, warmSlope } from './size-line.js';

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
    finding: sizeFinding(recorded),
    blocks: [
      paragraph(
        'Every function costs something before its first byte is read, and then something for each byte. So a small function is dear by its ' +
          'bytes, and cheap by itself. The line is time = constant per function + bytes x price of a byte, on ' +
          `${recorded.run.machine.cpuModel} (machine ${recorded.run.machine.id}).`,
      ),
      ...(slopes.length === 0 ? [] : [paragraph(chargedSentence(recorded))]),
      charts(...drawn),
      ...(slopes.length === 0
        ? []
        : [foldedTable('The lines fitted to the size classes', slopeTable(slopes))]),
      ...functionTimes(recorded),
    ],
  };
}

/** What is charged, as the first table has it. */
function sizeFinding(recorded: ReportedRun): string | undefined {
  const [first] = pricesBySize(recorded);
  if (first === undefined) return undefined;
  const parts = pricesBySize(recorded)
    .filter(({ engine }) => engine === first.engine)
    .map(({ phase, byte, each }) => `${phase} ${lineText(each, byte)}`);
  return `${first.engine} is charged: ${parts.join('; ')}.`;
}

function pricesBySize(recorded: ReportedRun) {
  return prices(recorded).flatMap(
    ({ engine, nanosecondsPerByte, nanosecondsPerFunction, phase, temperature }) =>
      temperature !== 'warm' ||
      nanosecondsPerByte === undefined ||
      nanosecondsPerFunction === undefined ||
      phase === 'parse'
        ? []
        : [{ engine, phase, byte: nanosecondsPerByte.estimate, each: nanosecondsPerFunction.estimate }],
  );
}

function lineText(each: number, byte: number): string {
  return `${shortFigure(each)} ns + ${shortFigure(byte)} ns per byte`;
}

/** Two estimators, two numbers: which is which. */
function chargedSentence(recorded: ReportedRun): string {
  const parts = pricesBySize(recorded).flatMap(({ engine, phase, byte, each }) => {
    const line = warmSlope(recorded, { engine, phase });
    if (line === undefined) return [];
    const drawn = lineText(line.nanosecondsPerFunction.estimate, line.nanosecondsPerByte.estimate);
    const name = recorded.run.engines.length > 1 ? `${engine} ${phase}` : phase;
    return [`${name}: drawn ${drawn}, charged ${lineText(each, byte)}`];
  });
  return [
    'The lines drawn are fitted to the size classes alone. What is charged is fitted so that errors count as parts of each time, and raised or lowered ' +
      'as a whole until the charges of the corpus add up to its time: two estimators, and two numbers.',
    ...parts.map((part) => `${part}.`),
  ].join(' ');
}

/** What the pictures draw, point by point. */
function functionTimes(recorded: ReportedRun): ContentBlock[] {
  const arms = recorded.arms.filter(({ temperature }) => temperature === 'warm');
  if (arms.length === 0) return [];
  const table = armTable(arms, [
    { heading: 'mean bytes', cell: ({ meanBytes }) => figure(meanBytes), numeric: true },
    { heading: 'ns', cell: (arm) => figure(arm.nanosecondsPerByte.estimate * arm.meanBytes), numeric: true },
    { heading: 'ns per byte', cell: (arm) => figure(arm.nanosecondsPerByte.estimate), numeric: true },
    { heading: 'quartiles, ns per byte', cell: (arm) => interval(arm.nanosecondsPerByte), numeric: true },
  ]);
  return [foldedTable('Time of the functions by their size', table)];
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
    {
      heading: 'verdict',
      cell: ({ verdict, ...row }) =>
        priceVerdict(verdict, [row.nanosecondsPerByte, row.nanosecondsPerFunction]),
    },
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
      const slope = warmSlope(recorded, { engine, phase });
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
  const phases = phasesOf(arms);
  if (phases.every((phase) => warmSlope(recorded, { engine, phase }) === undefined)) return undefined;
  return {
    title: `Time of a byte by the function's size: ${engine}, warm`,
    caption: `Points: what was timed, medians over processes with their quartiles. Lines: (constant + bytes x price) / bytes, with the band of its interval. ${origin(recorded)}`,
    xLabel: 'body, bytes',
    yLabel: 'nanoseconds per byte',
    xBytes: true,
    series: phases.map((phase) => {
      const own = arms.filter((arm) => arm.phase === phase);
      const slope = warmSlope(recorded, { engine, phase });
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
