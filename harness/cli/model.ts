import type { Argv, CommandModule } from 'yargs';

import { CensusError, readCensus, type Census } from '../census/index.js';
import { print, printData } from '../console/output.js';
import { jsonText } from '../console/visible-text.js';
import { modelReport, modelReportText } from '../model/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { PartBar } from './part-bar.js';

interface ModelArguments {
  readonly directory: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export const modelCommand: CommandModule<object, ModelArguments> = {
  command: 'model <directory>',
  describe: 'Fit cost models to a census, and try each on modules that it has not seen',
  builder: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        demandOption: true,
        describe: 'Where wasm-dyno census wrote to',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print as JSON, with prices as they would be charged',
      })
      .option('quiet', {
        type: 'boolean',
        default: false,
        describe: 'No progress',
      }) as unknown as Argv<ModelArguments>,
  handler: ({ directory, json, quiet }) => {
    const census = read(directory);
    const bar = new PartBar(quiet);
    const report = modelReport(census, (part) => bar.show(part, 'fitting'));
    bar.stop();
    if (json) printData(jsonText(report));
    else print(modelReportText(report));
  },
};

function read(directory: string): Census {
  try {
    return readCensus(directory);
  } catch (error) {
    throw error instanceof CensusError ? new CommandFailure(ExitCode.Failed, error.message) : error;
  }
}
