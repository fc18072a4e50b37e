import type { Chart } from '../charts/chart.js';
import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import { grouped } from '../arm-times.js';
import type { ReportedRun } from '../reported-run.js';
import { SIZE_CLASS_NAMES, type SummaryRow } from '../recorded-run/index.js';
import { prices } from '../prices.js';
import { baselineName, figure, percent, sizeClassStart } from '../wording.js';
import { origin } from './origin.js';
import { stackedPhases } from './stacked-phases.js';

/** What part of the time each phase has, class by class. */
export function phasesSection(recorded: ReportedRun): ContentSection | undefined {
  const rows = warmRows(recorded);
  const drawn = [...grouped(rows, ({ engine }) => [engine])].flatMap((own) => stackedChart(recorded, own));
  if (drawn.length === 0) return undefined;
  return {
    id: 'phases',
    title: 'Phases on top of one another',
    short: 'Phases',
    finding: phaseFinding(rows),
    blocks: [
      paragraph(
        'Time per byte of each phase, stacked: the length of a bar is what a byte takes until it can run.',
      ),
      charts(...drawn),
      foldedTable(
        'Time per byte by phase and function size',
        contentTable(rows, [
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'function bytes', cell: ({ sizeClass }) => sizeClass },
          { heading: 'ns per byte', cell: (row) => figure(row.phaseNanosecondsPerByte), numeric: true },
          { heading: 'verdict', cell: ({ verdict }) => verdict },
        ]),
      ),
    ],
  };
}

function warmRows(recorded: ReportedRun): SummaryRow[] {
  const memsets = new Map(prices(recorded).map(({ engine, memset }) => [engine, memset]));
  return recorded.summary.filter(
    (row) => row.temperature === 'warm' && memsets.get(row.engine) === baselineName(row),
  );
}

function phaseFinding(rows: readonly SummaryRow[]): string | undefined {
  const [first] = rows;
  const own = rows.filter(({ engine, sizeClass }) => engine === first?.engine && sizeClass === 'all');
  const total = own.reduce((sum, row) => sum + row.phaseNanosecondsPerByte, 0);
  if (own.length < 2) return undefined;
  const parts = own.map((row) => `${row.phase} ${percent(row.phaseNanosecondsPerByte / total, 0)}`);
  return `${first!.engine}, whole corpus, ${figure(total)} ns per byte: ${parts.join(', ')}.`;
}

function stackedChart(recorded: ReportedRun, rows: readonly SummaryRow[]): Chart[] {
  const classes = SIZE_CLASS_NAMES.filter((name) => rows.some(({ sizeClass }) => sizeClass === name));
  const stacked = stackedPhases(rows, (row) => ({
    x: classes.indexOf(row.sizeClass),
    y: row.phaseNanosecondsPerByte,
  }));
  if (stacked === undefined) return [];
  return [
    {
      title: `Phases by function size: ${rows[0]!.engine}, warm`,
      caption: `Medians over processes; parsing is timed by module, so it stands with all alone. ${origin(recorded)}`,
      xLabel: 'function body, from so many bytes',
      yLabel: 'nanoseconds per byte',
      categories: classes.map(sizeClassStart),
      ...stacked,
    },
  ];
}
