#!/usr/bin/env node
import { ENGINE_VERSION } from '@wasm-dyno/engine';
import yargs, { type Argv, type CommandModule, type MiddlewareFunction } from 'yargs';
import { hideBin } from 'yargs/helpers';

import { complain, complainAtLength, survivePrinting } from '../console/output.js';
import { CommandFailure } from './exit-code.js';
import { checkedOptions, shieldedWords, usageFailure } from './usage.js';

/** The commands of `wasm-dyno`, one file each; only the one that is named is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  calibrate: async () => (await import('./calibrate.js')).calibrateCommand,
  census: async () => (await import('./census.js')).censusCommand,
  compare: async () => (await import('./compare.js')).compareCommand,
  corpus: async () => (await import('./corpus.js')).corpusCommand,
  inspect: async () => (await import('./inspect.js')).inspectCommand,
  machine: async () => (await import('./machine.js')).machineCommand,
  metering: async () => (await import('./metering.js')).meteringCommand,
  model: async () => (await import('./model.js')).modelCommand,
  monitor: async () => (await import('./monitor.js')).monitorCommand,
  report: async () => (await import('./report.js')).reportCommand,
  run: async () => (await import('./run.js')).runCommand,
  profile: async () => (await import('./profile.js')).profileCommand,
  target: async () => (await import('./target.js')).targetCommand,
  verify: async () => (await import('./verify.js')).verifyCommand,
};

survivePrinting();
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

const words = hideBin(process.argv);
const named = Object.hasOwn(COMMANDS, words[0] ?? '') ? [COMMANDS[words[0]!]!] : Object.values(COMMANDS);
const commands = words[0] === '--version' ? [] : await Promise.all(named.map((load) => load()));

const parser: Argv = yargs(words[0] === 'run' ? shieldedWords(words) : words)
  .scriptName('wasm-dyno')
  .usage(
    '$0 <command>\n\nThe dynamometer for WebAssembly engines: what compiling costs on this machine, as fuel.',
  )
  .command(commands as CommandModule[])
  .demandCommand(1, 'Name a command.')
  .recommendCommands()
  .strict()
  // A dot or a "no-" is part of a name like any other.
  .parserConfiguration({ 'dot-notation': false, 'boolean-negation': false })
  .middleware(
    ((parsed: Record<string, unknown>, own: Argv) =>
      checkedOptions(words, parsed, own)) as unknown as MiddlewareFunction,
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
  await parser.parseAsync();
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const { message, exitCode, isFault } = CommandFailure.of(error);
  if (isFault) complainAtLength(message);
  else complain(message);
  process.exitCode = exitCode;
}
