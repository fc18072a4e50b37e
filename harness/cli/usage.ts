import { existsSync } from 'node:fs';

import type { Argv } from 'yargs';

import { didYouMean, nearestName } from '../console/nearest-name.js';
import { CommandFailure, ExitCode } from './exit-code.js';

/** What yargs knows of a command's options; its types leave it out. */
interface KnownOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly array: readonly string[];
  readonly number: readonly string[];
  readonly boolean: readonly string[];
  readonly choices: Readonly<Record<string, readonly unknown[]>>;
}

type Parsed = Record<string, unknown>;

/** Files and folders: an empty one would stand for the current folder, which nobody means. */
const PATHS = [
  'config',
  'out',
  'resume',
  'directory',
  'profile',
  'module',
  'modules',
  'metering',
  'base',
  'others',
  'files',
  'sources',
  'profiles',
  'source',
  'key',
  'public-key',
  'signature',
  'run',
];

/**
 * Middleware that holds for every command's options: of an option given twice the last counts, unless it is a list; switches have no
 * values, arguments no names; numbers are numbers, and choices such as there are; paths and engines are not empty.
 */
export function checkedOptions(words: readonly string[], parsed: Parsed, yargs: Argv): void {
  const { array, number, boolean, choices } = knownOptions(yargs);
  refuseValuesOf(boolean, words);
  refuseNamesOfArguments(words);
  if (words[0] === 'run') refusePartedSeed(words);
  const lists = new Set(array.flatMap((name) => [name, camelCase(name)]));
  for (const [name, value] of Object.entries(parsed)) {
    if (Array.isArray(value) && name !== '_' && name !== '--' && !lists.has(name))
      parsed[name] = value.at(-1);
  }
  for (const name of number) {
    if (Number.isNaN(parsed[name])) throw new CommandFailure(ExitCode.Usage, `--${name} takes a number`);
  }
  for (const [name, known] of Object.entries(choices)) refuseOtherChoices(name, known, parsed[name], words);
  for (const engine of [parsed['engine'] ?? []].flat()) {
    if (typeof engine === 'string' && /^[\s,]*$/.test(engine))
      throw new CommandFailure(
        ExitCode.Usage,
        `--engine is "${engine}"; name one, wasm-dyno target list has them`,
      );
  }
  for (const name of PATHS) {
    const values = [parsed[name]].flat();
    if (values.includes('')) {
      const shown = argumentsOf(words).includes(name) ? name : `--${name}`;
      throw new CommandFailure(ExitCode.Usage, `${shown} is empty; name a file or folder, "." for this one`);
    }
  }
}

/** What is none of an option's or argument's choices, with the one that was probably meant. */
function refuseOtherChoices(
  name: string,
  choices: readonly unknown[],
  given: unknown,
  words: readonly string[],
): void {
  const known = choices.map(String);
  const other = [given ?? []].flat().find((value) => !choices.includes(value) && value !== '');
  if (other === undefined) return;
  const shown = argumentsOf(words).includes(name) ? name : `--${name}`;
  const near = nearestName(String(other), known);
  throw new CommandFailure(
    ExitCode.Usage,
    `${shown} is ${JSON.stringify(other)}; ${near === undefined ? '' : `did you mean ${near}? `}it takes ${known.join(', ')}; ${helpHint(words)}`,
  );
}

/** What yargs adds, and the form in which options are explained, which not every command has. */
const OF_EXPLAINING = ['_', '--', '$0', 'json'];

/**
 * Where a command's options are explained, its own checks do not come: what they refuse of options is refused by this.
 *
 * @throws Error for an option that there is not
 */
export function refuseUnknown(words: readonly string[], parsed: Parsed, yargs: Argv): void {
  const { key } = knownOptions(yargs);
  const isKnown = (name: string) => Object.hasOwn(key, name) || Object.hasOwn(key, dashed(name));
  const unknown = Object.keys(parsed).find((name) => !OF_EXPLAINING.includes(name) && !isKnown(name));
  if (unknown !== undefined) throw usageFailure(words, `Unknown argument: ${unknown}`, undefined, yargs);
}

/** `--json=abc` would count as false. */
function refuseValuesOf(switches: readonly string[], words: readonly string[]): void {
  for (const { name, value } of namedValues(words)) {
    if (!(name === 'h' || switches.includes(name)) || value === 'true' || value === 'false') continue;
    const option = name.length === 1 ? `-${name}` : `--${name}`;
    throw new CommandFailure(ExitCode.Usage, `${option} takes no value; ${helpHint(words)}`);
  }
}

/** `--module=p.wasm` would be lost. */
function refuseNamesOfArguments(words: readonly string[]): void {
  const positions = argumentsOf(words);
  for (const { name } of namedValues(words, true)) {
    if (!positions.includes(name)) continue;
    const mend = `give ${name} without a name, after -- if it looks like an option`;
    throw new CommandFailure(ExitCode.Usage, `--${name} is no option: ${mend}; ${helpHint(words)}`);
  }
}

