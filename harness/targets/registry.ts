import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { TargetCommand } from './client.js';
import { ENGINE_TARGETS, type EngineTarget } from './engine-targets.js';
import { V8_VARIANTS } from './v8-variants.js';

const EMBEDDED_PROGRAM = fileURLToPath(new URL('./embedded/main.js', import.meta.url));

/** A name that no target answers to, or one that has not been built. */
export class UnknownTarget extends Error {
  override readonly name = 'UnknownTarget';
}

const EMBEDDED: EngineTarget = {
  name: 'embedded',
  about: 'the engine of this package',
  missing: () => (existsSync(EMBEDDED_PROGRAM) ? undefined : 'embedded is not built: npm run build'),
  // Garbage is collected by the thread that is timed: whether helper threads find a core free would be measured with it.
  command: () => ({
    command: process.execPath,
    arguments: ['--expose-gc', '--single-threaded-gc', EMBEDDED_PROGRAM],
  }),
};

/** Targets that come with the package, by name. */
const KNOWN: readonly EngineTarget[] = [EMBEDDED, ...ENGINE_TARGETS];

/** Names that stand for several targets: an engine whose ways through a module need a process each. */
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([['v8', V8_VARIANTS.map(({ name }) => name)]]);

/** The targets that the user's names stand for, each once: `v8` is V8 in all its variants. */
export function expandTargets(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => GROUPS.get(name) ?? [name]))];
}

/** Every name that a user may give, groups after the targets. */
export function targetNames(): string[] {
  return [...KNOWN.map(({ name }) => name), ...GROUPS.keys()];
}

/** `missing`: how to get a target that is not there; absent for one that is. */
export interface KnownTarget {
  readonly name: string;
  readonly about: string;
  readonly missing?: string;
}

export function knownTargets(): readonly KnownTarget[] {
  return KNOWN.map((target) => {
    const missing = target.missing();
    return { name: target.name, about: target.about, ...(missing === undefined ? {} : { missing }) };
  });
}

/**
 * The command behind what the user wrote: the name of a known target, or `name=command with arguments` for any program
 * that speaks the protocol.
 * @throws UnknownTarget
 */
export function resolveTarget(text: string): TargetCommand {
  const known = KNOWN.find(({ name }) => name === text);
  if (known !== undefined) {
    const missing = known.missing();
    if (missing !== undefined) throw new UnknownTarget(missing);
    return { name: known.name, ...known.command() };
  }
  const custom = /^([\w.-]+)=(.+)$/s.exec(text);
  if (custom !== null) {
    const [command, ...rest] = splitCommand(custom[2]!);
    if (command !== undefined) return { name: custom[1]!, command, arguments: rest };
  }
  const members = GROUPS.get(text);
  if (members !== undefined)
    throw new UnknownTarget(`"${text}" is several targets, name one: ${members.join(', ')}`);
  throw new UnknownTarget(
    `unknown engine "${text}"; known: ${targetNames().join(', ')}; or name=command for a program of your own`,
  );
}

/** Splits at spaces; quotes, double or single, keep them. */
export function splitCommand(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
