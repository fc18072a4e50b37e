import type { Argv, CommandModule } from 'yargs';

import { MAXIMUM_PROFILE_BYTES } from '@wasm-dyno/engine';
import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { print, printJson } from '../../console/output.js';
import { visibleLine } from '../../console/visible-text.js';
import { profileViolations, type ProfileViolation } from '../../profile/profile-violations.js';
import { CommandFailure, ExitCode } from '../exit-code.js';

interface ValidateArguments {
  profiles: string[];
  json: boolean;
}

interface Validated {
  readonly profile: string;
  readonly violations: readonly ProfileViolation[];
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate <profiles..>',
  describe: 'List all that is wrong in profiles, each with its place',
  builder: (yargs) =>
    yargs
      .positional('profiles', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Profiles of any machine and engine',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 profile validate fleet/*.json', '') as unknown as Argv<ValidateArguments>,
  handler: ({ profiles, json }) => {
    const validated = profiles.map((profile) => ({ profile, violations: violationsOf(profile) }));
    if (json) printJson(validated);
    else print(validated.map(lines).join(''));
    const wrong = validated.filter(({ violations }) => violations.length > 0);
    if (wrong.length === 0) return;
    const which =
      wrong.length === 1 ? `${wrong[0]!.profile} is` : `${wrong.length} of ${profiles.length} profiles are`;
    throw new CommandFailure(ExitCode.Failed, `${which} not valid; calibrate again, or restore the file`);
  },
};

function violationsOf(path: string): readonly ProfileViolation[] {
  try {
    return profileViolations(readRegularText(path, MAXIMUM_PROFILE_BYTES));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [{ path: '', message: `cannot be read: ${error.reason}` }];
  }
}

function lines({ profile, violations }: Validated): string {
  const file = visibleLine(profile);
  if (violations.length === 0) return `${file}: valid\n`;
  return violations
    .map(
      ({ path, message }) =>
        `${file}: ${visibleLine(path === '' ? 'the whole' : path)}: ${visibleLine(message)}\n`,
    )
    .join('');
}
