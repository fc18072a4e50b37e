import { CheckFailure, CheckSession } from './check-session.js';
import { checkGroups, ProbeFiles, type CheckGroup, type RunCheck } from './check-groups.js';
import { ConnectionLost } from './line-connection.js';
import { PROTOCOL_VERSION, type Description } from '../protocol.js';

/** One check and how it went. */
export interface CheckLine {
  /** For example `memset-accounts-for-time`. */
  readonly name: string;
  readonly passed: boolean;
  /** What was seen: a figure when passed, what is wrong when not. */
  readonly detail: string;
}

/** Whether a program keeps to the target protocol. */
export interface CheckReport {
  readonly command: readonly string[];
  readonly passed: boolean;
  readonly lines: readonly CheckLine[];
  /** As the target told it; undefined when it did not get so far. */
  readonly description: Description | undefined;
}

export interface CheckOptions {
  /** A request without an answer for so long is a hang. Default 30,000. */
  readonly timeoutMilliseconds?: number;
  /** Told of each line as it comes. */
  readonly onLine?: (line: CheckLine) => void;
}

/**
 * Holds a target to `docs/target-protocol.md`: messages as the schema says, errors answered, times that can be true. Each group of
 * checks has a process of its own, so that a target that crashes or hangs in one is checked in the others.
 * @param command the program and its arguments
 */
export async function checkTarget(
  command: readonly string[],
  options: CheckOptions = {},
): Promise<CheckReport> {
  if (command.length === 0) throw new RangeError('a target to check is a program and its arguments');
  const lines: CheckLine[] = [];
  const timeoutMilliseconds = options.timeoutMilliseconds ?? 30_000;
  const record = (line: CheckLine): void => {
    lines.push(line);
    options.onLine?.(line);
  };
  const runGroup = (group: CheckGroup): Promise<void> =>
    inOwnProcess(new CheckSession(command, timeoutMilliseconds), group, record);

  let description: Description | undefined;
  await runGroup({
    name: 'describe',
    run: (session, check) =>
      check('describe', async () => {
        const told = await session.describe();
        if (told.protocol !== PROTOCOL_VERSION) throw new CheckFailure(`speaks protocol ${told.protocol}`);
        if (told.executes !== told.phases.includes('execute')) {
          throw new CheckFailure('"executes" and the phase "execute" do not agree');
        }
        description = told;
        return `${told.engine} ${told.version}: ${told.phases.join(', ')}`;
      }),
  });
  if (description !== undefined) {
    const files = new ProbeFiles();
    try {
      for (const group of checkGroups(description, files)) await runGroup(group);
    } finally {
      files.remove();
    }
  }
  return { command, passed: lines.every(({ passed }) => passed), lines, description };
}

/** Runs a group; what ends its process fails the check at hand, and the rest of the group is not reached. */
async function inOwnProcess(
  session: CheckSession,
  group: CheckGroup,
  record: (line: CheckLine) => void,
): Promise<void> {
  let prerequisiteFailed = false;
  const check: RunCheck = async (name, body) => {
    if (prerequisiteFailed) return;
    try {
      record({ name, passed: true, detail: (await body()) ?? '' });
    } catch (error) {
      if (error instanceof ConnectionLost) {
        record({ name, passed: false, detail: error.message });
        prerequisiteFailed = true;
      } else if (error instanceof CheckFailure) {
        record({ name, passed: false, detail: error.message });
        // Later checks of the group stand on its first one.
        prerequisiteFailed ||= name === group.name || name === `${group.name}-arm`;
      } else {
        throw error;
      }
    }
  };
  try {
    await group.run(session, check);
  } finally {
    await session.kill();
  }
}

/** One line per check: `pass` or `FAIL`, its name, what was seen. */
export function formatCheckLine({ name, passed, detail }: CheckLine): string {
  return `${passed ? 'pass' : 'FAIL'}  ${name.padEnd(28)}${detail === '' ? '' : `  ${detail}`}`.trimEnd();
}
