import type { ArmTime } from '../arm-times.js';
import { contentTable, type ContentColumn, type ContentTable } from '../content.js';

/** A row for each group of functions that was timed: what they are, what is told of them, and in how many processes. */
export function armTable<Row extends ArmTime>(
  rows: readonly Row[],
  told: readonly ContentColumn<Row>[],
): ContentTable {
  return contentTable<Row>(rows, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'functions of', cell: ({ module }) => module },
    { heading: 'size class', cell: ({ sizeClass }) => sizeClass },
    ...told,
    { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
  ]);
}
