import { alignedTable } from '../aligned-table.js';
import type { ContentTable } from '../content.js';

const SPACE = 2;

/**
 * A table in plain columns that fits so many letters: where it is wider, it goes on in a second one below, whose rows begin with the
 * same first columns.
 */
export function fittedTable(
  table: ContentTable,
  width: number,
  { keys = 1, shown = (cell: string) => cell }: { keys?: number; shown?: (cell: string) => string } = {},
): string {
  const widths = table.heading.map((heading, column) =>
    Math.max(heading.length, ...table.rows.map((row) => row[column]!.length)),
  );
  const keyColumns = widths.map((_, column) => column).slice(0, keys);
  const wide = (columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + widths[column]! + SPACE, -SPACE);
  const groups: number[][] = [[]];
  for (let column = keys; column < widths.length; column++) {
    const last = groups.at(-1)!;
    if (last.length > 0 && wide([...keyColumns, ...last, column]) > width) groups.push([column]);
    else last.push(column);
  }
  return groups.map((group) => alignedTable(columnsOf(table, [...keyColumns, ...group], shown))).join('\n\n');
}

function columnsOf(
  { heading, rows, numeric }: ContentTable,
  columns: readonly number[],
  shown: (cell: string) => string,
): ContentTable {
  return {
    heading: columns.map((column) => heading[column]!),
    rows: rows.map((row) => columns.map((column) => shown(row[column]!))),
    numeric: columns.flatMap((column, place) => (numeric.includes(column) ? [place] : [])),
  };
}
