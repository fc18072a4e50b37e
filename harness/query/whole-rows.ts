import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { readRegularFile } from '@wasm-dyno/engine/node/regular-file';
import type { AskedFile } from './asked-file.js';

const LINE_FEED = 0x0a;

/**
 * The files with whole rows alone: a run that goes on, or was killed, may end in half a row. Of such a file a copy is read.
 *
 * @param folder for the copies
 */
export function withWholeRows(files: readonly AskedFile[], folder: string): AskedFile[] {
  return files.map((file, i) => {
    if (file.format !== 'csv' || endsInLine(file.path)) return file;
    const bytes = readRegularFile(file.path, Number.MAX_SAFE_INTEGER);
    const copy = path.join(folder, `whole-${i}.csv`);
    writeFileSync(copy, bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1));
    return { ...file, path: copy };
  });
}

function endsInLine(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === LINE_FEED);
  } finally {
    closeSync(file);
  }
}
