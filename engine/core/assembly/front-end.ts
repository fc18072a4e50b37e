// The engine's front end in WebAssembly: what the JavaScript side calls.
import { describe } from './module-description';
import { HEAP } from './scratch';
import { frameWords, validate } from './validator';

export { describe, frameWords, validate };

/** First address behind the core's own data and scratch space. */
export function heap(): usize {
  return HEAP;
}
