import { createInterface } from 'node:readline';

import type { Answer, ErrorAnswer, ErrorCode, Method, Methods } from '../protocol.js';
import { Awake } from './awake.js';

/** An error that is sent back as it is; anything else thrown by a handler is answered as `internal`. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** A function per method of the protocol; a method without one is answered `unsupported`. */
export type Handlers = {
  readonly [M in Exclude<Method, 'exit'>]?: (
    params: Methods[M]['params'],
  ) => Methods[M]['result'] | Promise<Methods[M]['result']>;
};

/** Answers requests from standard input, one after another, until it closes or `exit` comes. */
export async function serveTarget(handlers: Handlers): Promise<void> {
  const awake = new Awake();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const { answer, last } = await answerTo(line, handlers);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    if (last) break;
    awake.stay();
  }
  // A loop may have left timers behind; the protocol asks for an end with code 0.
  process.exit(0);
}

async function answerTo(line: string, handlers: Handlers): Promise<{ answer: Answer; last: boolean }> {
  let id = 0;
  try {
    const request = parseRequest(line);
    id = request.id;
    if (request.method === 'exit') return { answer: { id, result: {} }, last: true };
    if (!Object.hasOwn(handlers, request.method)) {
      throw new AnswerError('unsupported', `unknown method "${request.method}"`);
    }
    const handler = handlers[request.method as keyof Handlers] as (params: unknown) => unknown;
    return { answer: { id, result: await handler(request.params) }, last: false };
  } catch (error) {
    return { answer: { id, error: errorAnswer(error) }, last: false };
  }
}

function parseRequest(line: string): { id: number; method: string; params: unknown } {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw new AnswerError('bad-request', 'the request is not JSON');
  }
  const { id, method, params } = (request ?? {}) as Record<string, unknown>;
  if (typeof id !== 'number' || typeof method !== 'string') {
    throw new AnswerError('bad-request', 'a request needs a number "id" and a string "method"');
  }
  return { id, method, params: params ?? {} };
}

function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof AnswerError) {
    return error.offset === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, offset: error.offset };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
