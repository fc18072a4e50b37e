import { existsSync, writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { print } from '../console/output.js';
import { CONFIG_FILES } from './config/config-file.js';
import { configTemplate } from './config/config-template.js';
import { optionCatalog } from './config/option-catalog.js';
import { CommandFailure, ExitCode } from './exit-code.js';

/** A module in every folder, whatever its package.json says. */
const WRITTEN = 'wasm-dyno.config.mjs';

/** @param loadAll the commands whose options are written */
export const initCommand = (loadAll: () => Promise<CommandModule[]>): CommandModule => ({
  command: 'init',
  describe: `Write ${WRITTEN} into this folder: every option with its default, commented`,
  handler: async () => {
    const present = CONFIG_FILES.find((name) => existsSync(name));
    if (present !== undefined)
      throw new CommandFailure(ExitCode.Failed, `${present} is here already; remove it first`);
    const text = configTemplate(optionCatalog(await loadAll()));
    try {
      writeFileSync(WRITTEN, text, { flag: 'wx' });
    } catch (error) {
      throw new CommandFailure(ExitCode.Failed, `${WRITTEN}: cannot be written: ${systemReason(error)}`);
    }
    print(`${WRITTEN} is written: take away the // of what you want otherwise\n`);
  },
});
