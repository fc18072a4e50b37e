/** What an open control structure is. The function body itself is a block. */
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

/**
 * Where basic blocks begin, for one pass forward over a valid body.
 *
 * Code is reachable when some path of the control-flow graph leads to it; after `br`, `br_table`, `return`,
 * `unreachable` and the tail calls nothing does until an `else` or an `end` that can be reached otherwise. (This is
 * stricter than the validation algorithm, which takes the code behind `block unreachable end` for reachable.)
 * Only branches in reachable code count as targeting a label, and all branches to the `end` of a block come before
 * it: so one pass knows at every `end` whether it begins a basic block.
 */
export class ControlLabels {
  /** Whether the operator about to be read is reachable. */
  reachable = true;
  /** Number of open labels, the function's own included. */
  depth = 0;
  private labels = new Uint8Array(256);
  private arities = new Uint32Array(256);

  /** Begins the body of a function of so many results. */
  reset(results: number): void {
    this.depth = 0;
    this.reachable = true;
    this.open(LabelKind.Block, results);
  }

  /** Opens a `block`, `loop` or `if` whose label takes `arity` values. A basic block begins behind a `loop` and behind an `if`. */
  open(kind: LabelKind, arity: number): void {
    if (this.depth === this.labels.length) this.grow();
    this.arities[this.depth] = arity;
    this.labels[this.depth++] = kind | (this.reachable ? ENTERED : 0);
  }

  private grow(): void {
    const labels = new Uint8Array(2 * this.depth);
    const arities = new Uint32Array(2 * this.depth);
    labels.set(this.labels);
    arities.set(this.arities);
    this.labels = labels;
    this.arities = arities;
  }

  /** Number of values that a branch to the label `relative` levels up carries. */
  arity(relative: number): number {
    return this.arities[this.depth - 1 - relative]!;
  }

  /** Whether the label `relative` levels up is the function's own: branching there returns. */
  isFunction(relative: number): boolean {
    return relative === this.depth - 1;
  }

  /** A branch in reachable code to the label `relative` levels up. */
  target(relative: number): void {
    this.labels[this.depth - 1 - relative]! |= TARGETED;
  }

  /** Goes from the first arm of an `if` to its second. A basic block begins behind a reachable `else`. */
  enterElse(): void {
    const top = this.depth - 1;
    const label = this.labels[top]!;
    this.labels[top] = (label & ~KIND_MASK) | LabelKind.Else | (this.reachable ? ARM_FALLS_THROUGH : 0);
    this.reachable = (label & ENTERED) !== 0;
  }

  /** Closes the innermost structure; returns whether a basic block begins behind its `end`. */
  close(): boolean {
    const label = this.labels[--this.depth]!;
    if (!(label & ENTERED)) {
      this.reachable = false;
      return false;
    }
    switch ((label & KIND_MASK) as LabelKind) {
      case LabelKind.Loop:
        return false;
      case LabelKind.Block:
        if (!(label & TARGETED)) return false;
        this.reachable = true;
        return true;
      case LabelKind.If:
        this.reachable = true;
        return true;
      case LabelKind.Else:
        if (label & (TARGETED | ARM_FALLS_THROUGH)) this.reachable = true;
        return this.reachable;
    }
  }
}
