import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import { ENGINE_NAME } from '@wasm-dyno/engine';
import { EXECUTION_FILE } from '@wasm-dyno/reports/recorded-run';
import { calibrate, resumeCalibration, ResumeRefused, type CalibrationResult } from '../measure/calibrate.js';
import type { CalibrationSettings } from '../measure/calibration-settings.js';
import { CORPUS_NAMES } from '../measure/corpus-files.js';
import { DEFAULT_UNIT, unitProblem } from '../profile/index.js';
import { CENSUS_EFFORTS, EFFORT_NAMES, EFFORTS, type EffortName } from '../schedule/effort.js';
import { expandTargets, resolveTarget, targetNames } from '../targets/registry.js';
import { calibrationJson, calibrationText } from './display/calibration-summary.js';
import { onEnding } from '../console/ending.js';
import { print, printBeside, printData } from '../console/output.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { EXECUTION_VALUES } from './usage.js';
import { executionText } from './display/execution-text.js';
import { processBar } from './display/process-bar.js';
import { CalibrationProgress } from './display/progress.js';
import { priceExecution, type ExecutorName, type PricedExecution } from '../execution/index.js';

interface CalibrateArguments {
  modules: string[];
  engine: string[];
  corpus: string[];
  effort: EffortName;
  precision: string | undefined;
  out: string | undefined;
  seed: number;
  resume: string | undefined;
  policy: 'warm' | 'cold';
  unit: string;
  execution: ExecutorName | undefined;
  census: boolean | undefined;
  force: boolean;
  json: boolean;
  quiet: boolean;
}

export const calibrateCommand: CommandModule<object, CalibrateArguments> = {
  command: 'calibrate [modules..]',
  describe: 'Measure what compiling costs on this machine and write a profile',
  builder: (yargs) =>
    yargs
      .positional('modules', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Your own modules: .wasm and .wat files, and folders of them',
      })
      .option('engine', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        default: [] as string[],
        defaultDescription: 'embedded',
        describe: `What to measure (repeatable, or with commas): ${targetNames().join(', ')} (all of V8's), or name=command`,
      })
      .option('corpus', {
        requiresArg: true,
        type: 'string',
        array: true,
        nargs: 1,
        choices: CORPUS_NAMES,
        default: [] as string[],
        defaultDescription: 'generated and real, unless you name modules',
        describe: 'Functions to measure on (repeatable)',
      })
      .option('effort', {
        requiresArg: true,
        choices: EFFORT_NAMES,
        default: 'standard' as EffortName,
        describe: `How much: ${EFFORT_NAMES.map(effortText).join(', ')} per engine, longer on a busy machine; smoke only tries whether everything works`,
      })
      .option('precision', {
        type: 'string',
        requiresArg: true,
        describe: "Measure until each warm equal-bytes ratio's interval is within so much, for example 3%",
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        defaultDescription: './wasm-dyno-run-<time>',
        describe: 'Where to write the run',
      })
      .option('seed', {
        requiresArg: true,
        type: 'number',
        default: 1,
        describe: 'Seed of all orders that are drawn',
      })
      .option('resume', {
        type: 'string',
        requiresArg: true,
        describe: 'Go on with an interrupted run, with the options it was started with',
      })
      .option('policy', {
        requiresArg: true,
        choices: ['warm', 'cold'] as const,
        default: 'warm' as const,
        describe: 'Which multipliers to recommend; the profile has both',
      })
      .option('unit', {
        requiresArg: true,
        type: 'string',
        default: DEFAULT_UNIT,
        describe: 'What one fuel of the profile is: bytes filled, or a time, such as 8B or 10ps',
      })
      .option('execution', {
        type: 'string',
        choices: EXECUTION_VALUES,
        coerce: (text: string) => (text === '' ? 'interpreter' : text) as ExecutorName,
        describe:
          'Measure what executing costs too, by class of operators, and charge it as this executor takes (interpreter, unless told)',
      })
      .option('census', {
        type: 'boolean',
        defaultDescription: `with ${CENSUS_EFFORTS.join(' and ')}`,
        describe: 'Time functions one by one, too, for cost models in the profile; --no-census leaves it out',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Write a profile from insufficient data too',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress, no notices' })
      .conflicts('resume', ['out', 'precision'])
      .example('$0 calibrate', 'This machine, the embedded engine, two minutes')
      .example(
        '$0 calibrate --engine wasmi --engine v8 --engine wasmtime --engine embedded',
        'Several engines, side by side',
      )
      .example(
        '$0 calibrate --effort quick my.wasm',
        'Your own module, half a minute',
      ) as unknown as Argv<CalibrateArguments>,
  handler: async (args) => {
    const stop = new AbortController();
    const forget = onEnding(() => stop.abort());
    const progress = new CalibrationProgress(args.quiet);
    const options = {
      ...(args.execution === undefined ? {} : { execution: args.execution }),
      signal: stop.signal,
      onEvent: progress.onEvent,
      force: args.force,
      ...(args.quiet ? { onStandardError: () => undefined } : {}),
    };
    let result: CalibrationResult;
    try {
      result =
        args.resume === undefined
          ? await calibrate(settingsFrom(args), options)
          : await resumeCalibration(resolve(args.resume), { ...options, engines: splitEngines(args.engine) });
    } catch (error) {
      if (error instanceof ResumeRefused) throw new CommandFailure(ExitCode.Failed, error.message);
      throw error;
    } finally {
      progress.stop();
      forget();
    }
    if (result.conclusion === undefined) {
      throw new CommandFailure(ExitCode.Failed, result.record.ended?.sentence ?? 'interrupted');
    }
    const execution = await executionOf(result, args);
    if (args.json) printData(calibrationJson(result, execution?.record));
    else
      print(
        calibrationText(result, policyOf(result)) + (execution === undefined ? '' : executionText(execution)),
      );
    process.exitCode = exitCodeOf(result);
  },
};

