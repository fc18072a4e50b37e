import { Random } from '@wasm-dyno/corpora';
import { randomArgument, type Argument } from './call-plan.js';
import type { FunctionSignature } from './module-interface.js';

/** Value of the guard's counter before each call: calls that one call from outside may lead to. */
export const GUARD_CALLS = 200;

export function hostFunctionKey(module: string, name: string): string {
  return `${module}.${name}`;
}

/** What the host gives modules, the same on every side: results of functions, initial values, sizes. */
export class HostValues {
  constructor(private readonly seed: number) {}

  random(label: string): Random {
    return new Random(this.seed, label);
  }

  /**
   * Results of the `count`-th call of an embedder function since the log was last taken. No function references: their names would
   * depend on the side.
   */
  results(key: string, signature: FunctionSignature, count: number): Argument[] {
    if (signature.results.length === 0) return [];
    // A function that vectors cross is a module's own on V8's side: it always gives zeros.
    if (signature.parameters.includes('v') || signature.results.includes('v'))
      return signature.results.map(zeroArgument);
    const random = this.random(`host/${key}/${count}`);
    return signature.results.map((type) => randomArgument(random, type, []));
  }

  /** Limits of an imported memory or table: bounded, for V8's sake. */
  limits({ minimum, maximum }: { readonly minimum: number; readonly maximum: number | undefined }): {
    minimum: number;
    maximum: number;
  } {
    return { minimum, maximum: Math.min(maximum ?? Infinity, minimum + 16) };
  }
}

function zeroArgument(type: FunctionSignature['results'][number]): Argument {
  if (type === 'r') return { type, exportName: null };
  if (type === 'e') return { type, object: null };
  return { type, bits: 0n };
}
