import { counted } from '@wasm-dyno/reports/wording';
import type { Argv, CommandModule } from 'yargs';

import { ADVERSARIAL_PHASES, CORPUS_NAMES, loadCorpus, recipeText, type Corpus } from '@wasm-dyno/corpora';
import { loadProfile } from '@wasm-dyno/engine/node';
import { onEnding } from '../console/ending.js';
import { print, printJson } from '../console/output.js';
import { shortNumber, terminalTable } from '../console/terminal.js';
import { jsonBytes } from '../console/write-json.js';
import { Hunt, HuntImpossible, type HuntResult, type Trophy } from '../hunt/index.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { smallestSampleSize } from '../statistics/index.js';
import { TargetFailure } from '../targets/client.js';
import { TARGET_PHASES, type TargetPhase } from '../targets/protocol.js';
import { resolveTarget, targetNames } from '../targets/registry.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { refuseOutput, writeOutputFile } from './output-file.js';
import { PartBar } from './display/part-bar.js';

interface ListArguments {
  readonly corpus: string[];
  readonly json: boolean;
}

const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'Tell which modules the corpora have',
  builder: (yargs) =>
    yargs
      .option('corpus', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        choices: CORPUS_NAMES,
        default: [] as string[],
        defaultDescription: 'all',
        describe: 'Which (repeatable)',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print as JSON',
      }) as unknown as Argv<ListArguments>,
  handler: async ({ corpus: names, json }) => {
    const corpora: Corpus[] = [];
    const check = { check: 'parse' } as const;
    for (const name of names.length > 0 ? names : CORPUS_NAMES)
      corpora.push(await loadCorpus(name, { generated: check, real: check, adversarial: check }));
    if (json) printJson(corpora.map(describedCorpus));
    else print(corpora.map(corpusText).join('\n'));
  },
};

function describedCorpus({ digest, modules, name, skipped }: Corpus) {
  const described = modules.map(({ bodyBytes, bytes, functions, name: module, origin, sha256 }) => ({
    name: module,
    moduleBytes: bytes.length,
    functions: functions.length,
    bodyBytes,
    sha256,
    origin,
  }));
  return { name, digest, modules: described, skipped };
}

function corpusText({ digest, modules, name, skipped }: Corpus): string {
  const heading = [
    { head: 'module' },
    { head: 'bytes', align: 'right' },
    { head: 'functions', align: 'right' },
    { head: 'of bodies', align: 'right' },
    { head: 'made of' },
  ] as const;
  const rows = modules.map(({ bodyBytes, bytes, functions, name: module, origin }) => [
    module,
    bytes.length.toLocaleString('en'),
    functions.length.toLocaleString('en'),
    bodyBytes.toLocaleString('en'),
    origin.kind === 'recipe'
      ? recipeText(origin.recipe)
      : origin.kind === 'package'
        ? `${origin.package} ${origin.version}, ${origin.toolchain}`
        : origin.kind === 'generated'
          ? `seed ${origin.seed}`
          : origin.path,
  ]);
  const left = skipped.map(({ name: module, reason }) => `left out: ${module}: ${reason}\n`).join('');
  return `${name}, ${counted(modules.length, 'module')}, ${digest.slice(0, 12)}\n${terminalTable(heading, rows)}\n${left}`;
}

interface HuntArguments {
  readonly engine: string;
  readonly phase: TargetPhase;
  readonly minutes: number;
  readonly seed: number;
  readonly keep: number;
  readonly profile: string | undefined;
  readonly bound: number | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

const PHASES = TARGET_PHASES.filter((phase) => phase !== 'execute');

const huntCommand: CommandModule<object, HuntArguments> = {
  command: 'hunt',
  describe: 'Search for modules that take an engine much longer than they are charged for',
  builder: (yargs) =>
    yargs
      .option('engine', {
        type: 'string',
        requiresArg: true,
        default: 'embedded',
        describe: `Which engine: ${targetNames().join(', ')}, or name=command`,
      })
      .option('phase', {
        requiresArg: true,
        choices: PHASES,
        default: 'translate' as TargetPhase,
        describe: 'What is to be dear; compile for engines that cannot take phases apart',
      })
      .option('minutes', {
        type: 'number',
        requiresArg: true,
        default: 2,
        describe: 'How long to search; minimising and confirming come on top',
      })
      .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'Seed of what is drawn' })
      .option('keep', {
        type: 'number',
        requiresArg: true,
        default: 5,
        describe: 'How many recipes to confirm',
      })
      .option('profile', {
        type: 'string',
        requiresArg: true,
        describe: 'Charge as the embedded engine does by this profile; by what modules count as unless told',
      })
      .option('bound', {
        type: 'number',
        requiresArg: true,
        describe: 'Fail where a recipe is undercharged by more than so many times, by its whole interval',
      })
      .option('out', { type: 'string', requiresArg: true, describe: 'File to write the recipes to, as JSON' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the recipes as JSON' })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress' })
      .example('$0 corpus hunt --phase validate --minutes 5 --seed 7', '')
      .example('$0 corpus hunt --engine wasmi --phase compile', '') as unknown as Argv<HuntArguments>,
  handler: async (options) => {
    checkHunt(options);
    if (options.out !== undefined) refuseOutput(options.out);
    const result = await hunted(options);
    if (options.out !== undefined) writeOutputFile(options.out, jsonBytes(described(options, result)));
    if (options.json) printJson(described(options, result));
    else print(huntText(options, result));
    if (result.trophies.length === 0) process.exitCode = ExitCode.InsufficientData;
    else if (beyondBound(options, result).length > 0) process.exitCode = ExitCode.Failed;
  },
};

