import {
  compareEngines,
  translateToValidate,
  VALIDATE_AND_TRANSLATE,
  type ComparedPhase,
  type ComparedRun,
} from './engine-comparison.js';
import type { Chart } from './charts/chart.js';
import { contentTable, type ContentColumn, type ContentTable } from './content.js';
import { MEMSET_REGIMES } from './recorded-run/index.js';
import { baselineName, shortFigure, shortInterval, phaseLook } from './wording.js';

/** The engines of a run side by side, in words. */
export interface ComparisonContent {
  readonly table: ContentTable;
  /** What must be known to read the table, a sentence or two each. */
  readonly notes: readonly string[];
}

/** Undefined where nothing was measured over the whole corpus. */
export function comparisonContent(recorded: ComparedRun): ComparisonContent | undefined {
  const rows = compareEngines(recorded);
  if (rows.length === 0) return undefined;
  const oneMemset = new Set(rows.map(baselineName)).size === 1;
  const withCold = rows.some(({ cold }) => cold !== undefined);
  const cold = (
    heading: string,
    cell: (cold: NonNullable<ComparedPhase['cold']>) => string,
    numeric = false,
  ): ContentColumn<ComparedPhase> | undefined =>
    withCold
      ? { heading, cell: (row) => (row.cold === undefined ? '' : cell(row.cold)), numeric }
      : undefined;
  const table = contentTable(rows, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'ns/byte', cell: (row) => shortFigure(row.nanosecondsPerByte), numeric: true },
    { heading: 'ratio', cell: ({ ratio }) => shortFigure(ratio), numeric: true },
    { heading: 'interval', cell: shortInterval, numeric: true },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
    cold('cold ratio', ({ ratio }) => shortFigure(ratio), true),
    cold('cold interval', shortInterval, true),
    cold('cold verdict', ({ verdict }) => verdict),
    oneMemset ? undefined : { heading: 'memset', cell: baselineName },
  ]);
  return { table, notes: [...readingNotes(rows), ...quotientNotes(rows), ...engineNotes(recorded)] };
}

function readingNotes(rows: readonly ComparedPhase[]): string[] {
  const kernels = new Set(rows.map(({ kernel }) => kernel));
  return [
    'The ratio is at equal bytes: warm time / memset time of as many body bytes (module bytes for parse), over the whole corpus, constants ' +
      'of both within, which a multiplier has not' +
      (kernels.size > 1 ? '. ' : `, against ${baselineName(rows[0]!)}. `) +
      'compile is everything from bytes to ready code, parsing included.' +
      (kernels.size > 1
        ? ' The memsets differ, so compare ns/byte across engines, and ratios within one.'
        : ''),
  ];
}

function quotientNotes(rows: readonly ComparedPhase[]): string[] {
  const quotients = translateToValidate(rows).map(
    (quotient) => `${quotient.engine} ${shortFigure(quotient.estimate)} (${shortInterval(quotient)})`,
  );
  return quotients.length === 0 ? [] : [`translate : validate: ${quotients.join('; ')}.`];
}

/** What one phase is depends on the engine: the same word is lazy here and optimising there. */
function engineNotes({ run }: ComparedRun): string[] {
  return run.engines.flatMap(({ name, about }) => (about ? [`${name}: ${about}.`] : []));
}

/** What a byte takes on each engine, and beside it the first call's ratio, where it was measured. */
export function engineTimeCharts(recorded: ComparedRun): Chart[] {
  const rows = compareEngines(recorded);
  const names = rows.map(({ engine, phase }) => `${engine} ${phase}`);
  const { cpuModel, id } = recorded.run.machine;
  const machine = `Machine: ${cpuModel}, ${id}.`;
  const shape = { xLabel: 'engine and phase', categories: names, lying: true };
  const times = {
    ...shape,
    title: 'Time per byte by engine and phase',
    caption: `Warm, whole corpus; medians over processes. Shorter is better. ${machine}`,
    yLabel: 'nanoseconds per byte',
    series: [
      { name: 'warm', points: rows.map(({ nanosecondsPerByte }, x) => ({ x, y: nanosecondsPerByte })) },
    ],
  };
  const cold = rows.flatMap((row, x) => (row.cold === undefined ? [] : [{ x, ...row.cold }]));
  if (cold.length === 0) return [times];
  const point = ({ x, ratio, low, high }: { x: number; ratio: number; low: number; high: number }) => ({
    x,
    y: ratio,
    low,
    high,
  });
  return [
    times,
    {
      ...shape,
      title: 'First call beside warm code, by engine and phase',
      caption: `Whole corpus, each engine against its own memset; medians over processes with their intervals. ${machine}`,
      yLabel: 'equal-bytes ratio',
      series: [
        { name: 'warm', points: rows.map((row, x) => point({ ...row, x })) },
        { name: 'cold', points: cold.map(point) },
      ],
    },
  ];
}

/** Warm equal-bytes ratio of every engine and phase. */
export function comparisonChart(recorded: ComparedRun): Chart {
  const rows = compareEngines(recorded);
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  return {
    title: 'Equal-bytes ratio by engine and phase',
    caption:
      `Warm, whole corpus, each engine against its own memset (${MEMSET_REGIMES[0]}); medians over processes with their ` +
      `intervals. Machine: ${recorded.run.machine.cpuModel}, ${recorded.run.machine.id}.`,
    xLabel: 'engine',
    yLabel: 'time / memset time at equal bytes',
    categories: engines,
    series: [...new Set(rows.map(({ phase }) => phase))].map((phase) => ({
      name: phase,
      look: phase === VALIDATE_AND_TRANSLATE ? 5 : phaseLook(phase),
      points: rows
        .filter((row) => row.phase === phase)
        .map(({ engine, ratio, low, high }) => ({ x: engines.indexOf(engine), y: ratio, low, high })),
    })),
  };
}
