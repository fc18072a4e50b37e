import { writeFileSync } from 'node:fs';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { CommandFailure, ExitCode } from './exit-code.js';

/** Writes what `--out` names. @throws CommandFailure naming the file and the mend */
export function writeOutputFile(path: string, text: string | Uint8Array): void {
  toldInALine(path, () => writeFileSync(path, text));
}

/** As {@link writeOutputFile}, whole or not at all: what may be there already is not lost. */
export function replaceOutputFile(path: string, text: string): void {
  toldInALine(path, () => writeAtomically(path, text));
}

function toldInALine(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const mend = 'name another place with --out';
    throw new CommandFailure(ExitCode.Failed, `${path}: cannot be written: ${systemReason(error)}; ${mend}`);
  }
}
