import type { EnforcedLimits } from '../enforced-limits.js';
import { Trap } from '../errors.js';
import { checkNesting, NESTED_CALLS } from '../runtime/nested-calls.js';
import { OUTSIDE_CALL_COST } from '../types/frame-cost.js';
import { type HostGlobal, hostWebAssembly } from '../host/web-assembly.js';

/**
 * The slots of the host's stack that running calls leave to further ones: one i32 global that all instances of all stores import.
 * A function that calls takes its frame off the global when it begins, and puts its own number there again behind each call; so a
 * function's end needs no code, and what a trap leaves behind is put right by whoever called from outside.
 */
class HostStack {
  private shared: HostGlobal | undefined;
  /** Calls from outside that run on the host now. */
  private depth = 0;

  get leftGlobal(): HostGlobal {
    this.shared ??= new (hostWebAssembly().Global)({ value: 'i32', mutable: true }, 0);
    return this.shared;
  }

  /** Runs a call from outside with values in so many slots. @throws Trap when there is no room for it, and what `call` throws */
  during<Result>(limits: EnforcedLimits, slots: number, call: () => Result): Result {
    const outer = this.enter(limits, slots);
    let hasFailed = true;
    try {
      const result = call();
      hasFailed = false;
      return result;
    } finally {
      NESTED_CALLS.leave(hasFailed);
      if (--this.depth > 0) this.leftGlobal.value = outer;
    }
  }

  /** Runs what JavaScript does in the middle of a call that went on by itself. */
  within<Result>(work: () => Result): Result {
    this.depth++;
    NESTED_CALLS.enter();
    let hasFailed = true;
    try {
      const result = work();
      hasFailed = false;
      return result;
    } finally {
      NESTED_CALLS.leave(hasFailed);
      this.depth--;
    }
  }

  /** A call within another has what that one leaves, at most. Returns what is left when it is over. */
  private enter({ maximumNestedCalls, maximumStackSlots }: EnforcedLimits, slots: number): number {
    checkNesting(maximumNestedCalls);
    const { leftGlobal } = this;
    const outer = this.depth === 0 ? maximumStackSlots : (leftGlobal.value as number);
    const left = Math.min(outer, maximumStackSlots) - OUTSIDE_CALL_COST - slots;
    if (left < 0) throw new Trap('stack-exhausted');
    leftGlobal.value = left;
    this.depth++;
    NESTED_CALLS.enter();
    return outer;
  }
}

export const HOST_STACK = new HostStack();
