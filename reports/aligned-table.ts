import Table from 'cli-table3';
import type { ContentTable } from './content.js';

/** A table in plain columns, two blanks apart, numbers to the right. Styled cells keep their styles, and count by what is seen of them. */
export function alignedTable({ heading, rows, numeric }: ContentTable): string {
  const table = new Table({
    head: [...heading],
    colAligns: heading.map((_, column) => (numeric.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: WITHOUT_BORDERS,
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const WITHOUT_BORDERS = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((corner) => [`${side}${corner}`, '']),
    ),
  ),
  middle: '  ',
};
