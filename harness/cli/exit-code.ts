import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { CalibrationRunning } from '../run-directory/lock.js';
import { UnknownTarget } from '../targets/registry.js';

export const ExitCode = { Fine: 0, Failed: 1, Usage: 2, InsufficientData: 3 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends the command with a code and a line for the user. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    /** A fault of this program: the message is a stack of several lines. */
    readonly isFault = false,
  ) {
    super(message);
  }

  static of(error: unknown): CommandFailure {
    if (error instanceof CommandFailure) return error;
    if (error instanceof UnknownTarget) return new CommandFailure(ExitCode.Usage, error.message);
    if (error instanceof CalibrationRunning) return new CommandFailure(ExitCode.Failed, error.message);
    if (!(error instanceof Error)) return new CommandFailure(ExitCode.Failed, String(error));
    if (isOfSystem(error))
      return new CommandFailure(ExitCode.Failed, `${error.path}: ${systemReason(error)}`);
    // A fault of this program shows where it is; what the user can mend is told in a line.
    const ours = error.constructor === Error || 'code' in error || error.name !== error.constructor.name;
    const programming =
      error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
    return programming && !ours
      ? new CommandFailure(ExitCode.Failed, stackOf(error), true)
      : new CommandFailure(ExitCode.Failed, error.message);
  }
}

const MOST_STACK_LINES = 12;

function stackOf(error: Error): string {
  return (error.stack ?? error.message).split('\n').slice(0, MOST_STACK_LINES).join('\n');
}

/** What the operating system says of a file. */
function isOfSystem(error: Error): error is Error & { readonly path: string } {
  return 'syscall' in error && 'path' in error && typeof error.path === 'string';
}
