/** A table of a report, cells ready to be shown. */
export interface ContentTable {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, to be aligned right. */
  readonly numeric: readonly number[];
}

export type ContentBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly table: ContentTable };

export interface ContentSection {
  readonly title: string;
  readonly blocks: readonly ContentBlock[];
}
