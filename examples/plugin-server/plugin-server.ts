// HTTP before the runner: plugins are put, and asked; metrics are scraped; readiness depends on the profile.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, Histogram, Registry } from 'prom-client';
import { CompileMonitor, Engine } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';
import { registerPrometheusMetrics } from '@wasm-dyno/engine/prometheus';
import { type Budgets, PluginRunner, Refusal, REFUSALS } from './plugin-runner.js';

export interface PluginServerOptions {
  /** Path of the machine's profile; without one the defaults are charged. */
  readonly profile?: string | undefined;
  readonly budgets?: Budgets | undefined;
  /** Milliseconds for all of a request to arrive; ten seconds unless told. Whoever takes longer is answered with 408. */
  readonly requestTimeout?: number | undefined;
  /** false: nothing is charged, and a plugin that never ends stops all others. For comparing only. */
  readonly consumeFuel?: boolean | undefined;
}

/** A server that is not listening yet. Where the profile is unfit it answers nothing but why it is not ready. */
export function createPluginServer(options: PluginServerOptions = {}): Server {
  const { problem, profile } = fitProfile(options.profile);
  const engine = new Engine({ profile, consumeFuel: options.consumeFuel });
  const monitor = CompileMonitor.of(engine, { profile });
  monitor.watch(engine);
  const runner = new PluginRunner(engine, options.budgets);
  const metrics = new ServerMetrics(monitor);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    if (method === 'GET' && url === '/metrics') return metrics.write(response);
    if (method === 'GET' && url === '/ready')
      return send(response, problem === undefined ? 200 : 503, problem ?? 'ready');
    const [, name] = /^\/plugins\/([\w-]{1,64})$/.exec(url) ?? [];
    if (name === undefined || (method !== 'PUT' && method !== 'POST'))
      return send(response, 404, 'nothing here');
    const end = metrics.start(method);
    try {
      if (problem !== undefined) throw new Refusal('not-ready', problem);
      const body = await bodyOf(request, runner.budgets.bodyBytes);
      if (method === 'PUT') {
        runner.load(name, body);
        send(response, 201, 'loaded');
        end('loaded');
        return;
      }
      const { answer: text, fuel } = await runner.handle(name, body, () => !response.destroyed);
      response.setHeader('x-fuel', String(fuel));
      send(response, 200, text);
      end('answered');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.setHeader('x-refusal', error.reason);
      send(response, REFUSALS[error.reason], error.message);
      end(error.reason);
    }
  };
  const { requestTimeout = 10_000 } = options;
  const timeouts = {
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: requestTimeout / 10,
  };
  const server = createServer(timeouts, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) send(response, 500, 'a fault of the server');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Each may hold a body that has begun to arrive. */
const MOST_CONNECTIONS = 1_000;
/** Of a body that is too large so many times the limit is read, for the answer to be heard; beyond that the connection is closed. */
const MOST_READ = 16;

function fitProfile(path: string | undefined) {
  if (path === undefined) return { profile: undefined, problem: undefined };
  try {
    return { profile: loadProfile({ path }).profile, problem: undefined };
  } catch (error) {
    return { profile: undefined, problem: (error as Error).message };
  }
}

async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      // What is too much is read all the same, so that the answer is heard, but not kept.
      if (bytes <= most) pieces.push(piece);
      else if (bytes > MOST_READ * most) break;
    }
  } catch (error) {
    throw new Refusal('cut-off', `the request ended early: ${(error as Error).message}`);
  }
  if (bytes > most) throw new Refusal('too-large', `a body of ${bytes} bytes; the limit is ${most}`);
  return Buffer.concat(pieces);
}

function send(response: ServerResponse, status: number, text: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

class ServerMetrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'plugin_server_requests_total',
    help: 'Requests, by how they ended.',
    labelNames: ['method', 'end'],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'plugin_server_request_seconds',
    help: 'Time of a request.',
    labelNames: ['method'],
    registers: [this.registry],
  });

  constructor(monitor: CompileMonitor) {
    registerPrometheusMetrics(this.registry, monitor);
  }

  /** Begins a request; returns what is to be called at its end. */
  start(method: string): (end: string) => void {
    const stop = this.seconds.startTimer({ method });
    return (end) => {
      stop();
      this.requests.inc({ method, end });
    };
  }

  async write(response: ServerResponse): Promise<void> {
    const text = await this.registry.metrics();
    response.writeHead(200, { 'content-type': this.registry.contentType }).end(text);
  }
}
