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

/** A label is eight words side by side. */
export const enum LabelWord {
  /** `LabelKind`. */
  Kind = 0,
  /** Operand-stack height below the label's parameters. */
  Height = 1,
  /** Block type: index into the module's types, or -1 - value type for one result, or -1 for none. */
  BlockType = 2,
  /** Loops: position of the first operator. Other labels: the last branch field that waits for the label. */
  Target = 3,
  /** `if`: the branch field to the `else` arm. */
  ElsePatch = 4,
  /** 1 when some branch in reachable code names the label. */
  Targeted = 5,
  /**
   * A stub already made, which moves values to where the label wants them: for a br_table, stamped with the table's position; for
   * br_if, with -1 - height of the lowest value.
   */
  Stub = 6,
  StubStamp = 7,
  /** Words of a label. */
  Count = 8,
}

/**
 * The labels in scope, innermost last. A label is named by its place in `words`, a multiple of `LabelWord.Count`. Branch fields that
 * wait for a forward label form a list through the code itself: each holds the position of the one before.
 */
export class ControlStack {
  words = new Int32Array(INITIAL_DEPTH * LabelWord.Count);
  /** Where the next label goes. */
  end = 0;

  push(kind: LabelKind, height: number, blockType: number): number {
    const at = this.end;
    if (at === this.words.length) this.grow();
    const { words } = this;
    words[at] = kind;
    words[at + LabelWord.Height] = height;
    words[at + LabelWord.BlockType] = blockType;
    words[at + LabelWord.Target] = NO_PATCH;
    words[at + LabelWord.ElsePatch] = NO_PATCH;
    words[at + LabelWord.Targeted] = 0;
    words[at + LabelWord.StubStamp] = 0;
    this.end = at + LabelWord.Count;
    return at;
  }

  /** The label that a branch names by its relative depth. */
  label(relativeDepth: number): number {
    return this.end - LabelWord.Count * (1 + relativeDepth);
  }

  private grow(): void {
    const larger = new Int32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
  }
}
