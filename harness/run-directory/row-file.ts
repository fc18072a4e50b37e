import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs';

import { writeAtomically, writeWhole } from './atomic-file.js';

/**
 * A CSV file that only grows. Rows reach the operating system when they are appended, and the disk with `sync`. A row
 * is a line, and a line without its end is no row: that is what remains of one when the writer was killed.
 */
export class RowFile {
  private closed = false;

  private constructor(
    private readonly path: string,
    private readonly file: number,
    private length: number,
  ) {}

  /**
   * @param header the first line, with its end
   * @throws Error when the file exists already
   */
  static create(path: string, header: string): RowFile {
    const file = openSync(path, 'ax');
    const rows = new RowFile(path, file, 0);
    rows.append(header);
    rows.sync();
    return rows;
  }

  /** Opens what a killed or interrupted run left; a torn last line is cut off. */
  static reopen(path: string, header: string): RowFile {
    if (!existsSync(path)) return RowFile.create(path, header);
    const whole = wholeLines(readFileSync(path));
    if (whole.length > 0 && !whole.toString('utf8').startsWith(header)) {
      throw new Error(`${path} has other columns than this version writes: start a new run`);
    }
    const file = openSync(path, 'a');
    ftruncateSync(file, whole.length);
    const rows = new RowFile(path, file, whole.length);
    if (whole.length === 0) rows.append(header);
    rows.sync();
    return rows;
  }

  /**
   * Appends whole lines. When it fails (a full disk), what was written of them is taken back.
   * @throws Error naming the file
   */
  append(lines: string): void {
    const bytes = Buffer.from(lines, 'utf8');
    try {
      writeWhole(this.file, bytes);
    } catch (error) {
      ftruncateSync(this.file, this.length);
      throw new Error(`cannot append to ${this.path}: ${(error as Error).message}`, { cause: error });
    }
    this.length += bytes.length;
  }

  sync(): void {
    fsyncSync(this.file);
  }

  /** Closing twice does nothing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }
}

/** The bytes up to and with the last end of line. */
export function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

/**
 * Rewrites the rows of a file one by one, all or none: `change` gets a row's line without its end, and gives it back
 * changed or not. The header stays.
 */
export function rewriteRows(path: string, change: (line: string) => string): void {
  if (!existsSync(path) || statSync(path).size === 0) return;
  const [header, ...lines] = wholeLines(readFileSync(path)).toString('utf8').split('\n');
  if (header === undefined || header === '') return;
  const changed = lines.filter((line) => line !== '').map((line) => `${change(line)}\n`);
  writeAtomically(path, `${header}\n${changed.join('')}`);
}
