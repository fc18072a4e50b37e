import type { CommandModule } from 'yargs';

import { CommandFailure, ExitCode } from '../exit-code.js';
import { camelCase, commandLength, givenOptions, unshielded } from '../usage.js';
import { readConfigFile } from './config-file.js';
import { configuredValues, type ConfiguredValues } from './configured-values.js';
import { environmentValues, namesAnOption } from './environment-values.js';
import { OptionsExplained, type ExplainedOption } from './explained-options.js';
import { optionCatalog, type DeclaredCommand, type DeclaredOption } from './option-catalog.js';

/** Options that every command has; no configuration sets them. */
export const CONFIG_OPTIONS = {
  config: {
    type: 'string',
    requiresArg: true,
    defaultDescription: 'wasm-dyno.config.*, or package.json',
    describe: 'Configuration file, or none',
  },
  'explain-config': {
    type: 'boolean',
    default: false,
    describe: "Print each option's value and where it comes from, and do nothing else",
  },
} as const;

const NONE: ConfiguredValues = new Map();

/** Where values come from that are no defaults, by option. */
type Origins = ReadonlyMap<string, string>;

/** What a configuration file and the environment say, beside what the command line says. */
export class Configuration {
  private constructor(
    private readonly words: readonly string[],
    private readonly file: string | undefined,
    private readonly commands: readonly DeclaredCommand[],
    private readonly values: ReadonlyMap<string, ConfiguredValues>,
  ) {}

  /** @param loadAll loads all commands: what a file says is held against the options of all of them */
  static async for(
    words: readonly string[],
    loadAll: () => Promise<readonly CommandModule[]>,
  ): Promise<Configuration> {
    const file = needsNone(words) ? undefined : await readConfigFile(namedFile(words));
    const isNeeded = file !== undefined || explains(words) || (!needsNone(words) && namesAnOption());
    const commands = isNeeded ? optionCatalog(await loadAll()) : [];
    const values = file === undefined ? new Map<string, never>() : configuredValues(file, commands);
    return new Configuration(words, file?.shown, commands, values);
  }

  /** Sets what the command line leaves open, and tells where each option's value that is no default comes from. */
  apply(parsed: Record<string, unknown>): Origins {
    const origins = new Map<string, string>();
    const command = this.commandOf(parsed['_']);
    if (command === undefined) return origins;
    const given = givenOptions(this.words);
    const values = this.valuesOf(command);
    for (const option of command.options) {
      const configured = values.get(option.name);
      if (given.has(option.name)) origins.set(option.name, 'command line');
      // What is typed puts aside what it cannot stand beside.
      else if (configured !== undefined && !option.conflicts.some((name) => given.has(name))) {
        parsed[option.name] = configured.value;
        parsed[camelCase(option.name)] = configured.value;
        origins.set(option.name, configured.origin);
      }
    }
    return origins;
  }

  /** Whether the words ask what the options are, and not for what the command does. */
  get isAsked(): boolean {
    return explains(this.words);
  }

  /** The options of the command that is named; undefined for a command that there is not. */
  explained(parsed: Readonly<Record<string, unknown>>, origins: Origins): OptionsExplained | undefined {
    const command = this.commandOf(parsed['_']);
    if (command === undefined) return undefined;
    const rows = command.options.map((option) =>
      explained(command, option, parsed[option.name], origins.get(option.name)),
    );
    return new OptionsExplained(rows, this.file, parsed['json'] === true);
  }

  /**
   * Every command's options, where no command is named.
   *
   * @throws CommandFailure for an option that has no meaning without a command
   */
  explainAll(): OptionsExplained {
    const given = [...givenOptions(this.words)];
    const superfluous = given.find((name) => !Object.hasOwn(CONFIG_OPTIONS, name) && name !== 'json');
    if (superfluous !== undefined)
      throw new CommandFailure(
        ExitCode.Usage,
        `--${superfluous} is no option without a command; name the command, or leave it out`,
      );
    const rows = this.commands.flatMap((command) =>
      command.options.map((option) => {
        const configured = this.valuesOf(command).get(option.name);
        return explained(command, option, configured?.value ?? option.default, configured?.origin);
      }),
    );
    return new OptionsExplained(rows, this.file, given.includes('json'));
  }

  /** The environment goes before the file: it is nearer to the one run. */
  private valuesOf(command: DeclaredCommand): ConfiguredValues {
    return new Map([...(this.values.get(command.name) ?? NONE), ...environmentValues(command)]);
  }

  /** @param typed the words that yargs took for the command and its arguments */
  private commandOf(typed: unknown): DeclaredCommand | undefined {
    const words = Array.isArray(typed) ? typed.map(String) : [];
    const length = commandLength(words);
    const typedName = length === undefined ? undefined : words.slice(0, length).join(' ');
    return this.commands.find(({ name }) => name === typedName);
  }
}

/** Whether the words ask what the options are, of no command in particular. */
export function explainsAll(words: readonly string[]): boolean {
  return explains(words) && words[0]!.startsWith('-') && commandEnd(words) === undefined;
}

/** The words with arguments that a command demands before it is explained: nothing is done with them. */
export function withPlaceholders(words: readonly string[]): readonly string[] {
  const end = explains(words) ? commandEnd(words) : undefined;
  return end === undefined ? words : [...words.slice(0, end), '.', '.', ...words.slice(end)];
}

/** Where the command's own words end: options may stand before it. */
function commandEnd(words: readonly string[]): number | undefined {
  const start = words.findIndex((_, i) => words[i - 1] !== '--config' && commandLength(words.slice(i)));
  return start < 0 ? undefined : start + commandLength(words.slice(start))!;
}

function explained(
  command: DeclaredCommand,
  option: DeclaredOption,
  value: unknown,
  origin: string | undefined,
): ExplainedOption {
  const shown = typeof value === 'string' ? unshielded(value) : value;
  const text = origin === undefined ? option.defaultText : undefined;
  return { command: command.name, name: option.name, value: shown, origin: origin ?? 'default', text };
}

/** Without a configuration, for all that a broken one must not stop: help, and writing a new one. */
function needsNone(words: readonly string[]): boolean {
  const [first = ''] = words;
  const given = givenOptions(words);
  return (
    words.length === 0 ||
    ['init', 'completion', 'help', '--version', '--get-yargs-completions'].includes(first) ||
    given.has('help') ||
    given.has('h')
  );
}

function explains(words: readonly string[]): boolean {
  const given = givenOptions(words);
  return given.has('explain-config') && !given.has('help') && !given.has('h');
}

function namedFile(words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  const own = words.slice(0, end < 0 ? undefined : end);
  const at = own.findLastIndex((word) => word === '--config' || word.startsWith('--config='));
  if (at < 0) return undefined;
  return own[at] === '--config' ? own[at + 1] || undefined : own[at]!.slice('--config='.length) || undefined;
}
