import { Trap } from '../errors.js';

/** A call from outside, as those see it that are made within it. */
export class OutsideCall {
  /** Whether the call itself has ended with an error. */
  hasFailed = false;

  constructor(private readonly around: OutsideCall | undefined) {}

  /** Whether it has ended with an error, or a call around it has. */
  get isBrokenOff(): boolean {
    return this.hasFailed || (this.around?.isBrokenOff ?? false);
  }
}

/**
 * Calls from outside that run now, one within the other, of all stores and executors: each holds frames of the engine's and of the
 * embedder's on the host's own stack, so that host and WebAssembly calling each other must have an end.
 */
class NestedCalls {
  count = 0;
  /** Those that somebody has asked for, by how many run around them. */
  private readonly running: (OutsideCall | undefined)[] = [];

  /** The innermost call that runs now. */
  get innermost(): OutsideCall | undefined {
    const { count, running } = this;
    for (let i = 0; i < count; i++) running[i] ??= new OutsideCall(running[i - 1]);
    return running[count - 1];
  }

  enter(): void {
    this.count++;
  }

  /** Ends the innermost call. */
  leave(hasFailed: boolean): void {
    const { running } = this;
    const call = running[--this.count];
    if (call === undefined) return;
    call.hasFailed = hasFailed;
    running[this.count] = undefined;
  }
}

export const NESTED_CALLS = new NestedCalls();

/** @throws Trap when another call from outside would be one too many */
export function checkNesting(maximum: number): void {
  if (NESTED_CALLS.count >= maximum) throw new Trap('stack-exhausted');
}
