import { isBundle } from '@wasm-dyno/engine';
import { counted } from '@wasm-dyno/reports/wording';
import type { Argv, CommandModule } from 'yargs';

import { print, printJson } from '../../console/output.js';
import { visibleLine } from '../../console/visible-text.js';
import { bundleProfiles } from '../../merge/index.js';
import { writeOutputFile } from '../output-file.js';
import { PROFILES } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';
import { profileInputs } from './profile-inputs.js';

interface BundleArguments {
  profiles: string[];
  out: string;
  json: boolean;
}

export const bundleCommand: CommandModule<object, BundleArguments> = {
  command: 'bundle <profiles..>',
  describe: 'Put the profiles of many machines into one file, to be chosen from when a service starts',
  builder: (yargs) =>
    yargs
      .positional('profiles', PROFILES)
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: 'profiles.json',
        describe: 'File to write',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 profile bundle fleet/ --out profiles.json', '') as unknown as Argv<BundleArguments>,
  handler: ({ json, out, profiles: paths }) => {
    try {
      const { outdated, profiles, text } = bundleProfiles(profileInputs(paths, out, isBundle));
      writeOutputFile(out, text);
      if (json) printJson({ written: out, profiles, outdated });
      else {
        const older =
          outdated.length === 0
            ? ''
            : `; left out: ${counted(outdated.length, 'older one')} of the same machines`;
        print(`${visibleLine(out)}: ${counted(profiles, 'profile')}${older}\n`);
      }
    } catch (error) {
      throw profileFailure(error);
    }
  },
};
