import type { Argv, CommandModule } from 'yargs';

import { readModuleFile } from '@wasm-dyno/corpora';
import { CompileError, type HardwareProfile } from '@wasm-dyno/engine';
import { complain, print, printJson } from '../console/output.js';
import { inspectionJson, inspectionText, inspectModule } from '../inspect/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { chooseProfile, PROFILE_OPTIONS, type ProfileOptions } from './profile-choice.js';

interface InspectArguments extends ProfileOptions {
  readonly module: string;
  readonly top: number;
  readonly json: boolean;
}

export const inspectCommand: CommandModule<object, InspectArguments> = {
  command: 'inspect <module>',
  describe: 'Tell what loading a module and calling its functions first will be charged',
  builder: (yargs) =>
    yargs
      .positional('module', { type: 'string', demandOption: true, describe: 'A .wasm or .wat file' })
      .options(PROFILE_OPTIONS)
      .option('top', {
        type: 'number',
        requiresArg: true,
        default: 20,
        describe: 'How many functions to show, the dearest first; --json has all',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 inspect plugin.wasm', '')
      .example('$0 inspect plugin.wasm --profile profile.json', '') as unknown as Argv<InspectArguments>,
  handler: async (options) => {
    const { json, module, top } = options;
    if (!(Number.isSafeInteger(top) && top >= 0))
      throw new CommandFailure(ExitCode.Usage, '--top takes a whole number from 0 on');
    const bytes = await readModuleFile(module);
    const { notices, profile } = chooseProfile(options);
    notices.forEach(complain);
    const inspection = inspected(module, bytes, profile, options);
    if (json) printJson(inspectionJson(inspection));
    else print(inspectionText(inspection, top));
  },
};

function inspected(
  file: string,
  bytes: Uint8Array,
  profile: HardwareProfile | undefined,
  options: ProfileOptions,
) {
  try {
    return inspectModule(bytes, {
      profile,
      profilePolicy: options.policy,
      profileCheck: options['profile-check'],
      chargePolicy: options['charge-policy'],
    });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw new CommandFailure(ExitCode.Failed, `${file}: ${error.message}`);
  }
}
