import { existsSync } from 'node:fs';

import { MAXIMUM_BUNDLE_BYTES } from '@wasm-dyno/engine';
import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { profileFiles } from '../../merge/index.js';
import { leadsTo, refuseOutput } from '../output-file.js';

/**
 * The files that paths stand for, to be put into one. What an earlier time wrote into that one is none of them, wherever it lies.
 *
 * @param isWritten whether a JSON value is what the command writes
 * @throws CommandFailure where another of them would be written over
 */
export function profileInputs(
  paths: readonly string[],
  out: string,
  isWritten: (value: object) => boolean,
): string[] {
  refuseOutput(out);
  const files = profileFiles(paths);
  const inputs = holds(out, isWritten) ? files.filter((file) => !leadsTo(file, out)) : files;
  refuseOutput(out, inputs);
  return inputs;
}

function holds(path: string, isWritten: (value: object) => boolean): boolean {
  if (!existsSync(path)) return false;
  try {
    const value: unknown = JSON.parse(readRegularText(path, MAXIMUM_BUNDLE_BYTES));
    return typeof value === 'object' && value !== null && isWritten(value);
  } catch {
    return false;
  }
}
