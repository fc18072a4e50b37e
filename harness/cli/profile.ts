import type { CommandModule } from 'yargs';

import { bundleCommand } from './profile/bundle.js';
import { checkCommand } from './profile/check.js';
import { chooseCommand } from './profile/choose.js';
import { exportCommand } from './profile/export.js';
import { keyCommand } from './profile/key.js';
import { mergeCommand } from './profile/merge.js';
import { showCommand } from './profile/show.js';
import { signCommand } from './profile/sign.js';
import { validateCommand } from './profile/validate.js';
import { verifyCommand } from './profile/verify.js';

export const profileCommand: CommandModule = {
  command: 'profile <command>',
  describe: 'Show, check, sign, merge and bundle profiles, or export one to another engine',
  builder: (yargs) =>
    yargs
      .command(showCommand)
      .command(checkCommand)
      .command(validateCommand)
      .command(keyCommand)
      .command(signCommand)
      .command(verifyCommand)
      .command(mergeCommand)
      .command(bundleCommand)
      .command(chooseCommand)
      .command(exportCommand)
      .demandCommand(1, 'Name a command.'),
  handler: () => undefined,
};
