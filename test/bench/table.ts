import { alignedTable } from '../../reports/aligned-table.js';

/** A table in plain columns: the first to the left, figures to the right. */
export function plainTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return alignedTable({ heading, rows, numeric: heading.map((_, column) => column).slice(1) });
}
