import { columnsOf, type CsvColumnFacts, type CsvRow, type CsvRowSchema } from '../recorded-run/csv-row.js';
import { ORIGIN_COLUMNS, type RowOrigin } from '../recorded-run/row-origin.js';
import { parquetWriteBuffer } from './parquet-writer.js';

const TYPES = { text: 'STRING', choice: 'STRING', names: 'STRING', number: 'DOUBLE' } as const;

/** Rows as a Parquet file, with the columns of the CSV file: names stand in one text, separated by spaces; unknown cells are null. */
export function parquetFile<Schema extends CsvRowSchema>(
  schema: Schema,
  rows: readonly CsvRow<Schema>[],
  origin: RowOrigin,
): Uint8Array {
  const ofRun = columnsOf(ORIGIN_COLUMNS).map(({ name }) => ({
    ...{ name, type: TYPES.text, nullable: false },
    data: rows.map(() => origin[name as keyof RowOrigin]),
  }));
  const own = columnsOf(schema).map((column) => ({
    ...{ name: column.name, type: TYPES[column.kind], nullable: column.optional },
    data: rows.map((row) => cell((row as Readonly<Record<string, unknown>>)[column.name], column)),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData: [...ofRun, ...own] }));
}

function cell(value: unknown, { kind }: CsvColumnFacts): string | number | undefined {
  if (kind === 'names') return (value as readonly string[]).join(' ');
  return value as string | number | undefined;
}
