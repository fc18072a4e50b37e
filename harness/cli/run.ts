import { isUtf8 } from 'node:buffer';
import path from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import {
  Engine,
  formatCostExplanations,
  type ChargePolicy,
  type CompilationMode,
  type ExecutorName,
} from '@wasm-dyno/engine';
import { fuelReportJson, fuelReportText } from '../run-module/fuel-report.js';
import { readModuleFile } from '@wasm-dyno/corpora';
import { dangerOf, isReversed, problemOf, readPreopen } from '../run-module/opened-folder.js';
import { EntryError, errorLine, runModule, type RunOutcome } from '../run-module/run-module.js';
import { KeptOutput } from '../run-module/kept-output.js';
import { ArgumentError } from '../run-module/value-text.js';
import { MAXIMUM_SEED, type Preopen, type StreamEnd } from '@wasm-dyno/engine/wasi';
import { complain, print, printBeside, printJson } from '../console/output.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { chooseProfile, PROFILE_OPTIONS } from './profile-choice.js';
import { afterSeparator, helpHint, unshielded } from './usage.js';

interface RunArguments {
  readonly module: string | undefined;
  readonly args: string[];
  readonly invoke: string | undefined;
  readonly fuel: string | undefined;
  readonly profile: string;
  readonly 'profile-check': 'strict' | 'warn';
  readonly policy: 'warm' | 'cold';
  readonly 'charge-policy': ChargePolicy;
  readonly mode: CompilationMode;
  readonly executor: ExecutorName;
  readonly 'report-fuel': boolean;
  readonly 'explain-costs': boolean;
  readonly json: boolean;
  readonly dir: string[];
  readonly 'dir-unsafe': string[];
  readonly deterministic: string | undefined;
  readonly env: string[];
  readonly arg: string[];
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run [module] [args..]',
  describe: 'Run a function of a module, or a WASI program, metered',
  builder: (yargs) =>
    yargs
      .positional('module', { type: 'string', describe: 'A .wasm or .wat file' })
      .positional('args', {
        type: 'string',
        array: true,
        default: [],
        describe: "The function's or program's arguments; after -- if they look like options",
      })
      .option('invoke', {
        type: 'string',
        requiresArg: true,
        describe: 'Exported function to call, instead of _start',
      })
      .option('fuel', {
        type: 'string',
        requiresArg: true,
        describe: 'Fuel for loading and running together',
      })
      .options(PROFILE_OPTIONS)
      .option('mode', {
        requiresArg: true,
        choices: ['eager', 'lazy-translation', 'lazy'] as const,
        default: 'lazy-translation' as const,
        describe: 'When functions are compiled',
      })
      .option('executor', {
        requiresArg: true,
        choices: ['interpreter', 'host'] as const,
        default: 'interpreter' as const,
        describe: "What runs the module: the engine's interpreter, or the WebAssembly of Node",
      })
      .option('report-fuel', { type: 'boolean', default: false, describe: 'Set fuel against time, by phase' })
      .option('explain-costs', {
        type: 'boolean',
        default: false,
        describe: 'List each cost and where it comes from',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print one JSON document instead' })
      .option('dir', listOption('Folder to open for the program: HOST::GUEST, or HOST for both'))
      .option('dir-unsafe', listOption('The same, for the root and the home folder too'))
      .option('deterministic', {
        type: 'string',
        describe: 'Clocks, random numbers and file numbers out of a seed: --deterministic[=SEED]',
      })
      .option('env', listOption('Environment variable for the program: NAME=VALUE'))
      .option(
        'arg',
        listOption("Program argument, after the command line's own"),
      ) as unknown as Argv<RunArguments>,
  handler: run,
};

function listOption(describe: string) {
  // One value each time, so that the module's own arguments are not taken for more of them.
  return {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    defaultDescription: 'none',
    describe,
  } as const;
}

async function run(parsed: RunArguments): Promise<void> {
  const options = withoutShields(parsed);
  if (options.module === undefined) {
    if (!options['explain-costs'])
      throw new CommandFailure(ExitCode.Usage, `name a module to run; ${helpHint(['run'])}`);
    const { profile, notices } = chooseProfile(options);
    notices.forEach(complain);
    explainCosts(
      new Engine({
        profile,
        profilePolicy: options.policy,
        profileCheck: options['profile-check'],
        chargePolicy: options['charge-policy'],
      }),
      options,
    );
    return;
  }
  const printed = new KeptOutput();
  const outcome = await start(options, options.module, options.json ? printed.add : 1);
  if (options.json) {
    printJson({ ...outcomeJson(outcome, options), ...printedJson(printed) });
  } else {
    for (const { text } of outcome.results) print(`${text}\n`);
    // Beside the results, not among them.
    if (options['explain-costs']) printBeside(`${formatCostExplanations(outcome.engine.costs.explain())}\n`);
    if (options['report-fuel'] && outcome.fuel !== undefined)
      printBeside(`${fuelReportText(outcome.fuel)}\n${seedText(readSeed(options.deterministic))}`);
    if (outcome.error !== undefined) complain(errorLine(outcome.error, options.module));
  }
  process.exitCode = outcome.exitCode;
}

async function start(options: RunArguments, file: string, stdout: StreamEnd): Promise<RunOutcome> {
  const wasi = {
    programName: path.basename(file),
    env: new Map(options.env.map(readVariable)),
    preopens: readPreopens(options),
    stdin: 0,
    stdout,
    stderr: 2,
    seed: readSeed(options.deterministic),
  };
  const fuel = readFuel(options.fuel);
  const bytes = await readModuleFile(file);
  const { profile, notices } = chooseProfile(options);
  const untold = [...notices];
  // Told once it is sure that something runs: wrong usage is told alone.
  const tellNotices = (): void => untold.splice(0).forEach(complain);
  try {
    const outcome = runModule({
      bytes,
      invoke: options.invoke,
      arguments: [...options.args, ...afterSeparator(), ...options.arg],
      fuel,
      compilationMode: options.mode,
      executor: options.executor,
      profile,
      profileCheck: options['profile-check'],
      profilePolicy: options.policy,
      chargePolicy: options['charge-policy'],
      wasi,
      onStart: tellNotices,
    });
    tellNotices();
    return outcome;
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof EntryError)) throw error;
    throw new CommandFailure(ExitCode.Usage, `${file}: ${error.message}`);
  }
}

