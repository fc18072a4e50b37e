import type { TSchema } from 'typebox';
import { columnsOf, type CsvColumnFacts } from './csv-row.js';
import type { CsvTable } from './csv-table.js';
import { MEASUREMENT_TABLE } from './measurement.js';
import { FITS_FILE, METERING_FILE, PROFILE_FILE, RUN_FILE, VERIFICATION_FILE } from './run-files.js';
import { SUMMARY_TABLE } from './summary-row.js';
import { WARM_UP_TABLE } from './warm-up.js';

const TABLES = [MEASUREMENT_TABLE, SUMMARY_TABLE, WARM_UP_TABLE] as const;
const FILES = [RUN_FILE, PROFILE_FILE, FITS_FILE, VERIFICATION_FILE, METERING_FILE, ...TABLES] as const;

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
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function csvDocument(): string {
  return [
    '# The columns of the CSV files',
    '',
    'Written by `npm run docs:formats` from the declarations in `reports/recorded-run/`, which the files are written and read by. An optional cell is',
    'empty where its value is not known. Names in one cell are separated by spaces. The first line names the columns; readers ignore those they do not know.',
    'Each table has a JSON Schema of its rows in `reports/recorded-run/schemas/`.',
    '',
    ...TABLES.flatMap(tableDocument),
  ].join('\n');
}

function tableDocument({ name, schema }: Pick<CsvTable<never>, 'name'> & { schema: TSchema }): string[] {
  const { description = '' } = schema as { description?: string };
  const columns = columnsOf(schema as (typeof TABLES)[number]['schema']);
  return [
    `## ${name}`,
    '',
    description,
    '',
    '| column | holds | unit | meaning |',
    '| --- | --- | --- | --- |',
    ...columns.map(
      (column) =>
        `| ${['`' + column.name + '`', holds(column), column.unit, column.description].join(' | ')} |`,
    ),
    '',
  ];
}

function holds({ kind, optional, choices }: CsvColumnFacts): string {
  const what =
    kind === 'choice' ? choices.map((one) => (one === '' ? 'empty' : `\`${one}\``)).join(', ') : kind;
  return optional ? `${what}, or empty` : what;
}
