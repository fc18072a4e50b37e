import path from 'node:path';

import { didYouMean } from '../../console/nearest-name.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { dashed } from '../usage.js';
import type { ConfigFile } from './config-file.js';
import type { DeclaredCommand, DeclaredOption } from './option-catalog.js';

/** The section whose options hold for every command that has them. */
const COMMON = 'common';

export interface ConfiguredValue {
  readonly value: unknown;
  /** `wasm-dyno.config.json: common`. */
  readonly origin: string;
}

/** What a configuration says for a command, by option. */
export type ConfiguredValues = ReadonlyMap<string, ConfiguredValue>;

type Section = Readonly<Record<string, unknown>>;

/**
 * Values for every command, by the command's name. The whole file is looked at, not the running command's part alone: a wrong key is told at
 * once, not in the pipeline.
 * @throws CommandFailure in one line, for the first thing that is wrong
 */
export function configuredValues(
  file: ConfigFile,
  commands: readonly DeclaredCommand[],
): ReadonlyMap<string, ConfiguredValues> {
  const names = commands.map(({ name }) => name);
  // Editors find the configuration's form by $schema.
  const sections = Object.fromEntries(
    Object.entries(sectionOf(file.content, file.shown)).filter(([name]) => name !== '$schema'),
  );
  for (const [name, content] of Object.entries(sections)) {
    if (name !== COMMON && !names.includes(name))
      throw wrong(file.shown, `unknown section "${name}"${meantOrAll(name, [COMMON, ...names])}`);
    const known = commands
      .filter((command) => name === COMMON || command.name === name)
      .flatMap(({ options }) => options.map((option) => option.name));
    for (const key of Object.keys(sectionOf(content, `${file.shown}: ${name}`))) {
      if (!known.includes(dashed(key)))
        throw wrong(`${file.shown}: ${name}`, `unknown key "${key}"${meantOrAll(dashed(key), known)}`);
    }
  }
  const of = (name: string): Section => (Object.hasOwn(sections, name) ? (sections[name] as Section) : {});
  return new Map(
    commands.map((command) => {
      const values = new Map<string, ConfiguredValue>();
      for (const section of [COMMON, command.name]) {
        for (const [key, value] of Object.entries(of(section))) {
          const option = command.options.find(({ name }) => name === dashed(key));
          if (option === undefined || value === undefined) continue;
          const origin = `${file.shown}: ${section}`;
          values.set(option.name, { value: readValue(value, option, command.name, origin, file), origin });
        }
      }
      return [command.name, values];
    }),
  );
}

function sectionOf(content: unknown, where: string): Section {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw wrong(where, 'is no object of keys and values');
  return content as Section;
}

function readValue(
  given: unknown,
  option: DeclaredOption,
  command: string,
  origin: string,
  file: ConfigFile,
): unknown {
  const wanted = (what: string) =>
    wrong(origin, `${option.name} of ${command} is ${JSON.stringify(given)}; give ${what}`);
  if (option.isList) {
    const items = Array.isArray(given) ? (given as unknown[]) : [given];
    return items.map((item) => readText(item, option, wanted, file));
  }
  if (option.kind === 'switch') {
    if (typeof given !== 'boolean') throw wanted('true or false');
    return given;
  }
  if (option.kind === 'number') {
    if (typeof given !== 'number' || !Number.isFinite(given)) throw wanted('a number');
    return given;
  }
  // As the option stands on a command line without a value.
  if (given === true && !option.needsValue) return '';
  return readText(given, option, wanted, file);
}

function readText(
  given: unknown,
  { choices, isList }: DeclaredOption,
  wanted: (what: string) => Error,
  file: ConfigFile,
): string {
  const text = typeof given === 'number' && Number.isFinite(given) ? String(given) : given;
  if (choices !== undefined && !(typeof text === 'string' && choices.includes(text)))
    throw wanted(`one of ${choices.join(', ')}${meant(String(text), choices)}`);
  if (typeof text !== 'string') throw wanted(isList ? 'texts' : 'a text');
  return besideFile(text, file);
}

/** Paths that begin with a dot are the file's, wherever the command runs. */
function besideFile(text: string, file: ConfigFile): string {
  return /^\.\.?[/\\]/.test(text) ? path.resolve(path.dirname(file.path), text) : text;
}

function meant(unknown: string, known: readonly string[]): string {
  return didYouMean(unknown, known, (name) => `"${name}"`);
}

/** As {@link meant}, and where all names are to be found if none is near. */
function meantOrAll(unknown: string, known: readonly string[]): string {
  return (
    meant(unknown, known) || '; take it out: wasm-dyno --explain-config --config none lists what there is'
  );
}

function wrong(where: string, what: string): CommandFailure {
  return new CommandFailure(ExitCode.Usage, `${where}: ${what}`);
}
