#!/usr/bin/env node
import { ENGINE_VERSION } from '../../engine/version.js';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

import { calibrateCommand } from './calibrate.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { machineCommand } from './machine.js';
import { profileCommand } from './profile.js';
import { reportCommand } from './report.js';
import { targetCommand } from './target.js';
import { verifyCommand } from './verify.js';
import { runCommand } from './run.js';

/** The commands of `wasm-dyno`, one file each. */
const parser = yargs(hideBin(process.argv))
  .scriptName('wasm-dyno')
  .usage(
    '$0 <command>\n\nThe dynamometer for WebAssembly engines: what compiling costs on this machine, as fuel.',
  )
  .command(calibrateCommand)
  .command(machineCommand)
  .command(reportCommand)
  .command(profileCommand)
  .command(targetCommand)
  .command(verifyCommand)
  .command(runCommand)
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
