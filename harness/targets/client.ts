import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import { passOn } from '../console/output.js';
import { visibleLine } from '../console/visible-text.js';
import { killGroup, onEnd, spawnGroup } from './child-group.js';
import { LineReader, LONGEST_LINE } from './line-reader.js';
import type { ErrorAnswer, Method, Methods } from './protocol.js';
import { startReason } from './start-reason.js';

/** Why a target cannot be measured any further. The client that threw it has ended its process. */
export type TargetFailureKind = 'start' | 'crash' | 'timeout' | 'protocol';

/** The target's process failed: it could not be started, ended, did not answer in time, or answered nonsense. */
export class TargetFailure extends Error {
  override readonly name = 'TargetFailure';
  constructor(
    readonly target: string,
    readonly kind: TargetFailureKind,
    message: string,
  ) {
    super(visibleLine(`target "${target}" ${message}`, LONGEST_MESSAGE));
  }
}

/** The target answered with an error and lives on. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  constructor(
    readonly target: string,
    readonly method: Method,
    readonly answer: ErrorAnswer,
  ) {
    super(
      visibleLine(
        `target "${target}" answered ${method} with ${answer.code}: ${answer.message}`,
        LONGEST_MESSAGE,
      ),
    );
  }
}

export interface TargetCommand {
  /** Name under which the target's rows are recorded. */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

export interface ClientOptions {
  /** Environment of the child; default this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** A request without an answer for so long ends the process. Default 30,000. */
  readonly timeoutMilliseconds?: number;
  /** Receives the child's standard error, piece by piece; default: passed through for people. */
  readonly onStandardError?: (text: string) => void;
}

export interface TimedAnswer<T> {
  readonly result: T;
  /** Between writing the request and reading the answer, by this process's clock. */
  readonly outsideNanoseconds: number;
}

/** Of what a target says, as much is told. */
const LONGEST_MESSAGE = 600;

/** The harness's end of one target process. One request is outstanding at a time. */
export class TargetClient {
  readonly name: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly timeoutMilliseconds: number;
  private nextId = 1;
  private readonly lines = new LineReader();
  private failure: TargetFailure | undefined;
  private errorTail = '';
  private waiting:
    { id: number; resolve: (line: string, at: bigint) => void; reject: (e: Error) => void } | undefined;
  private readonly ended: Promise<void>;

