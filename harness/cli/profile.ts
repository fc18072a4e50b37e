import type { CommandModule } from 'yargs';

import { checkCommand } from './profile/check.js';
import { exportCommand } from './profile/export.js';
import { keyCommand } from './profile/key.js';
import { showCommand } from './profile/show.js';
import { signCommand } from './profile/sign.js';
import { validateCommand } from './profile/validate.js';
import { verifyCommand } from './profile/verify.js';

export const profileCommand: CommandModule = {
  command: 'profile <command>',
  describe: 'Show, check, sign and verify profiles, or export one to another engine',
  builder: (yargs) =>
    yargs
      .command(showCommand)
      .command(checkCommand)
      .command(validateCommand)
      .command(keyCommand)
      .command(signCommand)
      .command(verifyCommand)
      .command(exportCommand)
      .demandCommand(1, 'Name a command.'),
  handler: () => undefined,
};
