import { dirname, relative, resolve, sep } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { readRecordedRun } from '@wasm-dyno/reports/recorded-run';
import {
  columnDescriptions,
  REPORT_FORMATS,
  renderReport,
  RUN_TABLE_NAMES,
  runTableParquet,
  terminalColour,
  type ReportFormat,
  type RunTableName,
} from '@wasm-dyno/reports';
import { print, printData } from '../console/output.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { writeOutputFile } from './output-file.js';
import { helpHint } from './usage.js';

/** Parquet is no text: it goes into a file alone. */
const FORMATS = [...REPORT_FORMATS, 'parquet'] as const;

interface ReportArguments {
  directory: string | undefined;
  format: ReportFormat | 'parquet';
  table: RunTableName;
  describeColumns: boolean;
  out: string | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report [directory]',
  describe: 'Make a report from a run directory',
  builder: (yargs) =>
    yargs
      .positional('directory', { type: 'string', describe: 'What calibrate wrote' })
      .option('format', {
        requiresArg: true,
        choices: FORMATS,
        default: 'table' as ReportFormat,
        describe: 'Form of the report',
      })
      .option('table', {
        requiresArg: true,
        choices: RUN_TABLE_NAMES,
        default: 'summary' as RunTableName,
        describe: 'Which rows csv and parquet hold',
      })
      .option('describe-columns', {
        type: 'boolean',
        default: false,
        describe: 'Print what every column of the CSV files means',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File to write; standard output unless given',
      })
      .example(
        '$0 report wasm-dyno-run --format html --out report.html',
        '',
      ) as unknown as Argv<ReportArguments>,
  handler: ({ directory, format, table, describeColumns, out }) => {
    const width = Math.max(LEAST_WIDTH, process.stdout.columns ?? LEAST_WIDTH);
    if (describeColumns) return give(columnDescriptions(width), 'table', out);
    if (directory === undefined) {
      const mend = 'name the run directory to report on, or --describe-columns';
      throw new CommandFailure(ExitCode.Usage, `${mend}; ${helpHint(['report'])}`);
    }
    try {
      if (format === 'parquet') return writeParquet(directory, table, out);
      const colour = out === undefined && terminalColour(process.stdout);
      const filesBase = addressFrom(out, directory);
      give(renderReport(directory, format, { colour, filesBase, table, width }), format, out);
    } catch (error) {
      if (error instanceof RecordedRunError) throw new CommandFailure(ExitCode.Failed, error.message);
      throw error;
    }
  },
};

/** What reports fit into where nothing tells how wide the terminal is. */
const LEAST_WIDTH = 80;

function give(report: string, format: ReportFormat, out: string | undefined): void {
  if (out !== undefined) writeOutputFile(out, report);
  else if (format === 'table') print(report);
  else printData(report);
}

function writeParquet(directory: string, table: RunTableName, out: string | undefined): void {
  if (out === undefined)
    throw new CommandFailure(ExitCode.Usage, 'Parquet is no text: name a file to write with --out');
  writeOutputFile(out, runTableParquet(readRecordedRun(directory), table));
}

/** Where the run's files lie, as an address beside the report; undefined where the report goes to a pipe. */
function addressFrom(out: string | undefined, directory: string): string | undefined {
  return out === undefined
    ? undefined
    : relative(dirname(resolve(out)), resolve(directory))
        .split(sep)
        .join('/');
}
