import { DESCRIBED_TABLES } from '@wasm-dyno/reports/recorded-run';
import { viewName, type AskedFile } from './asked-file.js';
import { cellReader, type AnsweredValue, type CellReader } from './answered-value.js';
import { inOneLine, loadDuckDb, type Connection } from './duckdb.js';
import { fetchedFiles, isAddress } from './fetched-files.js';
import { localFiles } from './local-files.js';
import { QueryRefused } from './query-refused.js';
import { PRICES_VIEW, profilesView, runsView } from './record-views.js';
import { exactPattern, sqlList, sqlText } from './sql-text.js';
import { emptyTableView, tableView } from './table-view.js';
import { withWholeRows } from './whole-rows.js';

/** The rows of an answer, some at a time. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly (readonly AnsweredValue[])[]>;
}

/**
 * The files of runs as tables to be asked in SQL. Once it is open, no query reads another file, writes one, or loads an extension.
 */
export class RunDatabase {
  /** Views that nobody has asked for yet: to make one opens all of its files. */
  private readonly unmade: Map<string, string>;

  private constructor(
    private readonly connection: Connection,
    private readonly selectType: number,
    /** The files behind the views. */
    readonly files: readonly AskedFile[],
  ) {
    this.unmade = viewsOf(files);
  }

  /**
   * @param given run directories, folders of them, files, patterns, and addresses
   * @param folder an empty one for what is fetched, and for what does not fit into memory
   * @throws QueryRefused
   */
  static async open(given: readonly string[], folder: string): Promise<RunDatabase> {
    const { DuckDBInstance, StatementType } = await loadDuckDb();
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    try {
      await connection.run(settings(folder));
      const files = withWholeRows(withoutRepeats(await filesOf(given, connection, folder)), folder);
      await connection.run(`set allowed_paths = ${sqlList(files.flatMap(allowed))}`);
      await connection.run('set enable_external_access = false; set lock_configuration = true');
      await nameFiles(connection, files);
      return new RunDatabase(connection, StatementType.SELECT, files);
    } catch (error) {
      connection.closeSync();
      throw error instanceof QueryRefused ? error : inOneLine(error);
    }
  }

  /** @throws QueryRefused for what is no single query, and for what DuckDB says of it */
  async ask(query: string): Promise<Answer> {
    try {
      if (isEmptyQuery(query)) throw new QueryRefused(EMPTY_QUERY);
      const statements = await this.connection.extractStatements(query);
      if (statements.count !== 1)
        throw new QueryRefused(
          `one query is answered at a time, and these are ${statements.count} (a pivot counts as two, unless "in" lists its values)`,
        );
      await this.makeViews(query);
      const statement = await statements.prepare(0);
      if (statement.statementType !== this.selectType)
        throw new QueryRefused(`only queries are answered, nothing is changed; ${EXAMPLE}`);
      const result = await statement.stream();
      const columns = result.deduplicatedColumnNames();
      const readers = columns.map((_, i) => cellReader(result.columnType(i)));
      return { columns, rows: read(result.yieldRowsJson(), readers) };
    } catch (error) {
      throw error instanceof QueryRefused ? error : inOneLine(error);
    }
  }

  private async makeViews(query: string): Promise<void> {
    const words = new Set(query.toLowerCase().match(/\w+/g));
    const isOfAll = ALL_VIEWS.some((word) => words.has(word));
    for (const [name, view] of this.unmade) {
      const isAsked = words.has(name) || (name === 'profiles' && words.has('prices'));
      if (!isOfAll && !isAsked) continue;
      await this.connection.run(`create view ${name} as ${view}`);
      this.unmade.delete(name);
    }
  }

  close(): void {
    this.connection.closeSync();
  }
}

/** Words of queries that are about all the views there are, or name one in a roundabout way. */
const ALL_VIEWS = [
  'show',
  'describe',
  'information_schema',
  'duckdb_views',
  'duckdb_columns',
  'query',
  'query_table',
];

/** Nothing but blanks, ends of statements and comments. */
export function isEmptyQuery(query: string): boolean {
  return /^[\s;]*$/.test(query.replace(/--[^\n]*|\/\*.*?\*\//gs, ''));
}

const EXAMPLE = "for example 'select engine, phase, ratio from summary'";
export const EMPTY_QUERY = `the query is empty; ${EXAMPLE}`;

/** Nothing is fetched or loaded behind the user's back, and times are told as they are written. */
function settings(folder: string): string {
  return `set temp_directory = ${sqlText(folder)}; set TimeZone = 'UTC'; set allow_community_extensions = false;
    set autoinstall_known_extensions = false; set autoload_known_extensions = false`;
}

async function filesOf(
  given: readonly string[],
  connection: Connection,
  folder: string,
): Promise<AskedFile[]> {
  const glob = async (pattern: string): Promise<string[]> => {
    const found = await connection.runAndReadAll('select file from glob($pattern) order by file', {
      pattern,
    });
    return found.getRowsJson().map(([file]) => String(file));
  };
  const files: AskedFile[] = [];
  for (const one of given)
    files.push(...(isAddress(one) ? await fetchedFiles(one, folder) : await localFiles(one, glob)));
  return files;
}

function withoutRepeats(files: readonly AskedFile[]): AskedFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** A path is held against what is allowed twice: as it is written in a view, and as it is opened. */
function allowed({ path }: AskedFile): string[] {
  return [...new Set([path, exactPattern(path)])].map(sqlText);
}

async function nameFiles(connection: Connection, files: readonly AskedFile[]): Promise<void> {
  await connection.run('create table asked_files (path varchar, source varchar, "view" varchar)');
  const rows = files.map(({ path, source, view }) => `(${[path, source, view].map(sqlText).join(', ')})`);
  await connection.run(`insert into asked_files values ${rows.join(', ')}`);
}

/** In an order in which each finds the views that it is made of. */
function viewsOf(files: readonly AskedFile[]): Map<string, string> {
  const of = (view: string) => files.filter((file) => file.view === view);
  const tables = DESCRIBED_TABLES.map(({ name, schema }): [string, string] => {
    const found = of(viewName(name));
    return [viewName(name), found.length === 0 ? emptyTableView(schema) : tableView(schema, found)];
  });
  return new Map([
    ...tables,
    ['profiles', profilesView(of('profiles'))],
    ['prices', PRICES_VIEW],
    ['runs', runsView(of('runs'))],
  ]);
}

async function* read(
  chunks: AsyncIterable<readonly (readonly AnsweredValue[])[]>,
  readers: readonly CellReader[],
): AsyncGenerator<readonly (readonly AnsweredValue[])[]> {
  try {
    for await (const rows of chunks) yield rows.map((row) => row.map((cell, i) => readers[i]!(cell)));
  } catch (error) {
    throw inOneLine(error);
  }
}
