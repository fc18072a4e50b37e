import { targetNames } from './registry.js';

/** A run's record names a program that the user has not named: nothing of it was started. */
class ProgramNotNamed extends Error {
  override readonly name = 'ProgramNotNamed';
}

/**
 * Commands out of a run's record are not started on its word alone: folders are passed around. The engines that come with the package
 * are; any other program has to be named again.
 * @param recorded engines as the record has them, names or `name=command`
 * @param named the same, as the user gives them now
 * @throws ProgramNotNamed
 */
export function refuseUnnamedPrograms(
  recorded: readonly string[],
  named: readonly string[],
  directory: string,
): void {
  const unnamed = recorded.find((text) => !targetNames().includes(text) && !named.includes(text));
  if (unnamed !== undefined) {
    throw new ProgramNotNamed(
      `${directory} would start a program of its own, "${unnamed}": if you trust it, name it again with --engine '${unnamed}'`,
    );
  }
}
