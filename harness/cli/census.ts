import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { CENSUS_FILE, CensusError, takeCensus, type Census } from '../census/index.js';
import { onEnding } from '../console/ending.js';
import { print } from '../console/output.js';
import { jsonText } from '../console/visible-text.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { TargetFailure } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { writeOutputFile } from './output-file.js';
import { PartBar } from './part-bar.js';

interface CensusArguments {
  readonly engine: string;
  readonly out: string;
  readonly large: boolean;
  readonly processes: number;
  readonly passes: number;
  readonly seed: number;
  readonly quiet: boolean;
}

export const censusCommand: CommandModule<object, CensusArguments> = {
  command: 'census',
  describe: 'Time every function of the corpora by itself, for cost models',
  builder: (yargs) =>
    yargs
      .option('out', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'Folder to write the census to',
      })
      .option('engine', {
        type: 'string',
        requiresArg: true,
        default: 'embedded',
        describe: 'An engine that can time the functions of a call: embedded, or name=command',
      })
      .option('large', {
        type: 'boolean',
        default: false,
        describe: 'The large real modules too, where they are installed',
      })
      .option('processes', { type: 'number', requiresArg: true, default: 7, describe: 'Fresh processes' })
      .option('passes', {
        type: 'number',
        requiresArg: true,
        default: 8,
        describe: 'Passes over all functions in each',
      })
      .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'Seed of the orders' })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress' })
      .example('$0 census --out census && $0 model census', '') as unknown as Argv<CensusArguments>,
  handler: async (options) => {
    for (const name of ['processes', 'passes', 'seed'] as const)
      if (!(Number.isSafeInteger(options[name]) && options[name] >= 1))
        throw new CommandFailure(ExitCode.Usage, `--${name} takes a whole number from 1 on`);
    const folder = resolve(options.out);
    const target = resolveTarget(options.engine);
    mkdirSync(folder, { recursive: true });
    const census = await taken(options, target);
    writeOutputFile(join(folder, CENSUS_FILE), jsonText(census));
    const functions = census.modules.reduce((sum, module) => sum + module.functions.length, 0);
    print(
      `${functions.toLocaleString('en')} functions of ${census.modules.length} modules: ${join(options.out, CENSUS_FILE)}\n`,
    );
  },
};

async function taken(options: CensusArguments, target: ReturnType<typeof resolveTarget>): Promise<Census> {
  const stop = new AbortController();
  const forget = onEnding(() => stop.abort());
  const bar = new PartBar(options.quiet);
  const temporary = temporaryFolder('corpus');
  try {
    return await takeCensus({
      target,
      tiers: options.large ? ['small', 'large'] : ['small'],
      seed: options.seed,
      processes: options.processes,
      passes: options.passes,
      folder: temporary.path,
      signal: stop.signal,
      onProgress: (part) => bar.show(part, 'processes'),
    });
  } catch (error) {
    if (error instanceof CensusError || error instanceof TargetFailure)
      throw new CommandFailure(ExitCode.Failed, error.message);
    throw error;
  } finally {
    bar.stop();
    forget();
    temporary.remove();
  }
}
