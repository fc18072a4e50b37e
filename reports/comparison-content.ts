import {
  compareEngines,
  translateToValidate,
  type ComparedPhase,
  type ComparedRun,
} from './engine-comparison.js';
import type { Chart } from './chart.js';
import type { ContentTable } from './content.js';
import { MEMSET_REGIMES } from './recorded-run/index.js';
import { baselineName, figure, interval } from './wording.js';

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
  const withCold = rows.some(({ cold }) => cold !== undefined);
  const table: ContentTable = {
    heading: [
      'engine',
      'phase',
      'ns/byte',
      'multiplier',
      'interval',
      'verdict',
      ...(withCold ? ['cold multiplier', 'cold interval'] : []),
      'memset',
    ],
    rows: rows.map((row) => [
      row.engine,
      row.phase,
      figure(row.nanosecondsPerByte),
      figure(row.ratio),
      interval(row.low, row.high),
      row.verdict,
      ...(withCold
        ? [
            row.cold === undefined ? '' : figure(row.cold.ratio),
            row.cold === undefined ? '' : interval(row.cold.low, row.cold.high),
          ]
        : []),
      baselineName(row),
    ]),
    numeric: withCold ? [2, 3, 6] : [2, 3],
  };
  return { table, notes: [...readingNotes(rows), ...quotientNotes(rows), ...engineNotes(recorded)] };
}

function readingNotes(rows: readonly ComparedPhase[]): string[] {
  const kernels = new Set(rows.map(({ kernel }) => kernel));
  return [
    'A multiplier is warm time / memset time at equal body bytes (module bytes for parse), over the whole corpus. ' +
      'compile is everything from bytes to ready code, parsing included.' +
      (kernels.size > 1
        ? ' The memsets differ, so compare ns/byte across engines, and multipliers within one.'
        : ''),
  ];
}

function quotientNotes(rows: readonly ComparedPhase[]): string[] {
  const quotients = translateToValidate(rows).map(
    ({ engine, estimate, low, high }) => `${engine} ${figure(estimate)} (${interval(low, high)})`,
  );
  return quotients.length === 0 ? [] : [`translate : validate: ${quotients.join('; ')}.`];
}

/** What one phase is depends on the engine: the same word is lazy here and optimising there. */
function engineNotes({ run }: ComparedRun): string[] {
  return run.engines.flatMap(({ name, about }) => (about ? [`${name}: ${about}.`] : []));
}

/** Warm time per byte of every engine and phase. */
export function comparisonChart(recorded: ComparedRun): Chart {
  const rows = compareEngines(recorded);
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  return {
    title: 'Multiplier by engine and phase',
    caption:
      `Warm, whole corpus, each engine against its own memset (${MEMSET_REGIMES[0]}); medians over processes with their ` +
      `intervals. Machine: ${recorded.run.machine.cpuModel}, ${recorded.run.machine.id}.`,
    xLabel: 'engine',
    yLabel: 'time / memset time',
    categories: engines,
    series: [...new Set(rows.map(({ phase }) => phase))].map((phase) => ({
      name: phase,
      points: rows
        .filter((row) => row.phase === phase)
        .map(({ engine, ratio, low, high }) => ({ x: engines.indexOf(engine), y: ratio, low, high })),
    })),
  };
}
