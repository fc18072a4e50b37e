import { ProfileError } from '@wasm-dyno/engine';
import { FileError } from '@wasm-dyno/engine/node/regular-file';
import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { MissingMeasurement, OtherEngineError } from '../../export/index.js';
import { visibleLine } from '../../console/visible-text.js';
import { MergeRefused } from '../../merge/index.js';
import { CommitError, KeyError } from '../../signing/index.js';
import { CommandFailure, ExitCode } from '../exit-code.js';

const FORESEEN = [ProfileError, OtherEngineError, RecordedRunError, KeyError, FileError, MergeRefused];

/** A failure of a command about profiles, with the exit code that says what it is. */
export function profileFailure(error: unknown): unknown {
  if (error instanceof MissingMeasurement)
    return new CommandFailure(ExitCode.InsufficientData, error.message);
  if (error instanceof CommitError) return new CommandFailure(ExitCode.Usage, visibleLine(error.message));
  const foreseen = FORESEEN.some((kind) => error instanceof kind);
  return foreseen ? new CommandFailure(ExitCode.Failed, (error as Error).message) : error;
}