  private constructor(command: TargetCommand, child: ChildProcessWithoutNullStreams, options: ClientOptions) {
    this.name = command.name;
    this.child = child;
    this.timeoutMilliseconds = options.timeoutMilliseconds ?? 30_000;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => this.receive(text));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.errorTail = (this.errorTail + text).slice(-2000);
      if (options.onStandardError !== undefined) options.onStandardError(text);
      else passOn(text);
    });
    // A child that died between two requests breaks the pipe; `close` tells the story.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.fail('start', `could not be started (${command.command}): ${startReason(error)}`);
        resolve();
      });
      onEnd(child, ({ code, signal }) => {
        const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        const last = this.errorTail.trim().split('\n').at(-1);
        this.fail('crash', last ? `${how}: ${last}` : how);
        resolve();
      });
    });
  }

  /** Starts the process. A command that cannot be started shows as a `TargetFailure` of the first request. */
  static start(command: TargetCommand, options: ClientOptions = {}): TargetClient {
    // Ctrl-C reaches the harness alone, which ends the child when the run directory is in order.
    const child = spawnGroup(command.command, command.arguments, options.environment);
    return new TargetClient(command, child, options);
  }

  /** The child's process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Sends one request and waits for its answer.
   * @throws TargetError when the target answers with an error, TargetFailure when it cannot be used any more.
   */
  async request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    timeoutMilliseconds = this.timeoutMilliseconds,
  ): Promise<Methods[M]['result']> {
    return (await this.timedRequest(method, params, timeoutMilliseconds)).result;
  }

  /** As `request`, with the time it took as seen from outside. */
  async timedRequest<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    timeoutMilliseconds = this.timeoutMilliseconds,
  ): Promise<TimedAnswer<Methods[M]['result']>> {
    if (this.failure !== undefined) throw this.failure;
    if (this.waiting !== undefined) throw new Error('one request is outstanding at a time');
    const id = this.nextId++;
    let timer: NodeJS.Timeout | undefined;
    const line = new Promise<{ line: string; at: bigint }>((resolve, reject) => {
      this.waiting = { id, resolve: (text, at) => resolve({ line: text, at }), reject };
      timer = setTimeout(() => {
        const seconds = timeoutMilliseconds / 1000;
        this.fail('timeout', `did not answer ${method} within ${seconds} s`);
        this.kill();
      }, timeoutMilliseconds);
    });
    const begin = process.hrtime.bigint();
    this.child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    try {
      const { line: text, at } = await line;
      return { result: this.readAnswer(method, id, text), outsideNanoseconds: Number(at - begin) };
    } finally {
      clearTimeout(timer);
      this.waiting = undefined;
    }
  }

  /** Asks the target to end, and ends it if it does not within two seconds. */
  async stop(): Promise<void> {
    if (this.failure === undefined) {
      try {
        await this.request('exit', {}, 2000);
      } catch {
        // It is to end in any case.
      }
    }
    this.child.stdin.end();
    const timer = setTimeout(() => this.kill(), 2000);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the process and its children at once. */
  kill(): void {
    killGroup(this.child);
  }

  private receive(text: string): void {
    const at = process.hrtime.bigint();
    for (const line of this.lines.take(text)) {
      const { waiting } = this;
      if (waiting === undefined) {
        this.fail('protocol', `sent a line that nobody asked for: ${excerpt(line)}`);
        this.kill();
        return;
      }
      // Another line of the same piece answers nothing.
      this.waiting = undefined;
      waiting.resolve(line, at);
    }
    if (this.lines.isTooLong) {
      this.fail('protocol', `sent more than ${LONGEST_LINE} characters without an end of line`);
      this.kill();
    }
  }

  private readAnswer<M extends Method>(method: M, id: number, line: string): Methods[M]['result'] {
    const malformed = (what: string): never => {
      this.fail('protocol', `answered ${method} with ${what}: ${excerpt(line)}`);
      this.kill();
      throw this.failure!;
    };
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      return malformed('a line that is not JSON');
    }
    if (!isObject(answer)) return malformed('something other than an object');
    if (answer['id'] !== id) return malformed(`id ${String(answer['id'])} instead of ${id}`);
    const error = answer['error'];
    if (error !== undefined) {
      if (!isObject(error) || typeof error['code'] !== 'string' || typeof error['message'] !== 'string') {
        return malformed('a malformed error');
      }
      throw new TargetError(this.name, method, error as unknown as ErrorAnswer);
    }
    const flaw = flawOf(method, answer['result']);
    if (flaw !== undefined) return malformed(flaw);
    return answer['result'] as Methods[M]['result'];
  }

  private fail(kind: TargetFailureKind, message: string): void {
    this.failure ??= new TargetFailure(this.name, kind, message);
    this.waiting?.reject(this.failure);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}...` : line);
}

/** The members whose absence or wrong type would make later arithmetic silently wrong. */
const NUMBERS: Partial<Record<Method, readonly string[]>> = {
  load: ['moduleBytes', 'bodyBytes'],
  arm: ['bytesPerCall'],
  block: ['calls', 'nanoseconds', 'bytes'],
  opinion: ['nanosecondsPerCall', 'relativeMargin', 'samples'],
};
const LISTS: Partial<Record<Method, readonly string[]>> = {
  describe: ['flags', 'features', 'phases', 'memset'],
  load: ['functions'],
  curve: ['nanoseconds'],
  invoke: ['results'],
};

function flawOf(method: Method, result: unknown): string | undefined {
  if (!isObject(result)) return 'a result that is not an object';
  for (const name of NUMBERS[method] ?? []) {
    if (typeof result[name] !== 'number' || !Number.isFinite(result[name]))
      return `a result without the number "${name}"`;
  }
  for (const name of LISTS[method] ?? []) {
    if (!Array.isArray(result[name])) return `a result without the list "${name}"`;
  }
  return undefined;
}
