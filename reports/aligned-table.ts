import Table from 'cli-table3';
import type { ContentTable } from './content.js';

/** Rows that are laid out at a time: what that takes grows with their square. */
const BATCH_ROWS = 200;

/** A table in plain columns, two blanks apart, numbers to the right. Styled cells keep their styles, and count by what is seen of them. */
export function alignedTable({ heading, rows, numeric }: ContentTable): string {
  const batches = Array.from({ length: Math.max(1, Math.ceil(rows.length / BATCH_ROWS)) }, (_, i) => ({
    heading,
    rows: rows.slice(i * BATCH_ROWS, (i + 1) * BATCH_ROWS),
    numeric,
  }));
  if (batches.length === 1) return laidOut(batches[0]!).text;
  const widths = batches.reduce<readonly number[]>(
    (most, batch) => laidOut(batch).widths.map((width, column) => Math.max(width, most[column] ?? 0)),
    [],
  );
  const [first, ...others] = batches.map((batch) => laidOut(batch, widths).text);
  return [first!, ...others.map((text) => text.slice(text.indexOf('\n') + 1))].join('\n');
}

/** A table as it is drawn, and how wide its columns are: as told, or as their cells need. */
function laidOut(
  { heading, rows, numeric }: ContentTable,
  wanted: readonly number[] = [],
): { readonly text: string; readonly widths: readonly number[] } {
  const widths = [...wanted];
  const table = new Table({
    head: [...heading],
    colAligns: heading.map((_, column) => (numeric.includes(column) ? 'right' : 'left')),
    // What is left open in it the library fills in.
    colWidths: widths,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: WITHOUT_BORDERS,
  });
  table.push(...rows.map((row) => [...row]));
  const text = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
  return { text, widths };
}

const WITHOUT_BORDERS = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((corner) => [`${side}${corner}`, '']),
    ),
  ),
  middle: '  ',
};
