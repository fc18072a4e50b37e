import { alignedTable } from '../aligned-table.js';
import type { ContentTable } from '../content.js';

const SPACE = 2;

export interface FittedOptions {
  /** Headings of the columns that every part begins with: what names a row, and what is said of it. */
  readonly keys: readonly string[];
  readonly shown?: (cell: string) => string;
}

/**
 * A table in plain columns that fits so many letters: where it is wider, it goes on in a second one below, whose rows begin with the
 * same key columns.
 */
export function fittedTable(
  table: ContentTable,
  width: number,
  { keys, shown = (cell) => cell }: FittedOptions,
): string {
  const widths = table.heading.map((heading, column) =>
    Math.max(heading.length, ...table.rows.map((row) => row[column]!.length)),
  );
  const keyColumns = keys.map((key) => table.heading.indexOf(key)).filter((column) => column >= 0);
  const others = widths.map((_, column) => column).filter((column) => !keyColumns.includes(column));
  const wide = (columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + widths[column]! + SPACE, -SPACE);
  const all = widths.map((_, column) => column);
  if (wide(all) <= width) return alignedTable(columnsOf(table, all, shown));
  const groups: number[][] = [[]];
  for (const column of others) {
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
