// A fresh process that compiles one module with one peer: once cold, then again and again.
import { readFileSync } from 'node:fs';

import { median } from 'wasm-dyno';

import type { Elapsed } from '../stopwatch.js';
import { answer, workerRequest } from '../worker-request.js';
import type { CompileAnswer, CompilePass, CompileRequest } from './compile-request.js';
import { loadPass, type PassResult } from './passes.js';

const { peer, moduleFile, mostBodyBytes, warmNanoseconds } = workerRequest<CompileRequest>();
async function run(): Promise<CompileAnswer> {
  let pass: () => PassResult;
  let first: PassResult;
  try {
    pass = await loadPass(peer, readFileSync(moduleFile).slice(), mostBodyBytes);
    first = pass();
  } catch (error) {
    if (peer === 'embedded') throw error;
    return {
      state: 'unsupported',
      reason: (error as Error).message.trim().split('\n')[0] ?? 'no reason given',
    };
  }
  const warm: CompilePass[] = [];
  for (let spent = 0; spent < warmNanoseconds || (warmNanoseconds > 0 && warm.length < 6);) {
    const next = pass().pass;
    spent += Object.values(next).reduce((sum, { cpuNanoseconds }) => sum + cpuNanoseconds, 0);
    warm.push(next);
  }
  return {
    state: 'measured',
    cold: first.pass,
    warm: Object.fromEntries(
      Object.keys(first.pass).map((phase) => [phase, settled(warm.map((one) => one[phase]!))]),
    ),
    passes: warm.length,
    bodyBytes: first.bodyBytes,
    irBytes: first.irBytes,
    refusedFunctions: first.refusedFunctions ?? 0,
  };
}

/** Medians over the last third. */
function settled(sample: readonly Elapsed[]): Elapsed {
  const last = sample.slice(Math.floor((sample.length * 2) / 3));
  return {
    cpuNanoseconds: median(last.map(({ cpuNanoseconds }) => cpuNanoseconds)),
    wallNanoseconds: median(last.map(({ wallNanoseconds }) => wallNanoseconds)),
  };
}

answer(await run());
