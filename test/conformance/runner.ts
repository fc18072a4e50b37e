/** Plays a script on an engine and judges what comes out, command by command. */
import { HostError, type ScriptHost, type ScriptInstance, type ScriptModule } from './hosts/script-host.js';
import { outlineModule, type ModuleOutline } from './module-outline.js';
import { binaryOfText, ModuleTextError } from './module-text.js';
import {
  readScript,
  type Action,
  type Command,
  type CommandKind,
  type ModuleSource,
  type ModuleTarget,
  type UnreadableCommand,
} from './script/commands.js';
import { nameOf } from './script/s-expression.js';
import { matches, patternsText, valuesText, type ScriptValue } from './script/values.js';
import { unsupportedFeature, unsupportedFeatureOfText } from './unsupported-feature.js';

/** A command that did not go as the script says, or (`fuel`, line 1) a script that consumed another amount of fuel. */
export interface Failure {
  readonly line: number;
  readonly command: CommandKind | 'unreadable' | 'fuel';
  readonly expected: string;
  readonly got: string;
}

export interface ScriptResult {
  /** Modules that the script compiled and, unless it only defines them, instantiated. */
  modules: number;
  passed: number;
  /** Failed assertions, and other commands (modules, registrations, plain calls) that failed. */
  readonly failures: Failure[];
  /** Skipped assertions by reason. */
  readonly skipped: Map<string, number>;
  consumedFuel: bigint | undefined;
}

/** Text modules that must be refused test a text parser, which this project does not have. */
const TEXT_FORMAT = 'text format';

/** The command cannot be judged, since it needs an unsupported feature. */
class Skip extends Error {}

/** The command fails. */
class Wrong extends Error {
  constructor(
    readonly expected: string,
    readonly got: string,
  ) {
    super(`expected ${expected}, got ${got}`);
  }
}

/** What an identifier stands for: the thing, or why it is not there. */
type Slot<Thing> = { readonly thing: Thing } | { readonly skip: string } | { readonly failedLine: number };

interface Definition {
  readonly module: ScriptModule;
  readonly outline: ModuleOutline;
}

export async function runScript(source: string, host: ScriptHost): Promise<ScriptResult> {
  return new Script(host).run(readScript(source));
}

const NO_LATEST = '';

class Script {
  private readonly session;
  private readonly definitions = new Map<string, Slot<Definition>>();
  private readonly instances = new Map<string, Slot<ScriptInstance>>();
  /** Names registered for instances that were skipped, with the reason. */
  private readonly missingRegistrations = new Map<string, string>();
  private readonly registrations = new Map<string, ScriptInstance>();
  /** Instances that a skipped module imports from, and may have changed, with the reason it was skipped for. */
  private readonly changedUnseen = new Map<ScriptInstance, string>();
  private readonly result: ScriptResult = {
    modules: 0,
    passed: 0,
    failures: [],
    skipped: new Map(),
    consumedFuel: undefined,
  };

  constructor(private readonly host: ScriptHost) {
    this.session = host.newSession();
  }

  async run(commands: Iterable<Command | UnreadableCommand>): Promise<ScriptResult> {
    for (const command of commands) {
      if (command.kind === 'unreadable') {
        this.fail(command, new Wrong('a command', command.reason));
        continue;
      }
      const isAssertion = command.kind.startsWith('assert_') || command.kind === 'unsupported';
      try {
        await this.perform(command);
        if (isAssertion) this.result.passed++;
      } catch (error) {
        if (error instanceof Skip) {
          if (isAssertion) this.skip(error.message);
        } else {
          this.fail(command, error);
        }
      }
    }
    this.result.consumedFuel = this.session.consumedFuel;
    return this.result;
  }

  private skip(reason: string): void {
    this.result.skipped.set(reason, (this.result.skipped.get(reason) ?? 0) + 1);
  }

  private fail(command: Command | UnreadableCommand, error: unknown): void {
    const { expected, got } = error instanceof Wrong ? error : { expected: 'success', got: errorText(error) };
    this.result.failures.push({ line: command.line, command: command.kind, expected, got });
  }

