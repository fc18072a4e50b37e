import { styleText } from 'node:util';
import { alignedTable } from './aligned-table.js';
import { comparisonContent } from './comparison-content.js';
import { contentTable, type ContentTable } from './content.js';
import type { ComparedRun } from './engine-comparison.js';
import { METERING_NOTE, meteringTable, type MeteredRun } from './metering-content.js';
import { VERDICTS, type RecordedRun, type SummaryRow, type Verdict } from './recorded-run/index.js';
import { baselineName, figure, interval, level, percent } from './wording.js';
import { runWarnings } from './warnings.js';

export interface TableOptions {
  /** Colour beside the words; off unless told. {@link terminalColour} decides for a stream. */
  readonly colour?: boolean;
  /** Size classes too, and not only `all`; on unless told. */
  readonly sizeClasses?: boolean;
}

/** Whether to colour what goes to a stream: only on a terminal, and never with NO_COLOR (no-color.org). */
export function terminalColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** The summary as aligned tables, one for each engine and memset, each with a line that names them. */
export function summaryTable(rows: readonly SummaryRow[], options: TableOptions = {}): string {
  const { colour = false, sizeClasses = true } = options;
  const shown = sizeClasses ? rows : rows.filter((row) => row.sizeClass === 'all');
  const groups = new Map<string, SummaryRow[]>();
  for (const row of shown) {
    const title = `${row.engine}, ${row.temperature}: time / ${baselineName(row)} at equal bytes`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups].map(([title, group]) => `${title}\n${tableOf(group, colour)}`).join('\n\n');
}

function tableOf(rows: readonly SummaryRow[], colour: boolean): string {
  const levels = new Set(rows.map(level));
  const oneLevel = levels.size === 1 && rows[0]!.confidenceLevel > 0 ? [...levels][0]! : undefined;
  const bounds = (row: SummaryRow): string => {
    if (row.confidenceLevel === 0) return level(row);
    return interval(row) + (oneLevel === undefined ? ` (${level(row)})` : '');
  };
  const table = contentTable(rows, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'bytes', cell: (row) => row.sizeClass },
    { heading: 'ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
    { heading: oneLevel === undefined ? 'interval' : `${oneLevel} interval`, cell: bounds },
    { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
    { heading: 'ns/byte', cell: (row) => figure(row.phaseNanosecondsPerByte), numeric: true },
    { heading: 'disturbed', cell: (row) => percent(row.disturbedShare, 0), numeric: true },
    {
      heading: 'verdict',
      cell: ({ verdict, reasons }) => verdict + (reasons.length === 0 ? '' : ` (${reasons.join(', ')})`),
    },
  ]);
  return plainTable(table, colour);
}

/** What speaks against a run's numbers, a line each; empty text where nothing does. */
export function warningText(recorded: RecordedRun): string {
  const warnings = runWarnings(recorded);
  return warnings.length === 0 ? '' : ['Warnings', ...warnings].join('\n');
}

/** The engines of a run side by side, with what must be known to read the table; empty text where nothing was measured. */
export function comparisonText(recorded: ComparedRun, { colour = false }: TableOptions = {}): string {
  const content = comparisonContent(recorded);
  if (content === undefined) return '';
  return ['The engines side by side', plainTable(content.table, colour), ...content.notes].join('\n');
}

/** What engines charge and what a fuel's worth takes; empty text where it was not measured. */
export function meteringText(run: MeteredRun, { colour = false }: TableOptions = {}): string {
  const table = meteringTable(run);
  if (table === undefined) return '';
  return ['What is charged, and what it takes', plainTable(table, colour), METERING_NOTE].join('\n');
}

/** A report's table in plain columns; verdicts in colour when asked. */
function plainTable(table: ContentTable, colour = false): string {
  if (!colour) return alignedTable(table);
  const shown = (cell: string): string => {
    const verdict = VERDICTS.find((known) => cell === known || cell.startsWith(`${known} (`));
    return verdict === undefined ? cell : coloured(verdict, cell);
  };
  return alignedTable({ ...table, rows: table.rows.map((row) => row.map(shown)) });
}

function coloured(verdict: Verdict, text: string): string {
  return styleText(VERDICT_COLOURS[verdict], text, { validateStream: false });
}

const VERDICT_COLOURS: Readonly<Record<Verdict, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  noisy: 'yellow',
  'insufficient-data': 'red',
};
