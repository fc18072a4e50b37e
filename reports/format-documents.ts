import type { TSchema } from 'typebox';
import { DESCRIBED_TABLES, describedColumns, type DescribedTable } from './recorded-run/described-tables.js';
import { COMPARISON_FILE } from './comparison/comparison-record.js';
import { MONITOR_FILE } from './recorded-run/monitor.js';
import { REPORT_FILE } from './report-record.js';
import { withSharedDefinitions } from './shared-definitions.js';
import {
  CENSUS_FILE,
  EXECUTION_FILE,
  FITS_FILE,
  METERING_FILE,
  PROFILE_FILE,
  RUN_FILE,
  VERIFICATION_FILE,
} from './recorded-run/run-files.js';

const FILES = [
  RUN_FILE,
  PROFILE_FILE,
  FITS_FILE,
  VERIFICATION_FILE,
  METERING_FILE,
  EXECUTION_FILE,
  CENSUS_FILE,
  MONITOR_FILE,
  REPORT_FILE,
  COMPARISON_FILE,
  ...DESCRIBED_TABLES,
] as const;

/** What is published of the recorded files' forms, by path from the project's folder: the JSON Schemas and `docs/csv.md`. */
export function formatDocuments(): Readonly<Record<string, string>> {
  const schemas = FILES.map(({ name, schema }) => [schemaPath(name), schemaText(schema)]);
  return { ...(Object.fromEntries(schemas) as Record<string, string>), 'docs/csv.md': csvDocument() };
}

/** `run.json` is described by `run.schema.json`, a row of `summary.csv` by `summary.schema.json`. */
function schemaPath(file: string): string {
  return `reports/recorded-run/schemas/${file.replace(/\.(json|csv)$/, '')}.schema.json`;
}

function schemaText(schema: TSchema): string {
  // Through text: TypeBox keeps marks of its own beside what is JSON Schema.
  const plain = JSON.parse(JSON.stringify(schema)) as Readonly<Record<string, unknown>>;
  return `${JSON.stringify(withSharedDefinitions(plain), undefined, 2)}\n`;
}

function csvDocument(): string {
  return [
    '# The columns of the CSV files',
    '',
    'Written by `npm run docs:formats` from the declarations in `reports/recorded-run/`, which the files are written and read by;',
    '`wasm-dyno report --describe-columns` prints the same.',
    '',
    'The files are CSV as RFC 4180 has it: UTF-8, lines end in CR LF, the first names the columns. An optional cell is empty where its value',
    'is not known. Names in one cell are separated by spaces. Every row begins with its run, its machine and when the run began, so that files',
    'of several runs can be put together. Readers ignore columns that they do not know. Each table has a JSON Schema of its rows in',
    '`reports/recorded-run/schemas/`.',
    '',
    ...DESCRIBED_TABLES.flatMap(tableDocument),
  ].join('\n');
}

function tableDocument(table: DescribedTable): string[] {
  return [
    `## ${table.name}`,
    '',
    table.schema.description ?? '',
    '',
    '| column | holds | unit | meaning |',
    '| --- | --- | --- | --- |',
    ...describedColumns(table).map(
      ({ name, holds, unit, description }) =>
        `| ${['`' + name + '`', holds.map(word).join(', '), unit, description].join(' | ')} |`,
    ),
    '',
  ];
}

/** Words of a file are set as such; kinds of cells are not. */
function word(text: string): string {
  return KINDS.has(text) ? text : '`' + text + '`';
}

const KINDS: ReadonlySet<string> = new Set(['text', 'number', 'names', 'empty', 'or empty']);