  private async perform(command: Command): Promise<void> {
    switch (command.kind) {
      case 'module-definition':
        await this.define(command.id, command.source, command.line);
        return;
      case 'module':
        await this.define(command.id, command.source, command.line, () => {
          this.instantiateAs(command.id, command.id, command.line);
        });
        return;
      case 'module-instance':
        this.instantiateAs(command.id, command.definition, command.line);
        return;
      case 'register':
        return this.register(command.name, command.instance);
      case 'action':
        this.act(command.action);
        return;
      case 'assert_return': {
        const values = this.act(command.action);
        const { expected } = command;
        const good =
          values.length === expected.length &&
          expected.every((pattern, index) => matches(pattern, values[index]!));
        if (!good) throw new Wrong(patternsText(expected), valuesText(values));
        return;
      }
      case 'assert_trap':
        return expectError('trap', command.message, () => valuesText(this.act(command.action)));
      case 'assert_exhaustion':
        return expectError('exhaustion', command.message, () => valuesText(this.act(command.action)));
      case 'assert_exception':
        return expectError('exception', undefined, () => valuesText(this.act(command.action)));
      case 'assert_instantiation_trap':
      case 'assert_unlinkable': {
        const definition = await this.definitionOf(command.target);
        const kind = command.kind === 'assert_unlinkable' ? 'unlinkable' : 'trap';
        const message = kind === 'trap' ? command.message : undefined;
        return expectError(kind, message, () => {
          this.instantiate(definition);
          return 'an instance';
        });
      }
      case 'assert_invalid':
      case 'assert_malformed':
        return this.expectRefusal(command.kind, command.source, command.message);
      case 'unsupported':
        throw new Skip(command.feature);
    }
  }

  /** Compiles a module, and remembers it (or why there is none) under its identifier and as the latest one. */
  private async define(
    id: string | undefined,
    source: ModuleSource,
    line: number,
    then?: () => void,
  ): Promise<void> {
    try {
      put(this.definitions, id, { thing: await this.compile(source) });
      if (then === undefined) this.result.modules++;
    } catch (error) {
      const missing = error instanceof Skip ? { skip: error.message } : { failedLine: line };
      put(this.definitions, id, missing);
      if (then !== undefined) put(this.instances, id, missing);
      throw error;
    }
    then?.();
  }

  private instantiateAs(id: string | undefined, definition: string | undefined, line: number): void {
    try {
      put(this.instances, id, { thing: this.instantiate(found(this.definitions, definition, 'module')) });
      this.result.modules++;
    } catch (error) {
      put(this.instances, id, error instanceof Skip ? { skip: error.message } : { failedLine: line });
      throw error;
    }
  }

  private instantiate({ module, outline }: Definition): ScriptInstance {
    for (const name of outline.importedModules) {
      const reason = this.missingRegistrations.get(name);
      if (reason !== undefined) throw new Skip(reason);
    }
    return module.instantiate();
  }

  private register(name: string, instance: string | undefined): void {
    try {
      const registered = found(this.instances, instance, 'instance');
      registered.registerAs(name);
      this.registrations.set(name, registered);
      this.missingRegistrations.delete(name);
    } catch (error) {
      if (error instanceof Skip) this.missingRegistrations.set(name, error.message);
      throw error;
    }
  }

  private act(action: Action): readonly ScriptValue[] {
    const instance = found(this.instances, action.instance, 'instance');
    const reason = this.changedUnseen.get(instance);
    if (reason !== undefined) throw new Skip(reason);
    return action.kind === 'get'
      ? [instance.get(action.name)]
      : instance.invoke(action.name, action.arguments);
  }

  private async definitionOf(target: ModuleTarget): Promise<Definition> {
    return target.kind === 'definition'
      ? found(this.definitions, target.definition, 'module')
      : this.compile(target.source);
  }

