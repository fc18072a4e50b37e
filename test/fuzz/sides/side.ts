import type { PlannedCall } from './call-plan.js';
import type { Outcome } from './outcome.js';

/** One engine running one module: the embedded engine in some configuration, or V8. */
export interface Side {
  /** Instantiates the module; runs its start function. Once, first. */
  instantiate(): Outcome;
  call(call: PlannedCall): Outcome;
  /** What embedder functions were called with, and what they gave, since the last time. */
  takeHostCalls(): string[];
  /** Contents of everything exported that has contents, by export name. */
  state(): Map<string, Contents>;
}

/** A memory's bytes, or the values of a global or table as text. */
export type Contents = Uint8Array | string;

/** The first export whose contents differ, told in one line; undefined when all agree. */
export function stateDifference(a: Map<string, Contents>, b: Map<string, Contents>): string | undefined {
  for (const [name, left] of a) {
    const right = b.get(name);
    if (typeof left === 'string' || typeof right === 'string' || right === undefined) {
      if (left !== right) return `${name} holds ${String(left)}, on the other side ${String(right)}`;
    } else if (left.length !== right.length) {
      return `${name} has ${left.length} bytes, on the other side ${right.length}`;
    } else if (Buffer.compare(left, right) !== 0) {
      const at = left.findIndex((byte, index) => byte !== right[index]);
      return `${name} holds ${left[at]} at address ${at}, on the other side ${right[at]}`;
    }
  }
  return undefined;
}
