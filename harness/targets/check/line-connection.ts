import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import { visibleLine } from '../../console/visible-text.js';
import { killGroup, onEnd, spawnGroup, type Ending } from '../child-group.js';
import { LineReader, LONGEST_LINE } from '../line-reader.js';

export type { Ending } from '../child-group.js';

/** The target cannot be talked to any more: it ended, did not answer in time, or wrote what is no answer. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface TimedLine {
  readonly line: string;
  /** Between writing the request and reading the answer, by this process's clock. */
  readonly outsideNanoseconds: number;
}

/** A child process and its lines, nothing assumed about what they say: the check has to see a target's mistakes. */
export class LineConnection {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly reader = new LineReader();
  private lines: { line: string; at: bigint }[] = [];
  private wake: (() => void) | undefined;
  private startError: string | undefined;
  private ending: Ending | undefined;
  private errorText = '';
  readonly ended: Promise<Ending>;

  constructor(
    command: readonly string[],
    private readonly timeoutMilliseconds: number,
  ) {
    this.child = spawnGroup(command[0]!, command.slice(1));
    this.child.stdout.setEncoding('utf8');
    this.child.stdout.on('data', (text: string) => this.receive(text));
    this.child.stderr.setEncoding('utf8');
    this.child.stderr.on('data', (text: string) => (this.errorText = (this.errorText + text).slice(-2000)));
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        this.ending ??= ending;
        this.wake?.();
        resolve(this.ending);
      };
      this.child.on('error', (error) => {
        this.startError = error.message;
        end({ code: null, signal: null });
      });
      onEnd(this.child, end);
    });
  }

  /** Sends one line as it is and waits for one back. `what` names the request in errors. @throws ConnectionLost */
  async ask(line: string, what: string, timeoutMilliseconds = this.timeoutMilliseconds): Promise<TimedLine> {
    const begin = process.hrtime.bigint();
    this.child.stdin.write(`${line}\n`);
    const { line: text, at } = await this.nextLine(what, timeoutMilliseconds);
    return { line: text, outsideNanoseconds: Number(at - begin) };
  }

  /** Closes the target's standard input. */
  closeInput(): void {
    this.child.stdin.end();
  }

  /** How the process ended, or undefined when it has not within `milliseconds`. */
  async endingWithin(milliseconds: number): Promise<Ending | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>(
      (resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)),
    );
    const ending = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    return ending;
  }

  async kill(): Promise<void> {
    killGroup(this.child);
    await this.ended;
  }

  private receive(text: string): void {
    const at = process.hrtime.bigint();
    for (const line of this.reader.take(text)) this.lines.push({ line, at });
    if (this.reader.isTooLong) killGroup(this.child);
    if (this.lines.length > 0 || this.reader.isTooLong) this.wake?.();
  }

  private async nextLine(what: string, timeoutMilliseconds: number): Promise<{ line: string; at: bigint }> {
    if (this.lines.length === 0 && this.ending === undefined) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, timeoutMilliseconds);
      });
      clearTimeout(timer);
      this.wake = undefined;
    }
    const line = this.lines.shift();
    if (line !== undefined) return line;
    if (this.reader.isTooLong)
      throw new ConnectionLost(
        `answers ${what} with more than ${LONGEST_LINE} characters without an end of line`,
      );
    if (this.ending === undefined) {
      throw new ConnectionLost(`hangs: no answer to ${what} within ${timeoutMilliseconds / 1000} s`);
    }
    throw new ConnectionLost(`crashes: ${this.describeEnding(this.ending)} on ${what}`);
  }

  private describeEnding({ code, signal }: Ending): string {
    if (this.startError !== undefined) return `could not be started (${this.startError})`;
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const last = this.errorText.trim().split('\n').at(-1);
    return last ? `${how} (${visibleLine(last, 300)})` : how;
  }
}
