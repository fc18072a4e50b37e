import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { TargetCommand } from './client.js';
import { ENGINE_TARGETS, type EngineTarget } from './engine-targets.js';

const EMBEDDED_PROGRAM = fileURLToPath(new URL('./embedded/main.js', import.meta.url));

/** A name that no target answers to, or one that has not been built. */
export class UnknownTarget extends Error {
  override readonly name = 'UnknownTarget';
}

const EMBEDDED: EngineTarget = {
  name: 'embedded',
  about: 'the engine of this package',
  missing: () => (existsSync(EMBEDDED_PROGRAM) ? undefined : 'embedded is not built: npm run build'),
  command: () => ({ command: process.execPath, arguments: ['--expose-gc', EMBEDDED_PROGRAM] }),
};

/** Targets that come with the package, by name. */
const KNOWN: readonly EngineTarget[] = [EMBEDDED, ...ENGINE_TARGETS];

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
    const missing = known.missing();
    if (missing !== undefined) throw new UnknownTarget(missing);
    return { name: known.name, ...known.command() };
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