  private async compile(source: ModuleSource): Promise<Definition> {
    const bytes = await this.binaryOf(source);
    const outline = this.outlineOrSkip(bytes, (reason, { importedModules }) => {
      for (const name of importedModules) {
        const instance = this.registrations.get(name);
        if (instance !== undefined) this.changedUnseen.set(instance, reason);
      }
    });
    return { module: this.session.compile(bytes, outline), outline };
  }

  private async expectRefusal(
    kind: 'assert_invalid' | 'assert_malformed',
    source: ModuleSource,
    message: string,
  ): Promise<void> {
    if (kind === 'assert_malformed' && source.form !== 'binary') throw new Skip(TEXT_FORMAT);
    const bytes = await this.binaryOf(source);
    const outline = this.outlineOrSkip(bytes);
    const expected = `${kind === 'assert_invalid' ? 'invalid' : 'malformed'} (${message})`;
    try {
      this.session.check(bytes);
    } catch (error) {
      if (error instanceof HostError && this.isRefusal(kind, error, outline)) return;
      throw new Wrong(expected, errorText(error));
    }
    throw new Wrong(expected, 'a valid module');
  }

  /**
   * A module that must be invalid may not pass for malformed, nor the other way round; an engine that does not tell
   * the two apart only has to refuse it. A switched-off proposal in the module is a refusal too.
   */
  private isRefusal(
    assertion: 'assert_invalid' | 'assert_malformed',
    error: HostError,
    outline: ModuleOutline,
  ): boolean {
    switch (error.kind) {
      case 'refused':
        return true;
      case 'invalid':
        return assertion === 'assert_invalid';
      case 'malformed':
        return assertion === 'assert_malformed';
      case 'unsupported':
        return [...outline.needs].some((proposal) => this.host.switchedOff.has(proposal));
      default:
        return false;
    }
  }

  private outlineOrSkip(
    bytes: Uint8Array,
    skipped?: (reason: string, outline: ModuleOutline) => void,
  ): ModuleOutline {
    const outline = outlineModule(bytes);
    const feature = unsupportedFeature(outline, this.host.supported);
    if (feature === undefined) return outline;
    skipped?.(feature, outline);
    throw new Skip(feature);
  }

  private async binaryOf(source: ModuleSource): Promise<Uint8Array> {
    if (source.form === 'binary') return source.bytes;
    const text = source.form === 'text' ? source.text : `(module ${nameOf(source.bytes)}\n)`;
    try {
      return await binaryOfText(text);
    } catch (error) {
      const feature = error instanceof ModuleTextError ? unsupportedFeatureOfText(text) : undefined;
      if (feature !== undefined) throw new Skip(feature);
      throw error;
    }
  }
}

/** Runs `step`, which must fail in this way; a trap's words must begin as the suite's do, or the other way round. */
function expectError(kind: HostError['kind'], message: string | undefined, step: () => string): void {
  const expected = message === undefined ? kind : `${kind} (${message})`;
  let got: string;
  try {
    got = step();
  } catch (error) {
    if (error instanceof Skip || !(error instanceof HostError)) throw error;
    const sameWords =
      message === undefined ||
      error.suiteMessage === undefined ||
      error.suiteMessage.startsWith(message) ||
      message.startsWith(error.suiteMessage);
    if (error.kind === kind && sameWords) return;
    got = errorText(error);
  }
  throw new Wrong(expected, got);
}

function put<Thing>(slots: Map<string, Slot<Thing>>, id: string | undefined, slot: Slot<Thing>): void {
  slots.set(NO_LATEST, slot);
  if (id !== undefined) slots.set(id, slot);
}

function found<Thing>(slots: Map<string, Slot<Thing>>, id: string | undefined, what: string): Thing {
  const slot = slots.get(id ?? NO_LATEST);
  if (slot === undefined) throw new Wrong(`${what} ${id ?? '(the latest)'}`, 'none of that name');
  if ('skip' in slot) throw new Skip(slot.skip);
  if ('failedLine' in slot)
    throw new Wrong(`${what} ${id ?? '(the latest)'}`, `it failed on line ${slot.failedLine}`);
  return slot.thing;
}

function errorText(error: unknown): string {
  if (error instanceof HostError) return `${error.kind} (${error.message})`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
