import { Trap } from '../errors.js';

/**
 * Calls from outside that run now, one within the other, of all stores and executors: each holds frames of the engine's and of the
 * embedder's on the host's own stack, so that host and WebAssembly calling each other must have an end.
 */
export const NESTED_CALLS = { count: 0 };

/** @throws Trap when another call from outside would be one too many */
export function checkNesting(maximum: number): void {
  if (NESTED_CALLS.count >= maximum) throw new Trap('stack-exhausted');
}
