#!/usr/bin/env node
import { ENGINE_VERSION } from '../../engine/version.js';
import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';

import { CommandFailure, ExitCode } from './exit-code.js';

/** The commands of `wasm-dyno`, one file each; only the one that is named is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  calibrate: async () => (await import('./calibrate.js')).calibrateCommand,
  machine: async () => (await import('./machine.js')).machineCommand,
  metering: async () => (await import('./metering.js')).meteringCommand,
  report: async () => (await import('./report.js')).reportCommand,
  run: async () => (await import('./run.js')).runCommand,
  profile: async () => (await import('./profile.js')).profileCommand,
  target: async () => (await import('./target.js')).targetCommand,
  verify: async () => (await import('./verify.js')).verifyCommand,
};

const words = hideBin(process.argv);
const named = Object.hasOwn(COMMANDS, words[0] ?? '') ? [COMMANDS[words[0]!]!] : Object.values(COMMANDS);
const commands = words[0] === '--version' ? [] : await Promise.all(named.map((load) => load()));

const parser = yargs(words)
  .scriptName('wasm-dyno')
  .usage(
    '$0 <command>\n\nThe dynamometer for WebAssembly engines: what compiling costs on this machine, as fuel.',
  )
  .command(commands as CommandModule[])
  .demandCommand(1, 'Name a command.')
  .recommendCommands()
  .strict()
  .version(ENGINE_VERSION)
  .help()
  .alias('help', 'h')
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .epilogue('Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 insufficient data.')
  .exitProcess(false)
  .fail((message, error) => {
    // Without an error it is yargs that does not understand the command line.
    throw error ?? new CommandFailure(ExitCode.Usage, `${message}\nwasm-dyno --help tells more.`);
  });

try {
  await parser.parseAsync();
} catch (error) {
  const failure = CommandFailure.of(error);
  process.stderr.write(`wasm-dyno: ${failure.message}\n`);
  process.exitCode = failure.exitCode;
}
