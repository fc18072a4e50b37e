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
}

/** Value of `step` while nothing was refused. */
export const NO_REFUSED_STEP = -1;

export function refusedStep(kind: RefusedStepKind, subject: number): number {
  return (subject << 2) | kind;
}

export function refusedStepKind(step: number): RefusedStepKind {
  return step & 3;
}

export function refusedStepSubject(step: number): number {
  return step >>> 2;
}
