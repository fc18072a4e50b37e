import path from 'node:path';

import { DESCRIBED_TABLES, RUN_FILES } from '@wasm-dyno/reports/recorded-run';

/** What a file's rows are shown as. */
export type FileKind = { readonly view: string; readonly format: 'csv' | 'parquet' | 'json' };

/** A file to be asked, and what people know it by: where it was found, or its address. */
export interface AskedFile extends FileKind {
  readonly path: string;
  readonly source: string;
}

/** The tables of a run by the name of their files, without its ending; the longest first, so that none hides another. */
const STEMS = DESCRIBED_TABLES.map(({ name }) => name.replace(/\.csv$/, '')).sort(
  (a, b) => b.length - a.length,
);

/** JSON files of a run that are no profiles. */
const OTHER_RECORDS: ReadonlySet<string> = new Set(
  Object.values(RUN_FILES).filter((name) => name.endsWith('.json') && name !== RUN_FILES.profile),
);

/** `warm-up.csv` is the view `warm_up`. */
export function viewName(table: string): string {
  return table.replace(/\.csv$/, '').replaceAll('-', '_');
}

/**
 * Told by a file's name: `summary.csv`, `summary.parquet`, `node-7.summary.csv` and `summary-2026.csv` hold rows of the summary. Any other
 * JSON file may be a profile, or a bundle of them.
 *
 * @returns undefined for a file of no such name
 */
export function fileKind(name: string): FileKind | undefined {
  const [, stem = '', ending = ''] = /^(.+)\.(csv|parquet|json)$/.exec(name) ?? [];
  if (ending === 'json') {
    if (name === RUN_FILES.run) return { view: 'runs', format: 'json' };
    return OTHER_RECORDS.has(name) ? undefined : { view: 'profiles', format: 'json' };
  }
  const table = STEMS.find((known) => new RegExp(`(^|[-_.])${known}([-_.]|$)`).test(stem));
  return table === undefined
    ? undefined
    : { view: viewName(table), format: ending === 'parquet' ? 'parquet' : 'csv' };
}

/** The files that a run directory may have, by name: what is tried where nothing lists them. */
export const FILES_OF_RUN: readonly string[] = [
  RUN_FILES.run,
  RUN_FILES.profile,
  ...DESCRIBED_TABLES.map(({ name }) => name),
];

/** For messages. */
export const KNOWN_NAMES = `${STEMS.map((stem) => `${stem}.csv`)
  .sort()
  .join(', ')}, the same as .parquet, ${RUN_FILES.run} and profiles as .json`;

export function baseName(file: string): string {
  return path.posix.basename(file.replaceAll('\\', '/'));
}
