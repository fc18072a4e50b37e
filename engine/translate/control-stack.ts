/** What opened a label. */
export const enum LabelKind {
  Function = 0,
  Block = 1,
  Loop = 2,
  If = 3,
  Else = 4,
}

/** Grows when needed; small, so that training sees it grow. */
const INITIAL_DEPTH = 16;

/** No branch field is waiting for the label. */
export const NO_PATCH = 0;

/**
 * The labels in scope, as parallel arrays indexed by nesting depth. Branch fields that wait for a forward label form a
 * list through the code itself: each holds the position of the one before, `patch` the last.
 */
export class ControlStack {
  depth = 0;
  kind = new Uint8Array(INITIAL_DEPTH);
  /** Operand-stack height below the label's parameters. */
  height = new Int32Array(INITIAL_DEPTH);
  /** Block type: index into the module's types, or -1 - value type for one result, or -1 for none. */
  blockType = new Int32Array(INITIAL_DEPTH);
  /** Loops: position of the first operator. */
  target = new Int32Array(INITIAL_DEPTH);
  patch = new Int32Array(INITIAL_DEPTH);
  /** `if`: the branch field to the `else` arm. */
  elsePatch = new Int32Array(INITIAL_DEPTH);
  /** Does some branch in reachable code name the label? */
  targeted = new Uint8Array(INITIAL_DEPTH);
  /** For br_table: the stub already made for this label, stamped with the table's position. */
  stub = new Int32Array(INITIAL_DEPTH);
  stubStamp = new Int32Array(INITIAL_DEPTH);

  push(kind: LabelKind, height: number, blockType: number): number {
    const at = this.depth;
    if (at === this.kind.length) this.grow();
    this.kind[at] = kind;
    this.height[at] = height;
    this.blockType[at] = blockType;
    this.target[at] = 0;
    this.patch[at] = NO_PATCH;
    this.elsePatch[at] = NO_PATCH;
    this.targeted[at] = 0;
    this.stubStamp[at] = 0;
    this.depth = at + 1;
    return at;
  }

  private grow(): void {
    const words = (old: Int32Array) => {
      const copy = new Int32Array(old.length * 2);
      copy.set(old);
      return copy;
    };
    const bytes = (old: Uint8Array) => {
      const copy = new Uint8Array(old.length * 2);
      copy.set(old);
      return copy;
    };
    this.kind = bytes(this.kind);
    this.targeted = bytes(this.targeted);
    this.height = words(this.height);
    this.blockType = words(this.blockType);
    this.target = words(this.target);
    this.patch = words(this.patch);
    this.elsePatch = words(this.elsePatch);
    this.stub = words(this.stub);
    this.stubStamp = words(this.stubStamp);
  }
}
