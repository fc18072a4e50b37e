#!/usr/bin/env node
import { ENGINE_VERSION } from '@wasm-dyno/engine';
import yargs, { type Argv, type MiddlewareFunction } from 'yargs';
import { hideBin } from 'yargs/helpers';

import { complain, complainAtLength, survivePrinting } from '../console/output.js';
import { loadCommands } from './commands.js';
import { CONFIG_OPTIONS, Configuration, explainsAll, withPlaceholders } from './config/configuration.js';
import { OptionsExplained, showExplained } from './config/explained-options.js';
import { offeringNegations } from './completion.js';
import { CommandFailure } from './exit-code.js';
import {
  checkedOptions,
  refuseUnknown,
  shieldedWords,
  usageFailure,
  withLeftOutValues,
  withoutNegations,
} from './usage.js';

survivePrinting();
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

const words = withLeftOutValues(withoutNegations(hideBin(process.argv)));
const completes = words[0] === '--get-yargs-completions';
/** The command that is named; where one is being typed, it may be any. */
const [named] = completes ? words.slice(2, -1) : words;
const commands = named === '--version' ? [] : await loadCommands(named);
let configuration: Configuration;

const parser: Argv = yargs(withPlaceholders(words[0] === 'run' ? shieldedWords(words) : words))
  .scriptName('wasm-dyno')
  .usage(
    '$0 <command>\n\nThe dynamometer for WebAssembly engines: what compiling costs on this machine, as fuel.',
  )
  .command(completes ? commands.map(offeringNegations) : commands)
  .options(CONFIG_OPTIONS)
  .demandCommand(1, 'Name a command.')
  .recommendCommands()
  .strict()
  // A dot is part of a name like any other, and so is a "no-" but of the switches that are on by default.
  .parserConfiguration({ 'dot-notation': false, 'boolean-negation': false })
  .middleware(
    ((parsed: Record<string, unknown>, own: Argv) => {
      if (completes) return;
      const origins = configuration.apply(parsed);
      checkedOptions(words, parsed, own);
      if (!configuration.isAsked) return;
      // What follows would check this too, but wants arguments that need not be there.
      refuseUnknown(words, parsed, own);
      const explained = configuration.explained(parsed, origins);
      if (explained !== undefined) throw explained;
    }) as unknown as MiddlewareFunction,
    true,
  )
  .version(ENGINE_VERSION)
  .help()
  .alias('help', 'h')
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .epilogue('Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 insufficient data.')
  .exitProcess(false)
  .fail((message: string | null, error: Error | undefined) => {
    throw usageFailure(words, message, error, parser);
  });

try {
  configuration = await Configuration.for(words, loadCommands);
  if (explainsAll(words)) throw configuration.explainAll();
  await parser.parseAsync();
} catch (error) {
  if (error instanceof OptionsExplained) showExplained(error);
  else fail(error);
}

function fail(error: unknown): void {
  const { message, exitCode, isFault } = CommandFailure.of(error);
  if (isFault) complainAtLength(message);
  else complain(message);
  process.exitCode = exitCode;
}
