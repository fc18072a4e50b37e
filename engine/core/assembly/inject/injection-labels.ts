import { refuse } from '../refusal';
import { FRAMES, FRAMES_END } from '../scratch';

/*
 * Open labels in one pass over a valid body: where basic blocks begin (`engine/host-executor/injection/control-labels.ts`), and whether the
 * store's fuel may be behind the cached fuel where control joins (`dirty-labels.ts` there).
 */

export const enum LabelKind {
  Block = 0,
  Loop = 1,
  If = 2,
  Else = 3,
}

const KIND_MASK = 0x03;
const ENTERED = 0x04;
const TARGETED = 0x08;
const ARM_FALLS_THROUGH = 0x10;
const DIRTY_AT_BRANCH = 0x20;
const DIRTY_AT_IF = 0x40;
const MAYBE_DIRTY = DIRTY_AT_BRANCH | DIRTY_AT_IF;

/** A label is two words: marks, and the number of values that it takes. */
const ARITY: usize = 4;
const LABEL: usize = 8;

/** Whether the operator about to be read is reachable. */
let reachable: bool = true;
/** Address behind the innermost label. */
let top: usize = FRAMES;

export function reset(results: u32): void {
  top = FRAMES;
  reachable = true;
  open(LabelKind.Block, results);
}

export function isReachable(): bool { return reachable; }
export function leave(): void { reachable = false; }
export function isOutermost(): bool { return top == FRAMES + LABEL; }

export function open(kind: i32, arity: u32): void {
  if (top == FRAMES_END) refuse();
  store<u32>(top, kind | (reachable ? ENTERED : 0));
  store<u32>(top, arity, ARITY);
  top += LABEL;
}

/** An `if` reached with fuel in this state: that of its second arm, and of its end if it has none. */
export function markIf(dirty: bool): void {
  if (dirty) mark(top - LABEL, DIRTY_AT_IF);
}

function mark(label: usize, marks: u32): void {
  store<u32>(label, load<u32>(label) | marks);
}

// @ts-ignore: decorator
@inline function at(relative: u32): usize { return top - LABEL * (1 + <usize>relative); }

export function arity(relative: u32): i32 { return load<i32>(at(relative), ARITY); }
export function isFunction(relative: u32): bool { return at(relative) == FRAMES; }

/** A branch in reachable code, with fuel in this state. */
export function branchTo(relative: u32, dirty: bool): void {
  mark(at(relative), dirty ? TARGETED | DIRTY_AT_BRANCH : TARGETED);
}

/** Goes to the second arm of an `if`; returns the state of the fuel there. */
export function enterElse(dirty: bool): bool {
  const label = top - LABEL;
  let marks = load<u32>(label);
  if (reachable && dirty) marks |= DIRTY_AT_BRANCH;
  store<u32>(label, (marks & ~KIND_MASK) | LabelKind.Else | (reachable ? ARM_FALLS_THROUGH : 0));
  reachable = (marks & ENTERED) != 0;
  return (marks & DIRTY_AT_IF) != 0;
}

/** Closes the innermost label; whether a basic block begins behind its `end`. */
export function close(): bool {
  top -= LABEL;
  const marks = load<u32>(top);
  if (!(marks & ENTERED)) {
    reachable = false;
    return false;
  }
  switch (marks & KIND_MASK) {
    case LabelKind.Loop:
      return false;
    case LabelKind.Block:
      if (!(marks & TARGETED)) return false;
      reachable = true;
      return true;
    case LabelKind.If:
      reachable = true;
      return true;
  }
  if (marks & (TARGETED | ARM_FALLS_THROUGH)) reachable = true;
  return reachable;
}

/** Whether the label closed last was left, or skipped, with fuel not handed over. */
export function closedMaybeDirty(): bool {
  return (load<u32>(top) & MAYBE_DIRTY) != 0;
}
