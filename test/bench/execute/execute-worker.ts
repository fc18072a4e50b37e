// A fresh process that runs one kernel on one engine.
import { readFileSync } from 'node:fs';

import { median } from 'wasm-dyno/harness';

import { timed, type Elapsed } from '../stopwatch.js';
import { answer, workerRequest } from '../worker-request.js';
import { loadKernel, namespaceOf, NotSupported, type KernelFunction } from './engines.js';
import type { ExecuteAnswer, ExecuteRequest } from './execute-request.js';
import { loadSqlite } from './sqlite.js';

const request = workerRequest<ExecuteRequest>();
answer(await run());

async function run(): Promise<ExecuteAnswer> {
  const { kernel, engine } = request;
  let call: KernelFunction;
  try {
    if (kernel.module === 'sqlite') {
      call = await loadSqlite(await namespaceOf(engine));
    } else {
      const exported = await loadKernel(engine, readFileSync(request.moduleFile).slice());
      for (const { export: name, argument, result } of kernel.knownAnswers ?? []) {
        const given = exactText(exported(name)(argument));
        if (given !== result) {
          return { state: 'wrong', reason: `${name}(${argument}) is ${given}, known to be ${result}` };
        }
      }
      call = exported(kernel.export);
    }
    return measure(call);
  } catch (error) {
    if (!(error instanceof NotSupported) && engine !== 'polywasm') throw error;
    return { state: 'unsupported', reason: (error as Error).message.split('\n')[0] ?? 'no reason given' };
  }
}

function measure(call: KernelFunction): ExecuteAnswer {
  const { argument } = request.kernel;
  const first = timed(() => call(argument));
  const result = exactText(first.result);
  repeat(() => call(argument), request.warmUpNanoseconds, 1);
  const calls = repeat(() => call(argument), request.measureNanoseconds, 3);
  const last = exactText(call(argument));
  if (last !== result) return { state: 'wrong', reason: `the first call gave ${result}, the last ${last}` };
  return {
    state: 'measured',
    result,
    firstCall: first.elapsed,
    call: {
      cpuNanoseconds: median(calls.map(({ cpuNanoseconds }) => cpuNanoseconds)),
      wallNanoseconds: median(calls.map(({ wallNanoseconds }) => wallNanoseconds)),
    },
    calls: calls.length,
  };
}

/** Calls until that much processor time is spent. */
function repeat(call: () => unknown, nanoseconds: number, atLeast: number): Elapsed[] {
  const calls: Elapsed[] = [];
  for (let spent = 0; spent < nanoseconds || calls.length < atLeast; ) {
    const { elapsed } = timed(call);
    spent += elapsed.cpuNanoseconds;
    calls.push(elapsed);
  }
  return calls;
}

/** A result with every bit told apart. */
function exactText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
