import { contentTable, type ContentTable } from '../content.js';
import type { SummaryRow } from '../recorded-run/index.js';
import { slowerMemsetNotes } from '../slower-memset.js';
import { baselineName, figure, level, percent, shortFigure } from '../wording.js';
import { wrapped } from '../wrapped-text.js';
import { colouredVerdict } from './verdict-colour.js';
import { fittedTable } from './fitted-table.js';
import type { TableOptions } from './table-options.js';

/** The summary as aligned tables, one for each engine and memset, each under a line that names them. */
export function summaryTable(rows: readonly SummaryRow[], options: TableOptions = {}): string {
  const { colour = false, sizeClasses = true, width = 80 } = options;
  const shown = sizeClasses ? rows : rows.filter((row) => row.sizeClass === 'all');
  const groups = new Map<string, SummaryRow[]>();
  for (const row of shown) {
    const title = `${row.engine}, ${row.temperature}: time / ${baselineName(row)} at equal bytes`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups]
    .map(([title, group]) =>
      [
        ...wrapped(title, width),
        ...wrapped(commonText(group), width),
        fittedTable(tableOf(group), width, {
          keys: ['phase', 'bytes'],
          ...(colour ? { shown: colouredVerdict } : {}),
        }),
        ...slowerMemsetNotes(group).flatMap((note) => wrapped(note, width)),
        ...reasonLines(group, width),
      ].join('\n'),
    )
    .join('\n\n');
}

/** What all rows have, said once. */
function commonText(rows: readonly SummaryRow[]): string {
  const levels = rows
    .filter(({ confidenceLevel }) => confidenceLevel > 0)
    .map(({ confidenceLevel }) => confidenceLevel);
  const intervals =
    levels.length === 0 ? 'no intervals' : `${range(levels, (one) => percent(one))} intervals`;
  const processes = range(
    rows.map((row) => row.processes),
    String,
  );
  const disturbed = range(
    rows.map(({ disturbedShare }) => disturbedShare),
    (part) => percent(part, 0),
  );
  return `${processes} process execution${processes === '1' ? '' : 's'}, ${intervals}, ${disturbed} of the pairs disturbed`;
}

function range(values: readonly number[], word: (value: number) => string): string {
  const [least, most] = [word(Math.min(...values)), word(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

function tableOf(rows: readonly SummaryRow[]): ContentTable {
  return contentTable(rows, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'bytes', cell: (row) => row.sizeClass },
    { heading: 'ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
    {
      heading: 'interval',
      cell: (row) =>
        row.confidenceLevel > 0 ? `${shortFigure(row.low)} to ${shortFigure(row.high)}` : level(row),
    },
    { heading: 'ns/byte', cell: (row) => figure(row.phaseNanosecondsPerByte), numeric: true },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
}

/** Why rows are not `ok`, a line for each set of reasons. */
function reasonLines(rows: readonly SummaryRow[], width: number): string[] {
  const named = new Map<string, string[]>();
  for (const { phase, sizeClass, reasons } of rows) {
    if (reasons.length === 0) continue;
    const key = reasons.join(', ');
    named.set(key, [...(named.get(key) ?? []), `${phase} ${sizeClass}`]);
  }
  return [...named].flatMap(([reasons, names]) => wrapped(`${reasons}: ${names.join(', ')}`, width));
}
