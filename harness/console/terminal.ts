import { styleText } from 'node:util';

import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { terminalColour } from '@wasm-dyno/reports/terminal-colour';
import { visibleLine, visibleStyled } from './visible-text.js';

type Style = Parameters<typeof styleText>[0];

/** Colours for people at a terminal, unless they asked for none (https://no-color.org). */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return terminalColour(stream) ? styleText(style, text, { validateStream: false }) : text;
}

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Its cells may have this program's colours in them. In other columns colours are others' text too, and shown escaped. */
  readonly styled?: boolean;
}

/** A table in plain columns, with nothing in its cells that would move the cursor. */
export function terminalTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  return alignedTable({
    heading: columns.map(({ head }) => head),
    rows: rows.map((row) => row.map((cell, column) => visibleCell(cell, columns[column]))),
    numeric: columns.flatMap(({ align }, column) => (align === 'right' ? [column] : [])),
  });
}

function visibleCell(cell: string, column: Column | undefined): string {
  return (column?.styled ?? false)
    ? visibleStyled(cell).replaceAll('\n', '\\n')
    : visibleLine(cell, Infinity);
}

/** A ratio with three significant digits, and never fewer than its whole part. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toFixed(Math.min(digits, 6));
}

export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 100
    ? `${whole} s`
    : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Letters that a table's line may have: a terminal's, and never fewer than 80. */
export function tableWidth(stream: NodeJS.WriteStream = process.stdout): number {
  return Math.max(80, stream.columns ?? 80);
}
