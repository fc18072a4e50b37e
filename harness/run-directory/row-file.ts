import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';

import { readRegularFile, readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { writeAtomically, writeWhole } from './atomic-file.js';

/** As many as there are: a run's rows are never too many to be read. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

/** The columns of a file: how its rows are written and read. */
export interface RowForm<Row> {
  /** With its end of line. */
  header(): string;
  /** Each with its end of line. */
  lines(rows: readonly Row[]): string;
  parse(text: string): { rows: Row[] };
}

/**
 * A CSV file that only grows. Rows reach the operating system when they are appended, and the disk with `sync`. A row
 * is a line, and a line without its end is no row: that is what remains of one when the writer was killed.
 */
export class RowFile<Row> {
  private closed = false;

  private constructor(
    private readonly path: string,
    private readonly form: RowForm<Row>,
    private file: number,
    private length: number,
  ) {}

  /** Opens what a killed or interrupted run left, or a new file; a torn last line is cut off. */
  static open<Row>(path: string, form: RowForm<Row>): RowFile<Row> {
    const whole = existsSync(path) ? wholeLines(readRegularFile(path, MOST_BYTES)) : Buffer.alloc(0);
    if (whole.length > 0 && !whole.toString('utf8').startsWith(form.header())) {
      throw new Error(`${path} has other columns than this version writes: start a new run`);
    }
    const file = openSync(path, 'a');
    ftruncateSync(file, whole.length);
    const rows = new RowFile(path, form, file, whole.length);
    if (whole.length === 0) rows.write(form.header());
    rows.sync();
    return rows;
  }

  /**
   * When it fails (a full disk), what was written of the rows is taken back.
   * @throws Error naming the file
   */
  append(rows: readonly Row[]): void {
    this.write(this.form.lines(rows));
  }

  /** Those that are whole. @throws RecordedRunError naming line and column */
  rows(): Row[] {
    return this.form.parse(readRegularText(this.path, MOST_BYTES)).rows;
  }

  /** Replaces the rows by as many others, all or none. */
  replace(rows: readonly Row[]): void {
    const text = this.form.header() + this.form.lines(rows);
    writeAtomically(this.path, text);
    closeSync(this.file);
    this.file = openSync(this.path, 'a');
    this.length = Buffer.byteLength(text);
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

  private write(lines: string): void {
    const bytes = Buffer.from(lines, 'utf8');
    try {
      writeWhole(this.file, bytes);
    } catch (error) {
      ftruncateSync(this.file, this.length);
      throw new Error(`cannot append to ${this.path}: ${(error as Error).message}`, { cause: error });
    }
    this.length += bytes.length;
  }
}

/** The bytes up to and with the last end of line. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}
