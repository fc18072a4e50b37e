import { resolve } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { meteringText, terminalColour } from '@wasm-dyno/reports';
import { RecordedRunError, rowOrigin, type TimeSpread } from '@wasm-dyno/reports/recorded-run';
import { readRun } from '../estimate/read-run.js';
import { meteringCsv, meterRun, RunChanged, type MeteringOptions } from '../metering/index.js';
import { shortFigure } from '@wasm-dyno/reports/wording';
import { terminalTable } from '../console/terminal.js';
import { onEnding } from '../console/ending.js';
import { print, printBeside, printData, printJson } from '../console/output.js';
import { visibleLine } from '../console/visible-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { processBar } from './display/process-bar.js';

interface MeteringArguments {
  directory: string;
  processes: number;
  engine: string[];
  json: boolean;
  csv: boolean;
  quiet: boolean;
}

export const meteringCommand: CommandModule<object, MeteringArguments> = {
  command: 'metering <directory>',
  describe: 'Set what engines charge as fuel beside what it takes, for the engines of a run',
  builder: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        demandOption: true,
        describe: 'What calibrate wrote; metering.json and metering-programs.csv are added to it',
      })
      .option('processes', {
        type: 'number',
        requiresArg: true,
        default: 12,
        describe: 'Process executions per engine, about two seconds each',
      })
      .option('engine', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        default: [] as string[],
        defaultDescription: "the run's",
        describe: "Names the run's programs of your own again: name=command, as calibrate was given it",
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .option('csv', {
        type: 'boolean',
        default: false,
        describe: 'Print metering-programs.csv: a row per program, engine and way of charging',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress, no notices' })
      .example('$0 metering wasm-dyno-run', '') as unknown as Argv<MeteringArguments>,
  handler: async ({ csv, directory, processes, engine, json, quiet }) => {
    if (csv && json) throw new CommandFailure(ExitCode.Usage, '--csv and --json are two forms: give one');
    if (!Number.isSafeInteger(processes) || processes < 1)
      throw new CommandFailure(ExitCode.Usage, '--processes takes a whole number from 1 on');
    const path = resolve(directory);
    try {
      // A run that cannot be read is told before minutes are spent.
      readRun(path);
      await meterWithProgress(path, { processes, engine, quiet });
      const run = readRun(path);
      if (json) printJson(run.metering);
      else if (csv) printData(meteringCsv(run.metering!, rowOrigin(run.run)));
      else {
        print(`${meteringText(run, { colour: terminalColour(process.stdout) })}\n`);
        print(spreadsText(run.metering!.executionSpreads ?? []));
      }
      if (run.metering!.engines.length === 0)
        throw new CommandFailure(
          ExitCode.Failed,
          run.metering!.notices[0] ?? 'no engine of the run executes',
        );
    } catch (error) {
      if (error instanceof RecordedRunError || error instanceof RunChanged)
        throw new CommandFailure(ExitCode.Failed, error.message);
      throw error;
    }
  },
};

const CHARGES: Readonly<Record<TimeSpread['charge'], string>> = {
  'one-per-operator': 'one fuel an operator',
  interpreter: "the interpreter's costs by class",
  host: "the host executor's costs by class",
};

/** How evenly each way of charging is worth time. */
function spreadsText(spreads: readonly TimeSpread[]): string {
  if (spreads.length === 0) return '';
  const table = terminalTable(
    [
      { head: 'engine' },
      { head: 'charged by' },
      { head: 'programs', align: 'right' },
      { head: 'p90 / p10', align: 'right' },
    ],
    spreads.map(({ charge, engine, percentile90To10, programs }) => [
      visibleLine(engine),
      CHARGES[charge],
      String(programs),
      shortFigure(percentile90To10),
    ]),
  );
  return `\nTime per charge over the programs, 90th / 10th percentile (1 is even):\n\n${table}\n`;
}

async function meterWithProgress(
  directory: string,
  { processes, engine, quiet }: Pick<MeteringArguments, 'processes' | 'engine' | 'quiet'>,
): Promise<void> {
  const stop = new AbortController();
  const forget = onEnding(() =>
    stop.abort(new CommandFailure(ExitCode.Failed, 'interrupted; nothing was written')),
  );
  const bar = processBar(quiet);
  const options: MeteringOptions = {
    signal: stop.signal,
    onProgress: bar.onProgress,
    ...(quiet ? { onStandardError: () => undefined } : {}),
  };
  try {
    const { notices } = await meterRun(directory, { processes }, options, engine);
    bar.stop();
    if (!quiet) for (const notice of notices) printBeside(`note: ${visibleLine(notice)}\n`);
  } finally {
    bar.stop();
    forget();
  }
}
