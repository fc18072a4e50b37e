import { columnsOf, type CsvRowSchema } from '@wasm-dyno/reports/recorded-run';
import type { AskedFile } from './asked-file.js';
import { sqlFile, sqlList, sqlName } from './sql-text.js';

interface TypedColumn {
  readonly name: string;
  readonly type: 'double' | 'varchar' | 'timestamptz';
}

/**
 * Rows of many files under each other, by the names of their columns: all that are documented, empty where a file has none, then what else
 * the files have, then `source`, where a row was found. Numbers are numbers in every file, whether or not a file's cells show it.
 */
export function tableView(schema: CsvRowSchema, files: readonly AskedFile[]): string {
  const columns = columnsOf(schema).map(typed);
  const of = (format: AskedFile['format']) => files.filter((file) => file.format === format);
  const readers = [
    ...(of('csv').length === 0 ? [] : [`read_csv(${listOf(of('csv'))}, ${CSV})`]),
    ...(of('parquet').length === 0 ? [] : [`read_parquet(${listOf(of('parquet'))}, ${EVERY})`]),
  ];
  const parts = readers.map((reader) => typedRows(reader, columns));
  return `select r.* exclude (filename), s.source from (${parts.join(' union all by name ')}) r
    join asked_files s on s.path = r.filename`;
}

/** A view of no rows, for a table that no file has: queries over all tables go on working. */
export function emptyTableView(schema: CsvRowSchema): string {
  const columns = columnsOf(schema)
    .map(typed)
    .map(({ name, type }) => `null::${type} as ${sqlName(name)}`);
  return `select ${columns.join(', ')}, null::varchar as source where false`;
}

const EVERY = 'union_by_name = true, filename = true';
/** RFC 4180, as written. Cells are typed by what is documented of their column, not by what they happen to hold. */
const CSV = `${EVERY}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"'`;

function typed({ name, kind }: { name: string; kind: string }): TypedColumn {
  return {
    name,
    type: kind === 'number' ? 'double' : name === 'runCreatedAt' ? 'timestamptz' : 'varchar',
  };
}

function typedRows(reader: string, columns: readonly TypedColumn[]): string {
  const names = columns.map(({ name }) => sqlName(name));
  const cast = columns.map(({ name, type }) => {
    const cell = type === 'varchar' ? sqlName(name) : `nullif(${sqlName(name)}::varchar, '')`;
    return `${cell}::${type} as ${sqlName(name)}`;
  });
  // A file of an earlier version lacks columns: no row of all of them brings them in.
  const documented = names.map((name) => `null as ${name}`).join(', ');
  return `(select ${cast.join(', ')}, * exclude (${names.join(', ')})
    from (select * from ${reader} union all by name select ${documented} where false))`;
}

function listOf(files: readonly AskedFile[]): string {
  return sqlList(files.map(({ path }) => sqlFile(path)));
}
