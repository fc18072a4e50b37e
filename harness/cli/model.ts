import type { Argv, CommandModule } from 'yargs';

import { CensusError, readCensus, type Census } from '../census/index.js';
import { print, printData } from '../console/output.js';
import { jsonText } from '../console/visible-text.js';
import { modelReport, modelReportText } from '../model/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';

interface ModelArguments {
  readonly directory: string;
  readonly json: boolean;
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
      }) as unknown as Argv<ModelArguments>,
  handler: ({ directory, json }) => {
    const report = modelReport(read(directory));
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
