import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { SummaryRow, Verdict } from './recorded-run/index.js';
import { baselineName, figure, interval, percent } from './wording.js';

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
  const shown = sizeClasses ? rows : rows.filter((row) => row.functionSizeClass === 'all');
  const groups = new Map<string, SummaryRow[]>();
  for (const row of shown) {
    const title = `${row.engine}, ${row.temperature}: time / ${baselineName(row)} at equal bytes`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups].map(([title, group]) => `${title}\n${tableOf(group, colour)}`).join('\n\n');
}

function tableOf(rows: readonly SummaryRow[], colour: boolean): string {
  const levels = new Set(rows.map((row) => percent(row.confidenceLevel)));
  const oneLevel = levels.size === 1 ? [...levels][0]! : undefined;
  const table = new Table({
    head: [
      'phase',
      'bytes',
      'ratio',
      oneLevel === undefined ? 'interval' : `${oneLevel} interval`,
      'processes',
      'ns/byte',
      'disturbed',
      'verdict',
    ],
    colAligns: ['left', 'left', 'right', 'left', 'right', 'right', 'right', 'left'],
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const row of rows) {
    const level = oneLevel === undefined ? ` (${percent(row.confidenceLevel)})` : '';
    const verdict = [row.verdict, ...(row.reasons.length === 0 ? [] : [`(${row.reasons.join(', ')})`])].join(
      ' ',
    );
    table.push([
      row.phase,
      row.functionSizeClass,
      figure(row.ratio),
      interval(row.low, row.high) + level,
      String(row.processes),
      figure(row.phaseNanosecondsPerByte),
      percent(row.disturbedShare, 0),
      colour ? styleText(VERDICT_COLOURS[row.verdict], verdict, { validateStream: false }) : verdict,
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const VERDICT_COLOURS: Readonly<Record<Verdict, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  noisy: 'yellow',
  'insufficient-data': 'red',
};

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