function argumentsOf(words: readonly string[]): readonly string[] {
  const [command = '', part = ''] = words.filter((word) => !word.startsWith('-'));
  return ARGUMENTS[command] ?? ARGUMENTS[`${command} ${part}`] ?? [];
}

/** The options before a bare `--`, those with a value behind `=` alone unless told. */
function namedValues(words: readonly string[], all = false): { name: string; value: string }[] {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).flatMap((word) => {
    const [, name, value] = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    return name !== undefined && (all || value !== undefined) ? [{ name, value: value ?? '' }] : [];
  });
}

/** In one line what is wrong with a command line, what was probably meant, and which help tells more. */
export function usageFailure(
  words: readonly string[],
  message: string | null,
  error: Error | undefined,
  yargs: Argv,
): Error {
  if (error !== undefined && error !== null && error.name !== 'YError') return error;
  const told = unknownAlone(words) ?? unknownCommand(words, message) ?? message;
  const text = unshielded(told ?? error?.message ?? 'wrong usage')
    .replaceAll('\\u0000', '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  const known = Object.keys(knownOptions(yargs).key);
  return new CommandFailure(
    ExitCode.Usage,
    `${sentence(text, words)}${suggestion(text, words, known)}; ${helpHint(words)}`,
  );
}

/** What is said of an option that stands before any command, which yargs passes over. */
function unknownAlone(words: readonly string[]): string | undefined {
  const [first = ''] = words;
  const name = /^--([^=]+)/.exec(first)?.[1];
  return name === undefined || words.some((word) => !word.startsWith('-'))
    ? undefined
    : `Unknown argument: ${name}`;
}

/** What is said of a word in a command's place that resembles none: yargs takes it for an argument too many. */
function unknownCommand(words: readonly string[], message: string | null): string | undefined {
  if (!/^(Unknown argument|Name a command)/.test(message ?? '')) return undefined;
  const [command, part] = words.filter((word) => !word.startsWith('-'));
  if (command === undefined) return undefined;
  if (!Object.hasOwn(COMMAND_PARTS, command)) return `Unknown command: ${command}`;
  const parts = COMMAND_PARTS[command]!;
  const isOther = parts.length > 0 && part !== undefined && !parts.includes(part);
  return isOther ? `Unknown command: ${part}` : undefined;
}

/** What yargs says too briefly. */
function sentence(text: string, words: readonly string[]): string {
  const [command = '', part] = words.filter((word) => !word.startsWith('-'));
  if (/^Did you mean /.test(text)) {
    const unknown = Object.hasOwn(COMMAND_PARTS, command) ? (part ?? '') : command;
    return `Unknown command: ${unknown}; did you mean ${text.slice('Did you mean '.length)}`;
  }
  const [, option, needed] = /^Implications failed: (\S+) -> (\S+)/.exec(text) ?? [];
  if (option !== undefined) return `--${option} needs --${needed} beside it`;
  if (/^Not enough non-option arguments/.test(text)) {
    const parts = COMMAND_PARTS[command] ?? [];
    if (parts.length > 0 && !parts.includes(part ?? ''))
      return `Name a command of ${command}: ${parts.join(', ')}`;
    const name = parts.length > 0 ? `${command} ${part}` : command;
    return `${name}: an argument is missing; give ${(ARGUMENTS[name] ?? ['it']).join(' and ')}`;
  }
  return text.replace(/[.;]$/, '');
}

/** Which help tells more about what was typed. */
export function helpHint(words: readonly string[]): string {
  const [command, part] = words.filter((word) => !word.startsWith('-'));
  const path = [command, part].filter((word, i) => word !== undefined && isCommandWord(word, i, command));
  return `wasm-dyno ${[...path, ''].join(' ')}--help tells more`;
}

/** The options that a command line gives, by their dashed names. */
export function givenOptions(words: readonly string[]): ReadonlySet<string> {
  return new Set(namedValues(words, true).map(({ name }) => dashed(name)));
}

/** Switches that are on unless told otherwise, by command: these alone are written `--no-name` too. */
export const ON_BY_DEFAULT: Readonly<Record<string, readonly string[]>> = { calibrate: ['census'] };

/** The words with each `--no-name` of a switch that is on by default as `--name=false`, up to a bare `--`. */
export function withoutNegations(words: readonly string[]): readonly string[] {
  const command = words.find((word) => Object.hasOwn(COMMAND_PARTS, word)) ?? '';
  const switches = ON_BY_DEFAULT[command] ?? [];
  const end = words.indexOf('--');
  return words.map((word, i) => {
    const name = end < 0 || i < end ? switches.find((one) => word === `--no-${one}`) : undefined;
    return name === undefined ? word : `--${name}=false`;
  });
}

/** Options whose value may be left out, by command; the first value is what they then stand for. */
export const EXECUTION_VALUES = ['interpreter', 'host'] as const;
const VALUE_OPTIONAL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  calibrate: { '--execution': EXECUTION_VALUES },
};

