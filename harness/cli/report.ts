import { dirname, relative, resolve, sep } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { RecordedRunError, type RecordedRun } from '@wasm-dyno/reports/recorded-run';
import { ProfileError } from '@wasm-dyno/engine';
import {
  columnDescriptions,
  COMPARISON_FORMATS,
  renderComparison,
  type ComparisonFormat,
  REPORT_FORMATS,
  renderRun,
  RUN_TABLE_NAMES,
  runTableParquet,
  terminalColour,
  type ReportFormat,
  type RunTableName,
} from '@wasm-dyno/reports';
import { comparisonRecord, compareSources, IncomparableError, readPricedSource } from '../compare/index.js';
import { complain, print, printData } from '../console/output.js';
import { readRun } from '../estimate/read-run.js';
import { serveReport } from '../serve/serve-report.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { tableWidth } from '../console/terminal.js';
import { writeOutputFile } from './output-file.js';
import { helpHint } from './usage.js';

/** Parquet is no text: it goes into a file alone. */
const FORMATS = [...REPORT_FORMATS, 'parquet'] as const;
/** Forms that say themselves what is amiss with their run. */
const SAYING: ReadonlySet<string> = new Set<ReportFormat>(['table', 'json', 'markdown', 'html']);

interface ReportArguments {
  directory: string | undefined;
  format: ReportFormat | 'parquet';
  table: RunTableName;
  describeColumns: boolean;
  serve: boolean;
  others: string[];
  force: boolean;
  out: string | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report [directory] [others..]',
  describe: 'Make a report from a run directory, or on what differs between several',
  builder: (yargs) =>
    yargs
      .positional('directory', { type: 'string', describe: 'What calibrate wrote' })
      .positional('others', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Runs or profiles to compare with it: changes of two, machines as rows of more',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Compare what was measured on other corpora or memsets too',
      })
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
      .option('serve', {
        type: 'boolean',
        default: false,
        describe: 'Serve a page on this machine that follows a running calibration, and ends with it',
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
  handler: async ({ directory, others, format, table, describeColumns, force, serve, out }) => {
    const width = tableWidth();
    if (describeColumns) return give(columnDescriptions(width), 'table', out);
    if (directory === undefined) {
      const mend = 'name the run directory to report on, or --describe-columns';
      throw new CommandFailure(ExitCode.Usage, `${mend}; ${helpHint(['report'])}`);
    }
    try {
      if (serve) return await followed(directory);
      if (others.length > 0)
        return give(compared([directory, ...others], { format, force, width }), format, out, others);
      const run = readRun(directory);
      if (format === 'parquet') writeParquet(run, table, out);
      else {
        const colour = out === undefined && terminalColour(process.stdout);
        const filesBase = addressFrom(out, directory);
        give(renderRun(run, format, { colour, filesBase, table, width }), format, out);
      }
      // Rows and pictures alone have no place for them.
      if (!SAYING.has(format)) for (const notice of run.notices) complain(notice);
    } catch (error) {
      if (isForeseen(error)) throw new CommandFailure(ExitCode.Failed, error.message);
      throw error;
    }
  },
};

function give(
  report: string,
  format: ReportArguments['format'],
  out: string | undefined,
  inputs: readonly string[] = [],
): void {
  if (out !== undefined) writeOutputFile(out, report, inputs);
  else if (format === 'table') print(report);
  else printData(report);
}

/** Runs and profiles beside each other. */
function compared(
  paths: readonly string[],
  { format, force, width }: { format: ReportArguments['format']; force: boolean; width: number },
): string {
  if (!isComparisonFormat(format)) {
    const forms = COMPARISON_FORMATS.join(', ');
    throw new CommandFailure(
      ExitCode.Usage,
      `--format ${format} is of one run; choose among ${forms} for several`,
    );
  }
  const sources = paths.map(readPricedSource);
  return renderComparison(comparisonRecord(compareSources(sources, { force }), sources), format, width);
}

function isComparisonFormat(format: string): format is ComparisonFormat {
  return (COMPARISON_FORMATS as readonly string[]).includes(format);
}

function isForeseen(error: unknown): error is Error {
  return (
    error instanceof RecordedRunError || error instanceof ProfileError || error instanceof IncomparableError
  );
}

/** Until the run has ended, or somebody ends this. */
async function followed(directory: string): Promise<void> {
  const { address, closed } = await serveReport(directory);
  print(`${address} follows ${directory} until the run has ended; Ctrl-C ends this page alone.\n`);
  await closed;
}

function writeParquet(run: RecordedRun, table: RunTableName, out: string | undefined): void {
  if (out === undefined)
    throw new CommandFailure(ExitCode.Usage, 'Parquet is no text: name a file to write with --out');
  writeOutputFile(out, runTableParquet(run, table));
}

/** Where the run's files lie, as an address beside the report; undefined where the report goes to a pipe. */
function addressFrom(out: string | undefined, directory: string): string | undefined {
  return out === undefined
    ? undefined
    : relative(dirname(resolve(out)), resolve(directory))
        .split(sep)
        .join('/');
}
