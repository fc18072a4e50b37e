import { writeFileSync } from 'node:fs';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { CommandFailure, ExitCode } from './exit-code.js';

/** Writes what `--out` names. @throws CommandFailure naming the file and the mend */
export function writeOutputFile(path: string, text: string | Uint8Array): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const mend = 'name another place with --out';
    throw new CommandFailure(ExitCode.Failed, `${path}: cannot be written: ${systemReason(error)}; ${mend}`);
  }
}
