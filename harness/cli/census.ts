import { join, resolve } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { CENSUS_FILE } from '@wasm-dyno/reports/recorded-run';
import { counted } from '@wasm-dyno/reports/wording';
import {
  CensusError,
  closureByClass,
  closureText,
  countedModules,
  takeCensus,
  writeCensuses,
  type Census,
} from '../census/index.js';
import { onEnding } from '../console/ending.js';
import { print } from '../console/output.js';
import { machineFingerprint } from '../machine/fingerprint.js';
import { corpusFiles } from '../measure/corpus-files.js';
import { median } from '../statistics/index.js';
import { TargetFailure } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { makeOutputFolder, refuseOverwriting } from './output-file.js';
import { PartBar } from './display/part-bar.js';

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
        describe: 'Of engines that cannot time functions one by one, whole modules are timed',
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
    refuseOverwriting(join(folder, CENSUS_FILE.name));
    const target = resolveTarget(options.engine);
    makeOutputFolder(options.out);
    const census = await taken(options, target);
    writeCensuses(folder, [census]);
    const { bodies, modules } = sizeOf(census);
    const closure = closureByClass(census);
    const clockNanoseconds = median(census.engine.clockNanoseconds);
    if (closure.length > 0) print(`${closureText({ clockNanoseconds, closure })}\n`);
    print(`${bodies} of ${counted(modules, 'module')}: ${join(options.out, CENSUS_FILE.name)}\n`);
  },
};

function sizeOf({ engine, modules }: Census): { readonly bodies: string; readonly modules: number } {
  const functions = modules.reduce((sum, { bodies }) => sum + bodies.length, 0);
  return {
    bodies: engine.grain === 'module' ? 'all' : counted(functions, 'function'),
    modules: modules.length,
  };
}

async function taken(options: CensusArguments, target: ReturnType<typeof resolveTarget>): Promise<Census> {
  const stop = new AbortController();
  const forget = onEnding(() => stop.abort());
  const bar = new PartBar(options.quiet);
  const corpus = await corpusFiles(['generated', options.large ? 'real-large' : 'real'], []);
  try {
    return await takeCensus({
      target,
      modules: countedModules(corpus.files, options.seed),
      machine: (await machineFingerprint()).id,
      seed: options.seed,
      processes: options.processes,
      passes: options.passes,
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
    corpus.remove();
  }
}
