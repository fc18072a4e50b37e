import { setFlagsFromString } from 'node:v8';

import { frontEndFunctions } from '@wasm-dyno/engine/phases';
import type { TargetPhase } from '../protocol.js';

/**
 * What runs a phase of the embedded engine at this moment: its core in WebAssembly, in one of V8's tiers, or JavaScript. Parsing is always
 * JavaScript. V8 is asked about the function that each body goes through; those that it calls follow within some calls.
 */
export function tierOf(phase: TargetPhase): string | undefined {
  switch (phase) {
    case 'parse':
      return 'JavaScript';
    case 'validate':
    case 'translate': {
      const run = frontEndFunctions()?.[phase];
      if (run === undefined) return 'JavaScript';
      return ['core in WebAssembly', ...wasmTier(run)].join(', ');
    }
    default:
      return undefined;
  }
}

/** Nothing where this V8 does not tell. */
function wasmTier(run: unknown): string[] {
  if (asks('IsLiftoffFunction', run)) return ['Liftoff'];
  if (asks('IsUncompiledWasmFunction', run)) return ['not compiled'];
  return asks('IsTurboFanFunction', run) ? ['optimised'] : [];
}

/** One of V8's own functions, for tests of V8; undefined where it has none of that name. */
function asks(name: string, about: unknown): boolean | undefined {
  try {
    setFlagsFromString('--allow-natives-syntax');
    // Only the harness generates code; the engine never does.
    return (new Function('about', `return %${name}(about)`) as (about: unknown) => boolean)(about);
  } catch {
    return undefined;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
