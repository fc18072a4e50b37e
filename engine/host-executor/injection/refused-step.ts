/** What injected code refused to do, as it tells its host: in the global `step`, packed into an i32. */
export const enum RefusedStepKind {
  /** A basic block; no subject. */
  Block = 0,
  /** Compiling the function whose index is the subject. */
  Compilation = 1,
  /** The size part of the operator whose number is the subject. */
  Size = 2,
  /** Not for want of fuel: a NaN was to be converted to an integer. */
  Conversion = 3,
  /** Not for want of fuel: the function whose index is the subject is invalid; `calledTable` is the tag of its instance. */
  InvalidFunction = 4,
  /** Not for want of fuel: the frame of a function did not fit the stack. */
  Frame = 5,
}

/** What injected code is to do about a step that was refused for want of fuel, and `waiting-callee.ts` behind a wait. */
export const enum RefusalAnswer {
  /** There is enough now: charge it, and go on. */
  GoOn = 0,
  /** Wait, and ask again. */
  Wait = 1,
  Trap = 2,
  /** The embedder function did nothing: call it anew. */
  Anew = 3,
}

const KIND_BITS = 3;

/** Value of `step` while nothing was refused. */
export const NO_REFUSED_STEP = -1;

export function refusedStep(kind: RefusedStepKind, subject: number): number {
  return (subject << KIND_BITS) | kind;
}

export function refusedStepKind(step: number): RefusedStepKind {
  return step & ((1 << KIND_BITS) - 1);
}

export function refusedStepSubject(step: number): number {
  return step >>> KIND_BITS;
}
