import type { CompilePhase } from '../fuel/index.js';
import type { CompilationMode } from '../runtime/config.js';

/** When functions are compiled: all of a module in turn, as it is loaded, or each by its first call. That takes them differently long. */
export type CompilingTime = 'eager' | 'lazy';

export function compilingTime(mode: CompilationMode, phase: CompilePhase): CompilingTime {
  return mode === 'eager' || (mode === 'lazy-translation' && phase === 'validate') ? 'eager' : 'lazy';
}
