import type { Chart } from './charts/chart.js';

/** A table of a report, cells ready to be shown. */
export interface ContentTable {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, to be aligned right. */
  readonly numeric: readonly number[];
}

/** A table with what it is a table of. */
export interface CaptionedTable {
  readonly caption: string;
  readonly table: ContentTable;
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
  | { readonly kind: 'terms'; readonly terms: readonly (readonly [term: string, meaning: string])[] }
  /** A file of the run beside what it holds. */
  | { readonly kind: 'files'; readonly files: readonly (readonly [name: string, meaning: string])[] }
  | { readonly kind: 'table'; readonly table: ContentTable; readonly caption?: string }
  /** Pictures, and a short table that has room beside them. */
  | { readonly kind: 'charts'; readonly charts: readonly Chart[]; readonly beside?: CaptionedTable }
  /** What few need to see at once: long tables. */
  | { readonly kind: 'folded'; readonly title: string; readonly blocks: readonly ContentBlock[] };

export interface ContentSection {
  /** Its place in a page's address: letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** Its word in a contents bar. */
  readonly short: string;
  /** What it finds, in a sentence: what is read while it is folded. */
  readonly finding?: string;
  readonly blocks: readonly ContentBlock[];
}

export const paragraph = (text: string): ContentBlock => ({ kind: 'paragraph', text });
export const list = (items: readonly string[]): ContentBlock => ({ kind: 'list', items });
export const charts = (...all: readonly (Chart | undefined)[]): ContentBlock => ({
  kind: 'charts',
  charts: all.filter((chart) => chart !== undefined),
});

/** A picture with its few values beside it, in sight. */
export const chartBeside = (chart: Chart, caption: string, table: ContentTable): ContentBlock => ({
  kind: 'charts',
  charts: [chart],
  beside: { caption, table },
});

/** A long table, folded under its title. */
export const foldedTable = (title: string, table: ContentTable): ContentBlock => ({
  kind: 'folded',
  title,
  blocks: [{ kind: 'table', table, caption: title }],
});
