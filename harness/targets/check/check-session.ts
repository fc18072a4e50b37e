import type { Description, ErrorAnswer, Method, Methods } from '../protocol.js';
import { LineConnection } from './line-connection.js';
import { schemaFlaw } from './message-schema.js';

/** A check that the target does not pass; the message says what was seen. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
}

export type AnswerSeen<R> =
  | { readonly result: R; readonly error?: undefined; readonly outsideNanoseconds: number }
  | { readonly result?: undefined; readonly error: ErrorAnswer; readonly outsideNanoseconds: number };

/** One process of the target under check; every answer is held to the schema. */
export class CheckSession {
  private nextId = 1;
  private readonly connection: LineConnection;

  constructor(
    command: readonly string[],
    private readonly timeoutMilliseconds: number,
  ) {
    this.connection = new LineConnection(command, timeoutMilliseconds);
  }

  /** @throws CheckFailure when the answer is not as the schema says, ConnectionLost when there is none */
  async ask<M extends Method>(
    method: M,
    params: Methods[M]['params'],
  ): Promise<AnswerSeen<Methods[M]['result']>> {
    return this.askUnchecked(method, params) as Promise<AnswerSeen<Methods[M]['result']>>;
  }

  /** As `ask`, for requests that are wrong on purpose. */
  async askUnchecked(method: string, params: unknown): Promise<AnswerSeen<unknown>> {
    const id = this.nextId++;
    const { line, outsideNanoseconds } = await this.connection.ask(
      JSON.stringify({ id, method, params }),
      method,
    );
    const answer = parseAnswer(line, method);
    if (answer.id !== id) {
      throw new CheckFailure(`answered ${method} number ${id} with id ${String(answer.id)}`);
    }
    if (answer.error !== undefined) return { error: answer.error, outsideNanoseconds };
    const flaw = schemaFlaw(`${method as Method}Result`, answer.result);
    if (flaw !== undefined) throw new CheckFailure(`result of ${method}: ${flaw}`);
    return { result: answer.result, outsideNanoseconds };
  }

  /** As `ask`; an error answer is a failure. */
  async result<M extends Method>(
    method: M,
    params: Methods[M]['params'],
  ): Promise<{ readonly result: Methods[M]['result']; readonly outsideNanoseconds: number }> {
    const { result, error, outsideNanoseconds } = await this.ask(method, params);
    if (error !== undefined)
      throw new CheckFailure(`${method} was answered with ${error.code}: ${error.message}`);
    return { result: result!, outsideNanoseconds };
  }

  /** A request that is to be answered with an error of one of `codes`. */
  async refusal(
    method: string,
    params: unknown,
    ...codes: readonly ErrorAnswer['code'][]
  ): Promise<ErrorAnswer> {
    const { error } = await this.askUnchecked(method, params);
    const wanted = codes.join(' or ');
    if (error === undefined)
      throw new CheckFailure(`${method} was answered with a result instead of ${wanted}`);
    if (!codes.includes(error.code)) {
      throw new CheckFailure(
        `${method} was answered with ${error.code} (${error.message}) instead of ${wanted}`,
      );
    }
    return error;
  }

  /** A line that is no request has to be answered with an error as well. */
  async refusalOfLine(line: string): Promise<void> {
    const answer = parseAnswer((await this.connection.ask(line, 'a line that is no request')).line, 'it');
    if (answer.error === undefined)
      throw new CheckFailure('a line that is no request was answered with a result');
  }

  async describe(): Promise<Description> {
    return (await this.result('describe', {})).result;
  }

  closeInput(): void {
    this.connection.closeInput();
  }

  /** Waits for the process to end with code 0. */
  async endsWell(): Promise<void> {
    const milliseconds = Math.min(5000, this.timeoutMilliseconds);
    const ending = await this.connection.endingWithin(milliseconds);
    if (ending === undefined) throw new CheckFailure(`still runs ${milliseconds / 1000} s later`);
    if (ending.code !== 0) {
      throw new CheckFailure(
        `ended with ${ending.signal ?? `exit code ${ending.code}`} instead of exit code 0`,
      );
    }
  }

  kill(): Promise<void> {
    return this.connection.kill();
  }
}

function parseAnswer(line: string, method: string): { id: unknown; result?: unknown; error?: ErrorAnswer } {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    throw new CheckFailure(
      `answered ${method} with a line that is not JSON: ${JSON.stringify(line.slice(0, 80))}`,
    );
  }
  const flaw = schemaFlaw('answer', answer);
  if (flaw !== undefined) throw new CheckFailure(`answer to ${method}: ${flaw}`);
  return answer as { id: unknown; result?: unknown; error?: ErrorAnswer };
}
