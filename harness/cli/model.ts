import type { Argv, CommandModule } from 'yargs';

import { MAXIMUM_PROFILE_BYTES, parseProfile, type HardwareProfile } from '@wasm-dyno/engine';
import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { CensusError, readCensus, type Census } from '../census/index.js';
import { print, printJson } from '../console/output.js';
import { modelReport, modelReportText } from '../model/index.js';
import { profileText } from '../profile/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { replaceFile } from './output-file.js';
import { PartBar } from './display/part-bar.js';

interface ModelArguments {
  readonly directory: string;
  readonly engine: string | undefined;
  readonly profile: string | undefined;
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
        describe: 'Where wasm-dyno calibrate, or wasm-dyno census, wrote to',
      })
      .option('engine', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'the first one',
        describe: 'Which engine, where several were counted',
      })
      .option('profile', {
        type: 'string',
        requiresArg: true,
        describe: 'A profile of the same engine and machine to write the models into',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print as JSON, with prices as they are charged, and all predictions',
      })
      .option('quiet', {
        type: 'boolean',
        default: false,
        describe: 'No progress',
      }) as unknown as Argv<ModelArguments>,
  handler: ({ directory, engine, json, profile, quiet }) => {
    const census = read(directory, engine);
    const target = profile === undefined ? undefined : ownProfile(profile, census);
    const bar = new PartBar(quiet);
    const report = modelReport(census, {
      nanosecondsPerFilledByte: target?.unit.nanosecondsPerByte.estimate,
      onProgress: (part) => bar.show(part, 'fitting'),
    });
    bar.stop();
    if (target !== undefined) {
      const { models } = report;
      replaceFile(profile!, profileText(parseProfile({ ...target, models })));
    }
    if (json) printJson(report);
    else print(modelReportText(report));
  },
};

/** A profile that the models can be written into. @throws CommandFailure for one of something else */
function ownProfile(file: string, census: Census): HardwareProfile {
  const profile = parseProfile(readRegularText(file, MAXIMUM_PROFILE_BYTES), file);
  if (profile.engine.name !== census.engine.engine)
    throw new CommandFailure(
      ExitCode.Failed,
      `${file} is of the engine ${profile.engine.name}, the census of ${census.engine.engine}`,
    );
  if (profile.machine.id !== census.machine)
    throw new CommandFailure(
      ExitCode.Failed,
      `${file} is of the machine ${profile.machine.id}, the census of ${census.machine}`,
    );
  if (profile.agreed !== undefined)
    throw new CommandFailure(
      ExitCode.Failed,
      `${file} is what many machines agreed on; name a profile of one`,
    );
  // What was signed is another profile.
  const unsigned: HardwareProfile & { signature?: unknown } = { ...profile };
  delete unsigned.signature;
  return unsigned;
}

function read(directory: string, engine: string | undefined): Census {
  try {
    return readCensus(directory, engine);
  } catch (error) {
    throw error instanceof CensusError || error instanceof RecordedRunError
      ? new CommandFailure(ExitCode.Failed, error.message)
      : error;
  }
}
