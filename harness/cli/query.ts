import type { Argv, CommandModule } from 'yargs';

import { stringify } from 'csv-stringify/sync';

import { counted } from '@wasm-dyno/reports/wording';
import { printPieces } from '../console/output.js';
import { terminalTable } from '../console/terminal.js';
import { visibleLine } from '../console/visible-text.js';
import { jsonListPieces } from '../console/write-json.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import {
  EMPTY_QUERY,
  isEmptyQuery,
  QueryRefused,
  RunDatabase,
  type Answer,
  type AnsweredValue,
} from '../query/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { refuseOutput, writeOutputPieces } from './output-file.js';
import { helpHint } from './usage.js';

interface QueryArguments {
  query: string;
  sources: string[];
  json: boolean;
  csv: boolean;
  out: string | undefined;
}

export const queryCommand: CommandModule<object, QueryArguments> = {
  command: 'query <query> <sources..>',
  describe: 'Ask the files of many runs and profiles in SQL, wherever they lie (needs DuckDB)',
  builder: (yargs) =>
    yargs
      .positional('query', {
        type: 'string',
        demandOption: true,
        describe: 'One query, over measurements, summary, profiles, prices, runs, modules and warm_up',
      })
      .positional('sources', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Run directories, folders of them, CSV, Parquet and profiles, patterns, http(s) addresses',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print rows as JSON' })
      .option('csv', { type: 'boolean', default: false, describe: 'Print rows as CSV' })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File to write; standard output unless given',
      })
      .example("$0 query 'select machine, engine, phase, ratio from summary' fleet/", '')
      .example(
        "$0 query 'describe summary' fleet/",
        'what the columns are',
      ) as unknown as Argv<QueryArguments>,
  handler: async ({ query, sources, json, csv, out }) => {
    if (json && csv)
      throw new CommandFailure(ExitCode.Usage, `one of --json and --csv; ${helpHint(['query'])}`);
    if (isEmptyQuery(query)) throw new CommandFailure(ExitCode.Usage, EMPTY_QUERY);
    if (out !== undefined) refuseOutput(out, sources);
    const { path, remove } = temporaryFolder('query');
    try {
      const database = await RunDatabase.open(sources, path);
      try {
        const pieces = piecesOf(await database.ask(query), json ? 'json' : csv ? 'csv' : 'table');
        await (out === undefined ? printPieces(pieces) : writeOutputPieces(out, pieces));
      } finally {
        database.close();
      }
    } catch (error) {
      throw error instanceof QueryRefused ? new CommandFailure(ExitCode.Failed, error.message) : error;
    } finally {
      remove();
    }
  },
};

type Row = readonly AnsweredValue[];
type Form = 'json' | 'csv' | 'table';

/** The answer as text, which comes as its rows do: raw measurements of a fleet are more than a text holds. */
function piecesOf(answer: Answer, form: Form): AsyncIterable<string> {
  return form === 'json'
    ? jsonListPieces(recordsOf(answer))
    : form === 'csv'
      ? csvPieces(answer)
      : table(answer);
}

async function* recordsOf({ columns, rows }: Answer): AsyncGenerator<readonly object[]> {
  for await (const some of rows)
    yield some.map((row) => Object.fromEntries(row.map((cell, i) => [columns[i]!, cell])));
}

async function* csvPieces({ columns, rows }: Answer): AsyncGenerator<string> {
  yield csvText([columns]);
  for await (const some of rows) yield csvText(some);
}

function csvText(rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => row.map(cellText)),
    { record_delimiter: 'windows' },
  );
}

/** Columns are as wide as their widest cell, which is known at the end: a table is for people, and has rows that they may look through. */
const MOST_TABLE_ROWS = 10_000;

async function* table({ columns, rows: all }: Answer): AsyncGenerator<string> {
  const rows: Row[] = [];
  for await (const some of all) {
    rows.push(...some);
    if (rows.length > MOST_TABLE_ROWS) break;
  }
  const shown = rows.slice(0, MOST_TABLE_ROWS);
  const heads = columns.map((head, i) => {
    const isNumeric = shown.some((row) => typeof row[i] === 'number');
    return { head: visibleLine(head, Infinity), align: isNumeric ? ('right' as const) : ('left' as const) };
  });
  yield terminalTable(
    heads,
    shown.map((row) => row.map(shortText)),
  );
  const counting = counted(shown.length, 'row');
  yield rows.length > shown.length
    ? `\nthe first ${counting}; --csv and --json give all of them\n`
    : `\n${counting}\n`;
}

/** A cell of a table has as many letters at most: whole records go into JSON and CSV. */
const WIDEST_CELL = 60;

/** For people six digits do. Whole numbers stay whole. */
function shortText(value: AnsweredValue): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  const text = cellText(value);
  return text.length <= WIDEST_CELL ? text : `${text.slice(0, WIDEST_CELL - 3)}...`;
}

function cellText(value: AnsweredValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
