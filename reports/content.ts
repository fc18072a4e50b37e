/** A table of a report, cells ready to be shown. */
export interface ContentTable {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, to be aligned right. */
  readonly numeric: readonly number[];
}

/** One column of a table: its heading, and what it says of a row. */
export interface ContentColumn<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Numbers are aligned right. */
  readonly numeric?: boolean;
}

/** A table by its columns: every row has a cell under every heading. */
export function contentTable<Row>(
  rows: readonly Row[],
  columns: readonly (ContentColumn<Row> | undefined)[],
): ContentTable {
  const shown = columns.filter((column) => column !== undefined);
  return {
    heading: shown.map(({ heading }) => heading),
    rows: rows.map((row) => shown.map(({ cell }) => cell(row))),
    numeric: shown.flatMap(({ numeric = false }, index) => (numeric ? [index] : [])),
  };
}

export type ContentBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly table: ContentTable };

export interface ContentSection {
  readonly title: string;
  readonly blocks: readonly ContentBlock[];
}