/** The words with its value at each option that was given none before a file or folder, which would be taken for the value; up to a bare `--`. */
export function withLeftOutValues(words: readonly string[]): readonly string[] {
  const command = words.find((word) => Object.hasOwn(COMMAND_PARTS, word)) ?? '';
  const options = VALUE_OPTIONAL[command] ?? {};
  const end = words.indexOf('--');
  return words.map((word, i) => {
    const next = words[i + 1];
    if ((end >= 0 && i >= end) || !Object.hasOwn(options, word) || next === undefined) return word;
    const values = options[word]!;
    return values.includes(next) || !isPath(next) ? word : `${word}=${values[0]}`;
  });
}

/** What is neither may be a value that was mistyped. */
function isPath(word: string): boolean {
  return !word.startsWith('-') && (/[./\\]/.test(word) || existsSync(word));
}

/** How many of the first words name the command; undefined where they name none, or only half of one. */
export function commandLength(words: readonly string[]): 1 | 2 | undefined {
  const [command = '', part = ''] = words;
  if (!Object.hasOwn(COMMAND_PARTS, command)) return undefined;
  const parts = COMMAND_PARTS[command]!;
  return parts.length === 0 ? 1 : parts.includes(part) ? 2 : undefined;
}

/** Arguments that are told by their place. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  calibrate: ['modules'],
  compare: ['base', 'others'],
  completion: ['shell'],
  inspect: ['module'],
  monitor: ['files'],
  metering: ['directory'],
  model: ['directory'],
  query: ['query', 'sources'],
  report: ['directory'],
  run: ['module', 'args'],
  'profile export': ['profile'],
  'profile check': ['profile'],
  'profile show': ['profile'],
  'profile sign': ['profile'],
  'profile verify': ['profile'],
  'profile validate': ['profiles'],
  'profile merge': ['profiles'],
  'profile bundle': ['profiles'],
  'profile choose': ['source'],
  'target build': ['targets'],
  'target check': ['program'],
};

const COMMAND_PARTS: Readonly<Record<string, readonly string[]>> = {
  calibrate: [],
  census: [],
  model: [],
  compare: [],
  completion: [],
  corpus: ['list', 'hunt'],
  doctor: [],
  init: [],
  inspect: [],
  machine: [],
  metering: [],
  monitor: [],
  query: [],
  report: [],
  run: [],
  verify: [],
  profile: ['bundle', 'check', 'choose', 'export', 'key', 'merge', 'show', 'sign', 'validate', 'verify'],
  target: ['build', 'check', 'list'],
};

function isCommandWord(word: string, place: number, command: string | undefined): boolean {
  return place === 0
    ? Object.hasOwn(COMMAND_PARTS, word)
    : (COMMAND_PARTS[command ?? ''] ?? []).includes(word);
}

/** The known option that an unknown one resembles. */
function suggestion(text: string, words: readonly string[], known: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(text)?.[1]?.split(', ')[0];
  if (unknown === undefined || !words.some((word) => word.split('=')[0] === `--${unknown}`)) return '';
  return didYouMean(unknown, known, (name) => `--${name}`);
}

function knownOptions(yargs: Argv): KnownOptions {
  return (yargs as unknown as { getOptions(): KnownOptions }).getOptions();
}

/** `profileCheck` is `profile-check`: yargs takes both. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** No argument of a process holds it. */
const SHIELD = '\0';

/**
 * Words of a program's command line that yargs would take for its own: `help` as a wish for help, `-` as nothing, and what follows
 * `--deterministic` as its seed, which has one behind `=` alone, and is 0 without.
 */
export function shieldedWords(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, i) => {
    if (word === '--deterministic' && (end < 0 || i < end)) return `${word}=0`;
    return word === '-' || word === 'help' ? `${SHIELD}${word}` : word;
  });
}

/** `--deterministic 5` would be seed 0, and 5 an argument of the program: nobody would see that the seed is another. */
function refusePartedSeed(words: readonly string[]): void {
  const end = words.indexOf('--');
  const own = words.slice(0, end < 0 ? undefined : end);
  const seed = own.find((word, i) => own[i - 1] === '--deterministic' && /^[0-9]+$/.test(word));
  if (seed === undefined) return;
  const mend = `give --deterministic=${seed}, or --deterministic=0 ${seed} where ${seed} is no seed`;
  throw new CommandFailure(ExitCode.Usage, `--deterministic takes a seed behind "=" alone: ${mend}`);
}

/** As it was before {@link shieldedWords}. */
export function unshielded(text: string): string {
  return text.replaceAll(SHIELD, '');
}

/** What follows a bare `--`, as it was written: yargs would read `1e3` as 1000. */
export function afterSeparator(argv: readonly string[] = process.argv): readonly string[] {
  const at = argv.indexOf('--', 2);
  return at < 0 ? [] : argv.slice(at + 1);
}
