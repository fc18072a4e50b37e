import yargs, { type Argv, type CommandModule } from 'yargs';

/** An option of a command, as it is declared. */
export interface DeclaredOption {
  readonly name: string;
  readonly kind: 'switch' | 'number' | 'text';
  readonly isList: boolean;
  /** It cannot stand without a value. */
  readonly needsValue: boolean;
  readonly choices: readonly string[] | undefined;
  readonly default: unknown;
  /** What people read for the default, where that is not its value. */
  readonly defaultText: string | undefined;
  readonly describe: string;
  /** Options that it cannot stand beside. */
  readonly conflicts: readonly string[];
}

/** A command that does something by itself. */
export interface DeclaredCommand {
  /** As it is typed: `profile sign`. */
  readonly name: string;
  readonly describe: string;
  readonly options: readonly DeclaredOption[];
}

/** What yargs knows and its types leave out. */
interface Insight {
  getOptions(): {
    readonly key: Readonly<Record<string, unknown>>;
    readonly array: readonly string[];
    readonly number: readonly string[];
    readonly boolean: readonly string[];
    readonly narg: Readonly<Record<string, number>>;
    readonly choices: Readonly<Record<string, readonly string[]>>;
    readonly default: Readonly<Record<string, unknown>>;
    readonly defaultDescription: Readonly<Record<string, string | undefined>>;
  };
  getGroups(): Readonly<Record<string, readonly string[]>>;
  getInternalMethods(): {
    getUsageInstance(): {
      getDescriptions(): Readonly<Record<string, string | undefined>>;
      getPositionalGroupName(): string;
    };
    getValidationInstance(): { getConflicting(): Readonly<Record<string, readonly (string | undefined)[]>> };
    getCommandInstance(): {
      getCommandHandlers(): Readonly<
        Record<string, Pick<CommandModule, 'builder'> & { description?: string }>
      >;
    };
  };
}

/** The commands and their options, read from the very declarations that a command line is parsed by. */
export function optionCatalog(modules: readonly CommandModule[]): DeclaredCommand[] {
  return modules.flatMap(({ command, describe, builder }) => {
    const name = String(command).split(' ')[0]!;
    return declared(name, String(describe), builder).filter(({ options }) => options.length > 0);
  });
}

function declared(name: string, describe: string, builder: CommandModule['builder']): DeclaredCommand[] {
  const own = yargs([]).help(false).version(false) as Argv & Insight;
  if (typeof builder === 'function') void builder(own);
  const parts = Object.entries(own.getInternalMethods().getCommandInstance().getCommandHandlers());
  if (parts.length > 0)
    return parts.flatMap(([part, handler]) =>
      declared(`${name} ${part}`, handler.description ?? '', handler.builder),
    );
  return [{ name, describe, options: optionsOf(own) }];
}

function optionsOf(own: Insight): DeclaredOption[] {
  const internals = own.getInternalMethods();
  const {
    key,
    array,
    number,
    boolean,
    narg,
    choices,
    default: defaults,
    defaultDescription,
  } = own.getOptions();
  const positionals = new Set(own.getGroups()[internals.getUsageInstance().getPositionalGroupName()]);
  const descriptions = internals.getUsageInstance().getDescriptions();
  const conflicting = Object.entries(internals.getValidationInstance().getConflicting());
  return Object.keys(key)
    .filter((name) => !positionals.has(name))
    .map((name) => ({
      name,
      kind: boolean.includes(name) ? 'switch' : number.includes(name) ? 'number' : 'text',
      isList: array.includes(name),
      needsValue: Object.hasOwn(narg, name),
      choices: choices[name]?.map(String),
      default: defaults[name],
      defaultText: defaultDescription[name],
      describe: (descriptions[name] ?? '').replace('__yargsString__:', ''),
      conflicts: conflicting.flatMap(([one, others]) =>
        one === name ? others.filter((other) => other !== undefined) : others.includes(name) ? [one] : [],
      ),
    }));
}