/**
 * Prices executing, where that is asked for, or was when the run began and is not done yet, and the run has a profile of the embedded
 * engine.
 */
async function executionOf(
  { conclusion, directory, record }: CalibrationResult,
  { execution, quiet }: CalibrateArguments,
): Promise<PricedExecution | undefined> {
  const executor = execution ?? record.options.execution;
  if (executor === undefined) return undefined;
  if (execution === undefined && existsSync(join(directory, EXECUTION_FILE.name))) return undefined;
  const embedded = conclusion!.profiles.find(({ engine }) => engine === ENGINE_NAME);
  if (embedded?.state !== 'written') {
    if (!quiet) printBeside('note: executing was not measured: there is no profile to take its costs\n');
    return undefined;
  }
  const stop = new AbortController();
  const forget = onEnding(() => stop.abort());
  const { signal } = stop;
  const bar = processBar(quiet);
  try {
    return await priceExecution(
      { directory, run: record, profilePath: embedded.path },
      { chargedExecutor: executor, effort: record.options.effort as EffortName },
      { signal, onProgress: bar.onProgress, ...(quiet ? { onStandardError: () => undefined } : {}) },
    );
  } catch (error) {
    if (signal.aborted)
      throw new CommandFailure(
        ExitCode.Failed,
        `interrupted while executing; measure that again with wasm-dyno calibrate --resume ${directory} --execution ${executor}`,
      );
    throw error;
  } finally {
    bar.stop();
    forget();
  }
}

function settingsFrom(args: CalibrateArguments): CalibrationSettings {
  // Wrong names are wrong usage, and found before anything is made.
  const named = splitEngines(args.engine);
  const engines = expandTargets(named.length === 0 ? ['embedded'] : named);
  engines.forEach(resolveTarget);
  if (args.execution !== undefined && !engines.includes('embedded'))
    throw new CommandFailure(
      ExitCode.Usage,
      '--execution is about the embedded engine; add --engine embedded',
    );
  if (!Number.isSafeInteger(args.seed))
    throw new CommandFailure(ExitCode.Usage, '--seed takes a whole number');
  return {
    modules: args.modules.map((path) => resolve(path)),
    corpora: args.corpus.length > 0 || args.modules.length > 0 ? args.corpus : ['generated', 'real'],
    engines,
    effort: args.effort,
    precision: args.precision === undefined ? null : precisionFrom(args.precision),
    policy: args.policy,
    unit: unitFrom(args.unit),
    census: args.census ?? CENSUS_EFFORTS.includes(args.effort),
    execution: args.execution,
    seed: args.seed,
    force: args.force,
    directory: resolve(args.out ?? `wasm-dyno-run-${fileTime(new Date())}`),
  };
}

/** `v8,embedded` are two; the command of `name=command` may hold commas. */
function splitEngines(texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    text.includes('=') ? [text] : text.split(',').filter((name) => name !== ''),
  );
}

function effortText(name: EffortName): string {
  return name === 'smoke' ? name : `${name} within ${EFFORTS[name].budgetSeconds} s`;
}

function unitFrom(text: string): string {
  const problem = unitProblem(text);
  if (problem === undefined) return text;
  throw new CommandFailure(ExitCode.Usage, `--unit ${problem}, not "${text}"`);
}

function precisionFrom(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const value = match === null ? NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value > 0 && value < 1)) {
    throw new CommandFailure(ExitCode.Usage, `--precision takes a percentage, for example 3%, not "${text}"`);
  }
  return value;
}

/** For example `2026-01-31-120000`, UTC. */
function fileTime(date: Date): string {
  return date.toISOString().replace(/\..*$/, '').replace('T', '-').replaceAll(':', '');
}

function policyOf({ record }: CalibrationResult): 'warm' | 'cold' {
  return record.options.policy;
}

function exitCodeOf({ record, conclusion }: CalibrationResult): ExitCode {
  if (record.engines.some(({ failure }) => failure !== null)) return ExitCode.Failed;
  const insufficient = conclusion!.profiles.some(({ state }) => state === 'insufficient-data');
  return insufficient ? ExitCode.InsufficientData : ExitCode.Fine;
}
