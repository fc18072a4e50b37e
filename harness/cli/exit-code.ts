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
  ) {
    super(message);
  }

  static of(error: unknown): CommandFailure {
    if (error instanceof CommandFailure) return error;
    if (error instanceof UnknownTarget) return new CommandFailure(ExitCode.Usage, error.message);
    if (error instanceof CalibrationRunning) return new CommandFailure(ExitCode.Failed, error.message);
    if (!(error instanceof Error)) return new CommandFailure(ExitCode.Failed, String(error));
    // A fault of this program shows where it is; what the user can mend is told in a line.
    const ours = error.constructor === Error || 'code' in error || error.name !== error.constructor.name;
    const programming =
      error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
    const text = programming && !ours ? (error.stack ?? error.message) : error.message;
    return new CommandFailure(ExitCode.Failed, text);
  }
}