/** Recipes that break the bound for sure: the low end of their interval does. */
function beyondBound({ bound = Infinity }: HuntArguments, { trophies }: HuntResult): readonly Trophy[] {
  return trophies.filter(({ low }) => low > bound);
}

function boundText(options: HuntArguments, result: HuntResult): string {
  const { bound } = options;
  if (bound === undefined || result.trophies.length === 0) return '';
  const { length } = beyondBound(options, result);
  const held = `the bound of ${shortNumber(bound)} times held`;
  return length === 0
    ? `${held} for ${result.trophies.length === 1 ? 'the one recipe' : `each of ${result.trophies.length} recipes`}\n`
    : `the bound of ${shortNumber(bound)} times did not hold: ${length} of ${counted(result.trophies.length, 'recipe')} ${length === 1 ? 'is above it by its' : 'are above it by their'} whole interval\n`;
}

function checkHunt({ bound, keep, minutes, seed }: HuntArguments): void {
  const wrong = !(minutes > 0)
    ? '--minutes takes a number above 0'
    : !Number.isSafeInteger(seed)
      ? '--seed takes a whole number'
      : !(Number.isSafeInteger(keep) && keep >= 1)
        ? '--keep takes a whole number from 1 on'
        : bound !== undefined && !(bound > 0)
          ? '--bound takes a number above 0'
          : undefined;
  if (wrong !== undefined) throw new CommandFailure(ExitCode.Usage, wrong);
}

async function hunted({
  engine,
  keep,
  minutes,
  phase,
  profile: file,
  quiet,
  seed,
}: HuntArguments): Promise<HuntResult> {
  const shapes = ADVERSARIAL_PHASES.find((name) => name === phase) ?? 'translate';
  const target = resolveTarget(engine);
  const profile = file === undefined ? undefined : loadProfile({ path: file }).profile;
  const stop = new AbortController();
  const forget = onEnding(() => stop.abort());
  const bar = new PartBar(quiet);
  const folder = temporaryFolder('hunt');
  try {
    const hunt = new Hunt({
      prey: { target, phase, shapes, profile, folder: folder.path },
      seed,
      seconds: 60 * minutes,
      kept: keep,
      processes: smallestSampleSize(),
      signal: stop.signal,
      onProgress: ({ candidates, highest, part, step }) =>
        bar.show(part, `${step}, ${candidates} modules, ${shortNumber(highest)} times the typical at most`),
    });
    return await hunt.run();
  } catch (error) {
    if (error instanceof HuntImpossible || error instanceof TargetFailure)
      throw new CommandFailure(ExitCode.Failed, error.message);
    throw error;
  } finally {
    bar.stop();
    forget();
    folder.remove();
  }
}

function described(options: HuntArguments, result: HuntResult) {
  const { bound, engine, minutes, phase } = options;
  const held = bound === undefined ? {} : { bound, isHeld: beyondBound(options, result).length === 0 };
  return { engine, phase, minutes, ...held, ...result };
}

function huntText(options: HuntArguments, result: HuntResult): string {
  const { engine, phase, profile } = options;
  const { candidates, lost, seed, trophies } = result;
  const heading = [
    { head: 'undercharged', align: 'right' },
    { head: '95% interval' },
    { head: 'per byte', align: 'right' },
    { head: 'recipe' },
  ] as const;
  const rows = trophies.map(({ high, low, ratio, ratioPerByte, recipe }: Trophy) => [
    `${shortNumber(ratio)}x`,
    `${shortNumber(low)} to ${shortNumber(high)}`,
    `${shortNumber(ratioPerByte)}x`,
    recipeText(recipe),
  ]);
  const against =
    profile === undefined
      ? 'time per charge against that of a typical real module'
      : 'time against the time charged for';
  const first = `${engine}, ${phase}, seed ${seed}: ${candidates} modules tried; ${against}\n`;
  const ends = lost
    .map((recipe) => `ended the engine, or took over a minute: ${recipeText(recipe)}\n`)
    .join('');
  const found = trophies.length === 0 ? 'nothing was confirmed\n' : `${terminalTable(heading, rows)}\n`;
  return `${first}${found}${boundText(options, result)}${ends}`;
}

export const corpusCommand: CommandModule = {
  command: 'corpus <command>',
  describe: 'Functions to measure on: list them, hunt for dear ones',
  builder: (yargs) => yargs.command(listCommand).command(huntCommand).demandCommand(1, 'Name a command.'),
  handler: () => undefined,
};
