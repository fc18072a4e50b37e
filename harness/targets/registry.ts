import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { TargetCommand } from './client.js';

/** A name that no target answers to, or one that has not been built. */
export class UnknownTarget extends Error {
  override readonly name = 'UnknownTarget';
}

interface KnownTarget {
  readonly name: string;
  /** What the user is told about it. */
  readonly about: string;
  command(): Omit<TargetCommand, 'name'>;
}

function nodeProgram(
  path: string,
  flags: readonly string[],
  ...rest: readonly string[]
): Omit<TargetCommand, 'name'> {
  const program = fileURLToPath(new URL(path, import.meta.url));
  return { command: process.execPath, arguments: [...flags, program, ...rest] };
}

/** Targets that come with the package, by name. */
const KNOWN: readonly KnownTarget[] = [
  {
    name: 'embedded',
    about: 'the engine of this package',
    command: () => nodeProgram('./embedded/main.js', ['--expose-gc']),
  },
];

export function knownTargets(): readonly { readonly name: string; readonly about: string }[] {
  return KNOWN.map(({ name, about }) => ({ name, about }));
}

/**
 * The command behind what the user wrote: the name of a known target, or `name=command with arguments` for any program
 * that speaks the protocol.
 * @throws UnknownTarget
 */
export function resolveTarget(text: string): TargetCommand {
  const known = KNOWN.find(({ name }) => name === text);
  if (known !== undefined) {
    const command = { name: known.name, ...known.command() };
    const program = command.arguments.find((argument) => /\.[cm]?js$/.test(argument));
    if (program !== undefined && !existsSync(program)) {
      throw new UnknownTarget(`target "${text}" is not built (${program} is missing): npm run build`);
    }
    return command;
  }
  const custom = /^([\w.-]+)=(.+)$/s.exec(text);
  if (custom !== null) {
    const [command, ...rest] = splitCommand(custom[2]!);
    if (command !== undefined) return { name: custom[1]!, command, arguments: rest };
  }
  const names = KNOWN.map(({ name }) => name).join(', ');
  throw new UnknownTarget(
    `unknown engine "${text}"; known: ${names}; or name=command for a program of your own`,
  );
}

/** Splits at spaces; quotes, double or single, keep them. */
export function splitCommand(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
