import type { Argv, CommandModule } from 'yargs';

import { formatProfileChoice, MATCH_RANKS, type MatchRank } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';
import { complain, print, printJson } from '../../console/output.js';
import { visibleLines } from '../../console/visible-text.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { profileFailure } from './profile-failure.js';

interface ChooseArguments {
  source: string;
  minimumRank: MatchRank;
  maximumAge: string | undefined;
  agreedId: string | undefined;
  json: boolean;
}

export const chooseCommand: CommandModule<object, ChooseArguments> = {
  command: 'choose <source>',
  describe: 'Tell which profile of a folder or bundle would be charged by here, and why',
  builder: (yargs) =>
    yargs
      .positional('source', {
        type: 'string',
        demandOption: true,
        describe: 'A folder of profiles, a bundle, or a profile',
      })
      .option('minimum-rank', {
        requiresArg: true,
        choices: MATCH_RANKS,
        default: 'same-cpu' as MatchRank,
        describe: 'How well it has to fit',
      })
      .option('maximum-age', {
        type: 'string',
        requiresArg: true,
        describe: 'How old it may be, for example 90d',
      })
      .option('agreed-id', {
        type: 'string',
        requiresArg: true,
        describe: 'Take the agreed profile of this id alone',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example(
        '$0 profile choose profiles.json --minimum-rank same-family',
        '',
      ) as unknown as Argv<ChooseArguments>,
  handler: ({ agreedId, json, maximumAge, minimumRank, source }) => {
    try {
      const { choice, notices } = loadProfile({
        profile: 'auto',
        path: source,
        minimumRank,
        maximumAge,
        agreedId,
      });
      for (const notice of notices) complain(notice);
      const { because, considered, rank, source: chosen } = choice!;
      if (json) printJson({ chosen, rank, because, considered });
      else print(`${visibleLines(formatProfileChoice(choice!))}\n`);
    } catch (error) {
      if (error instanceof RangeError)
        throw new CommandFailure(ExitCode.Usage, `--maximum-age: ${error.message}`);
      throw profileFailure(error);
    }
  },
};
