import { dirname, relative, resolve, sep } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { terminalColour, REPORT_FORMATS, renderReport, type ReportFormat } from '@wasm-dyno/reports';
import { print, printData } from '../console/output.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { writeOutputFile } from './output-file.js';

interface ReportArguments {
  directory: string;
  format: ReportFormat;
  out: string | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report <directory>',
  describe: 'Make a report from a run directory',
  builder: (yargs) =>
    yargs
      .positional('directory', { type: 'string', demandOption: true, describe: 'What calibrate wrote' })
      .option('format', {
        requiresArg: true,
        choices: REPORT_FORMATS,
        default: 'table' as ReportFormat,
        describe: 'Form of the report',
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
  handler: ({ directory, format, out }) => {
    try {
      const colour = out === undefined && terminalColour(process.stdout);
      const report = renderReport(directory, format, { colour, filesBase: addressFrom(out, directory) });
      if (out !== undefined) writeOutputFile(out, report);
      else if (format === 'table') print(report);
      else printData(report);
    } catch (error) {
      if (error instanceof RecordedRunError) throw new CommandFailure(ExitCode.Failed, error.message);
      throw error;
    }
  },
};

/** Where the run's files lie, as an address beside the report; undefined where the report goes to a pipe. */
function addressFrom(out: string | undefined, directory: string): string | undefined {
  return out === undefined
    ? undefined
    : relative(dirname(resolve(out)), resolve(directory))
        .split(sep)
        .join('/');
}
