import type { Argv, CommandModule } from 'yargs';

import { stringify } from 'csv-stringify/sync';

import { print, printData, printJson } from '../console/output.js';
import { terminalTable } from '../console/terminal.js';
import { jsonBytes } from '../console/write-json.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { QueryRefused, RunDatabase, type Answer, type AnsweredValue } from '../query/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { refuseOutput, writeOutputFile } from './output-file.js';
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
    if (out !== undefined) refuseOutput(out, sources);
    const { path, remove } = temporaryFolder('query');
    try {
      const database = await RunDatabase.open(sources, path);
      try {
        const answer = await database.ask(query);
        const form = json ? 'json' : csv ? 'csv' : 'table';
        await give(answer, form, out);
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

async function give(answer: Answer, form: 'json' | 'csv' | 'table', out: string | undefined): Promise<void> {
  if (form === 'csv' && out === undefined) {
    // Rows go out as they come: raw measurements of a fleet do not fit into a text.
    printData(csvText([answer.columns]));
    for await (const rows of answer.rows) printData(csvText(rows));
    return;
  }
  const rows: Row[] = [];
  for await (const some of answer.rows) rows.push(...some);
  if (form === 'json') {
    const records = rows.map((row) => Object.fromEntries(row.map((cell, i) => [answer.columns[i]!, cell])));
    if (out === undefined) printJson(records);
    else writeOutputFile(out, jsonBytes(records));
    return;
  }
  const text = form === 'csv' ? csvText([answer.columns, ...rows]) : tableText(answer.columns, rows);
  if (out === undefined) print(text);
  else writeOutputFile(out, text);
}

function csvText(rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => row.map(cellText)),
    { record_delimiter: 'windows' },
  );
}

function tableText(columns: readonly string[], rows: readonly Row[]): string {
  const heads = columns.map((head, i) => {
    const isNumeric = rows.some((row) => typeof row[i] === 'number');
    return { head, align: isNumeric ? ('right' as const) : ('left' as const) };
  });
  const counted = rows.length === 1 ? '1 row' : `${rows.length} rows`;
  return `${terminalTable(
    heads,
    rows.map((row) => row.map(shortText)),
  )}\n${counted}\n`;
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
