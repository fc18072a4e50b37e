// A fresh process that runs one kernel on one engine, taking turns with V8, so that both see the same moments of the machine.
import { readFileSync } from 'node:fs';

import { median } from 'wasm-dyno';

import { timed, type Elapsed } from '../stopwatch.js';
import { answer, workerRequest } from '../worker-request.js';
import { loadKernel, namespaceOf, NotSupported, WrongResult, type KernelFunction } from './engines.js';
import type { ExecuteAnswer, ExecuteRequest } from './execute-request.js';
import type { EngineName } from './kernels.js';
import { loadSqlite } from './sqlite.js';

/** V8's calls per call of the engine: they are short. */
const REFERENCE_CALLS = 3;

const { kernel, engine, moduleFile, warmUpNanoseconds, measureNanoseconds } = workerRequest<ExecuteRequest>();
async function run(): Promise<ExecuteAnswer> {
  const reference = await load('v8');
  let call: KernelFunction;
  try {
    call = await load(engine);
    return measure(call, reference);
  } catch (error) {
    if (error instanceof WrongResult) return { state: 'wrong', reason: error.message };
    if (!(error instanceof NotSupported) && engine !== 'polywasm') throw error;
    return { state: 'unsupported', reason: (error as Error).message.split('\n')[0] ?? 'no reason given' };
  }
}

/** The kernel's function, after its known answers came out right. */
async function load(on: EngineName): Promise<KernelFunction> {
  if (kernel.module === 'sqlite') return loadSqlite(await namespaceOf(on));
  const exported = await loadKernel(on, readFileSync(moduleFile).slice());
  for (const { export: name, argument, result } of kernel.knownAnswers ?? []) {
    expectResult(`${name}(${argument})`, exactText(exported(name)(argument)), result);
  }
  return exported(kernel.export);
}

function measure(call: KernelFunction, reference: KernelFunction): ExecuteAnswer {
  const { argument } = kernel;
  const result = exactText(reference(argument));
  const first = timed(() => call(argument));
  expectResult('the first call', exactText(first.result), result);
  takeTurns(call, reference, warmUpNanoseconds, 1);
  const { calls, references } = takeTurns(call, reference, measureNanoseconds, 3);
  expectResult('the last call', exactText(call(argument)), result);
  return {
    state: 'measured',
    result,
    firstCall: first.elapsed,
    call: medians(calls),
    referenceCall: medians(references),
    calls: calls.length,
  };
}

function takeTurns(call: KernelFunction, reference: KernelFunction, nanoseconds: number, atLeast: number) {
  const calls: Elapsed[] = [];
  const references: Elapsed[] = [];
  for (let spent = 0; spent < nanoseconds || calls.length < atLeast;) {
    const { elapsed } = timed(() => call(kernel.argument));
    spent += elapsed.cpuNanoseconds;
    calls.push(elapsed);
    for (let i = 0; i < REFERENCE_CALLS; i++)
      references.push(timed(() => reference(kernel.argument)).elapsed);
  }
  return { calls, references };
}

function medians(sample: readonly Elapsed[]): Elapsed {
  return {
    cpuNanoseconds: median(sample.map(({ cpuNanoseconds }) => cpuNanoseconds)),
    wallNanoseconds: median(sample.map(({ wallNanoseconds }) => wallNanoseconds)),
  };
}

function expectResult(what: string, given: string, expected: string): void {
  if (given !== expected) throw new WrongResult(`${what} gave ${given}, not ${expected}`);
}

/** A result with every bit told apart. */
function exactText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

answer(await run());
