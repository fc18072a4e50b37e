import loadWabt from 'wabt';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, injectFuel } from '@wasm-dyno/engine';
import {
  parseModule,
  translateFunction,
  validateFunction,
  type TranslatedFunction,
} from '@wasm-dyno/engine/phases';

import { timed } from '../stopwatch.js';
import type { CompilePass } from './compile-request.js';
import type { CompilePeerName } from './peers.js';
import { loadPolywasmText } from './polywasm-text.js';

export interface PassResult {
  readonly pass: CompilePass;
  readonly bodyBytes?: number;
  readonly irBytes?: number;
  readonly refusedFunctions?: number;
}

/** One pass of a peer over a module, to be repeated. */
export async function loadPass(
  peer: CompilePeerName,
  bytes: Uint8Array<ArrayBuffer>,
  mostBodyBytes = Infinity,
): Promise<() => PassResult> {
  switch (peer) {
    case 'embedded':
      return () => embeddedPass(bytes, mostBodyBytes);
    case 'injection': {
      const module = parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
      const options = {
        bytesPerFuel: 64,
        compilationFuel: (index: number) => BigInt(module.bodyLengths[index]!),
      };
      return () => ({ pass: { all: timed(() => injectFuel(module, options)).elapsed } });
    }
    case 'v8-validate':
      return () => {
        const { result, elapsed } = timed(() => WebAssembly.validate(bytes));
        if (!result) throw new Error('V8 finds the module invalid');
        return { pass: { all: elapsed } };
      };
    case 'v8-liftoff':
      return () => ({ pass: { all: timed(() => new WebAssembly.Module(bytes)).elapsed } });
    case 'polywasm': {
      const write = await loadPolywasmText(bytes);
      return () => {
        const { parse, text, refusedFunctions } = write();
        return { pass: { parse, text }, refusedFunctions };
      };
    }
    case 'wabt': {
      const wabt = await loadWabt();
      const features = {
        simd: true,
        sign_extension: true,
        sat_float_to_int: true,
        multi_value: true,
      } as const;
      const more = {
        bulk_memory: true,
        reference_types: true,
        mutable_globals: true,
        exceptions: true,
      } as const;
      return () => {
        const { elapsed } = timed(() => {
          const module = wabt.readWasm(bytes, { readDebugNames: false, ...features, ...more });
          module.validate();
          module.destroy();
        });
        return { pass: { all: elapsed } };
      };
    }
  }
}

/** Phase by phase over all functions; the code is kept to the end, as a module keeps it. */
export function embeddedPass(bytes: Uint8Array, mostBodyBytes = Infinity): PassResult {
  const { result: module, elapsed: parse } = timed(() =>
    parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS),
  );
  const first = module.importedFunctionCount;
  let end = first;
  let bodyBytes = 0;
  for (const length of module.bodyLengths) {
    if (bodyBytes >= mostBodyBytes) break;
    bodyBytes += length;
    end++;
  }
  const { elapsed: validate } = timed(() => {
    for (let index = first; index < end; index++) validateFunction(module, index);
  });
  const { result: translated, elapsed: translate } = timed(() => {
    const functions: TranslatedFunction[] = [];
    for (let index = first; index < end; index++) functions.push(translateFunction(module, index));
    return functions;
  });
  const irBytes = translated.reduce((sum, { words }) => sum + 4 * words, 0);
  return { pass: { parse, validate, translate }, bodyBytes, irBytes };
}
