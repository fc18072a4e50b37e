import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { visibleLine, visibleLines, visibleStyled } from './visible-text.js';
import { writeJson } from './write-json.js';

/** Nobody reads any more: no fault, and nothing to tell. A terminal that was closed says EIO. */
const NOBODY_READS: ReadonlySet<string> = new Set([
  'EPIPE',
  'ECONNRESET',
  'EIO',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const muted = new Set<NodeJS.WriteStream>();

/**
 * What goes wrong with showing things ends nothing: a closed pipe mutes the stream, and whatever is being measured goes on. That results
 * could not be written (a full device) is told once, in a line, and by the exit code.
 */
export function survivePrinting(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => giveUp(stream, error));
}

function giveUp(stream: NodeJS.WriteStream, error: unknown): void {
  if (muted.has(stream)) return;
  muted.add(stream);
  if (stream === process.stderr || NOBODY_READS.has((error as NodeJS.ErrnoException).code ?? '')) return;
  process.exitCode = 1;
  complain(`standard output: ${systemReason(error)}`);
}

/** Writes what is ready to be shown. */
function write(stream: NodeJS.WriteStream, text: string): void {
  if (muted.has(stream)) return;
  try {
    stream.write(text);
  } catch (error) {
    // Files and devices are written at once, and throw on some versions of Node.
    giveUp(stream, error);
  }
}

/** Prints tables and other text for people on standard output. */
export function print(text: string): void {
  write(process.stdout, visibleStyled(text));
}

/** Prints what programs read on standard output: as it is, but on a terminal. */
export function printData(text: string): void {
  write(process.stdout, process.stdout.isTTY ? visibleLines(text) : text);
}

/**
 * Waits until standard output has taken what was printed: whoever prints much, a piece at a time, holds no more of it than that.
 * @returns whether anybody still reads
 */
async function isStillRead(): Promise<boolean> {
  const { stdout } = process;
  if (stdout.writableNeedDrain && !muted.has(stdout)) {
    await new Promise<void>((resolve) => {
      const ends = ['drain', 'error', 'close'] as const;
      const end = (): void => {
        for (const event of ends) stdout.off(event, end);
        resolve();
      };
      for (const event of ends) stdout.on(event, end);
    });
  }
  return !muted.has(stdout);
}

/** Prints what programs read on standard output, as it comes, until nobody reads any more. */
export async function printPieces(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    printData(piece);
    if (!(await isStillRead())) return;
  }
}

/** Prints what programs read as JSON on standard output, however much it is. */
export function printJson(value: unknown): void {
  writeJson(value, printData);
}

/** Prints text for people on standard error, beside the results. */
export function printBeside(text: string, stream: NodeJS.WriteStream = process.stderr): void {
  write(stream, visibleStyled(text));
}

/** One line about what is wrong, on standard error. Others' text in it shows its commands escaped. */
export function complain(message: string): void {
  write(process.stderr, `wasm-dyno: ${visibleLine(message)}\n`);
}

/** As {@link complain}, for messages of several lines: a fault of this program's, or wrong usage. */
export function complainAtLength(message: string): void {
  write(process.stderr, `wasm-dyno: ${visibleLines(message, 500)}\n`);
}

/** Passes on what a child process says, for people. */
export function passOn(text: string): void {
  write(process.stderr, visibleLines(text, 2000));
}
