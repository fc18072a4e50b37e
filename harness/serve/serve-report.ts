import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { livePage, livePart } from '@wasm-dyno/reports';
import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { LiveRunReader } from './live-run.js';

/** A page on a running calibration, for this machine alone. */
export interface ServedReport {
  readonly address: string;
  /** Resolved when nothing is served any more. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** How long the last state is served after the run has ended, so that open pages see it. */
  readonly lingerMilliseconds?: number;
  /** The clock that the run's times are by, in milliseconds since 1970; the system's unless told. */
  readonly now?: () => number;
}

const LOOK_EVERY_MILLISECONDS = 1000;

/**
 * Serves a page that follows a run: read-only, on the loopback interface, until the run has ended.
 *
 * @throws RecordedRunError when the directory holds no run, or one that has ended
 */
export async function serveReport(directory: string, options: ServeOptions = {}): Promise<ServedReport> {
  const { port = 0, lingerMilliseconds = 5000, now = Date.now } = options;
  const reader = new LiveRunReader(directory, now);
  const { state } = reader.look().run;
  if (state !== 'running')
    throw new RecordedRunError(
      `${directory}: the run is ${state}, nothing goes on to be followed; write its report with --format html`,
    );
  const server = createServer((request, response) => answer(reader, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  const close = (): void => {
    clearInterval(timer);
    server.close();
    server.closeAllConnections();
  };
  const timer = setInterval(() => {
    if (!hasEnded(reader)) return;
    clearInterval(timer);
    setTimeout(close, lingerMilliseconds);
  }, LOOK_EVERY_MILLISECONDS);
  return { address: `http://127.0.0.1:${portOf(server)}/`, closed, close };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A directory that was moved away ends it too. */
function hasEnded(reader: LiveRunReader): boolean {
  try {
    return reader.state() !== 'running';
  } catch {
    return true;
  }
}

function answer(reader: LiveRunReader, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (code: number, reason: string): void => {
    response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
  };
  // Pages of others that have their names lead here see nothing.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return refuse(403, 'served for this machine alone');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'read-only');
  if (request.url !== '/' && request.url !== '/part') return refuse(404, 'no such page');
  const nonce = randomBytes(16).toString('base64');
  let text: string;
  try {
    const live = reader.look();
    text = request.url === '/' ? livePage(live, nonce) : livePart(live);
  } catch (error) {
    return refuse(500, error instanceof Error ? error.message : String(error));
  }
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`,
      'x-content-type-options': 'nosniff',
    })
    .end(request.method === 'HEAD' ? undefined : text);
}