/** The words as they were typed: `-` and `help` are as good arguments as others. */
function withoutShields(parsed: RunArguments): RunArguments {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    return typeof value === 'string' ? unshielded(value) : value;
  };
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, plain(value)]),
  ) as unknown as RunArguments;
}

function explainCosts(engine: Engine, { json }: RunArguments): void {
  const explanations = engine.costs.explain();
  if (json) printJson({ costs: explanations });
  else print(`${formatCostExplanations(explanations)}\n`);
}

function outcomeJson(outcome: RunOutcome, options: RunArguments): object {
  return {
    results: outcome.results.map(({ type, text }) => ({ type, value: text })),
    exitCode: outcome.exitCode,
    ...(outcome.error === undefined ? {} : { error: errorLine(outcome.error, options.module) }),
    consumedFuel: String(outcome.consumedFuel),
    engine: outcome.engine.describe(),
    ...seedJson(readSeed(options.deterministic)),
    ...(options['report-fuel'] && outcome.fuel !== undefined ? { fuel: fuelReportJson(outcome.fuel) } : {}),
    ...(options['explain-costs'] ? { costs: outcome.engine.costs.explain() } : {}),
  };
}

function readFuel(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const digits = text.replaceAll(/[_,]/g, '');
  if (!/^[0-9]+$/.test(digits) || BigInt(digits) >= 2n ** 63n) {
    throw new CommandFailure(ExitCode.Usage, `--fuel is "${text}"; give a whole number from 0 to 2^63 - 1`);
  }
  return BigInt(digits);
}

function readVariable(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CommandFailure(ExitCode.Usage, `--env is "${text}"; give NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function readPreopens(options: RunArguments): Preopen[] {
  const named = options.dir.map((text) => readFolder('--dir', text));
  for (const folder of named) {
    const danger = dangerOf(folder);
    if (danger === undefined) continue;
    const mend = `name a folder within it, or give --dir-unsafe ${folder.host}::${folder.guest}`;
    throw new CommandFailure(ExitCode.Usage, `--dir ${folder.host} would open ${danger}; ${mend}`);
  }
  return [...named, ...options['dir-unsafe'].map((text) => readFolder('--dir-unsafe', text))];
}

function readFolder(option: string, text: string): Preopen {
  const folder = readPreopen(text);
  if (folder === undefined)
    throw new CommandFailure(ExitCode.Usage, `${option} is "${text}"; give HOST::GUEST or HOST`);
  if (isReversed(folder)) {
    const mend = `${option} takes HOST::GUEST: give ${folder.guest}::${folder.host}`;
    throw new CommandFailure(ExitCode.Usage, `there is no folder ${folder.host} on this machine; ${mend}`);
  }
  const problem = problemOf(folder);
  if (problem !== undefined) throw new CommandFailure(ExitCode.Usage, `${option} ${folder.host} ${problem}`);
  return folder;
}

/** Undefined for the machine's own clocks and random numbers. */
function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = /^[0-9]{1,10}$/.test(text) ? Number(text) : Infinity;
  if (seed > MAXIMUM_SEED) {
    const range = `give a whole number from 0 to ${MAXIMUM_SEED}`;
    throw new CommandFailure(ExitCode.Usage, `--deterministic is "${text}"; ${range}`);
  }
  return seed;
}

function seedJson(seed: number | undefined): object {
  return seed === undefined ? {} : { deterministic: { seed } };
}

function seedText(seed: number | undefined): string {
  return seed === undefined ? '' : `deterministic, seed ${seed}\n`;
}

/** What a program printed: as text, and as its very bytes where they are no text; how much it was where not all is kept. */
function printedJson(printed: KeptOutput): object {
  if (printed.total === 0) return {};
  const { bytes, isCut, total } = printed;
  return {
    stdout: bytes.toString(),
    ...(isUtf8(bytes) ? {} : { stdoutBase64: bytes.toString('base64') }),
    ...(isCut ? { stdoutCut: true, stdoutBytes: total } : {}),
  };
}
