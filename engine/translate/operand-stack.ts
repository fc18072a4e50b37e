import { RegisterFile } from '../types/value-type.js';

/** What an operand-stack entry stands for at translation time. */
export const enum Entry {
  /** A value in the entry's own slot. */
  Temporary = 0,
  /** The current value of a local: `value` is its index. Must be saved before the local is written. */
  Local = 1,
  /** A 32-bit constant: `value` holds its bits. */
  Constant32 = 2,
  /** A 64-bit constant: `value` holds the low and `high` the high word. */
  Constant64 = 3,
}

/** Stands for no entry where a height is expected. */
export const NONE = -1;

/** An entry is four words side by side. */
export const enum EntryWord {
  /** `Entry | RegisterFile << 2`. */
  Kind = 0,
  Value = 1,
  High = 2,
  /** Height of the next lower entry that names the same local, or -1. */
  Below = 3,
  /** Words of an entry. */
  Count = 4,
}

const WORDS = EntryWord.Count;
const VALUE = EntryWord.Value;
const HIGH = EntryWord.High;
const BELOW = EntryWord.Below;

/** Words of entries kept for the next function. */
const KEPT_ENTRY_WORDS = 1 << 20;

/**
 * The symbolic operand stack: reading a local or a constant emits nothing, it pushes a name for the value. Entries
 * that name the same local are chained, topmost first, so that a write to the local finds them at once; without the
 * chain a function with many of them translates in quadratic time.
 *
 * The translator's main loop keeps these fields in locals while it handles the commonest operators by itself.
 */
export class OperandStack {
  height = 0;
  maximumHeight = 0;
  entries = new Int32Array(WORDS * 16);
  /** Per local: height of the topmost entry that names it, or -1. */
  topmost = new Int32Array(256);
  /** No entry under this height names a local. */
  settledHeight = 0;

  reset(localCount: number): void {
    this.height = 0;
    this.maximumHeight = 0;
    this.settledHeight = 0;
    if (this.topmost.length < localCount) this.topmost = new Int32Array(localCount * 2).fill(NONE);
    else if (localCount < 32) for (let local = 0; local < localCount; local++) this.topmost[local] = NONE;
    else this.topmost.fill(NONE, 0, localCount);
  }

  /** Between functions: what an unusually large one needed is given back. */
  giveBack(): void {
    if (this.entries.length > KEPT_ENTRY_WORDS) this.entries = new Int32Array(WORDS * 16);
  }

  kind(at: number): Entry {
    return this.entries[WORDS * at]! & 3;
  }

  file(at: number): RegisterFile {
    return this.entries[WORDS * at]! >> 2;
  }

  value(at: number): number {
    return this.entries[WORDS * at + VALUE]!;
  }

  high(at: number): number {
    return this.entries[WORDS * at + HIGH]!;
  }

  grow(): void {
    const larger = new Int32Array(this.entries.length * 2);
    larger.set(this.entries);
    this.entries = larger;
  }

  /** Counts a new entry and returns where its words are. */
  private push(): number {
    const at = this.height++;
    if (at >= this.maximumHeight) this.raise();
    return WORDS * at;
  }

  /** The stack is as high as never before in this function. There is always room for one more entry: the main loop looks only behind it. */
  private raise(): void {
    this.maximumHeight = this.height;
    if (WORDS * (this.height + 1) > this.entries.length) this.grow();
  }

  pushTemporary(file: RegisterFile): void {
    const at = this.height++;
    if (at >= this.maximumHeight) this.raise();
    this.entries[WORDS * at] = file << 2;
  }

  pushLocal(local: number, file: RegisterFile): void {
    const { height } = this;
    const at = this.push();
    const { entries, topmost } = this;
    entries[at] = Entry.Local | (file << 2);
    entries[at + VALUE] = local;
    entries[at + BELOW] = topmost[local]!;
    topmost[local] = height;
  }

  pushConstant32(bits: number): void {
    const at = this.push();
    this.entries[at] = Entry.Constant32 | (RegisterFile.Word32 << 2);
    this.entries[at + VALUE] = bits;
  }

  pushConstant64(low: number, high: number): void {
    const at = this.push();
    this.entries[at] = Entry.Constant64 | (RegisterFile.Word64 << 2);
    this.entries[at + VALUE] = low;
    this.entries[at + HIGH] = high;
  }

  /** Removes the top entry and returns its height; its fields stay readable until the next push. */
  pop(): number {
    const at = --this.height;
    const { entries } = this;
    if ((entries[WORDS * at]! & 3) === Entry.Local) {
      this.topmost[entries[WORDS * at + VALUE]!] = entries[WORDS * at + BELOW]!;
    }
    if (at < this.settledHeight) this.settledHeight = at;
    return at;
  }

  /** Drops entries until `height` are left. */
  truncate(height: number): void {
    while (this.height > height) this.pop();
  }

  /** Marks a constant as living in its own slot now; the caller has emitted the move. */
  settle(at: number): void {
    this.entries[WORDS * at]! &= ~3;
  }

  /** The topmost entry that names `local`, or -1. */
  topmostOfLocal(local: number): number {
    return this.topmost[local]!;
  }

  /** Unchains and returns the topmost entry that names `local`, or -1: the caller saves it in its own slot. */
  takeEntryOfLocal(local: number): number {
    const at = this.topmost[local]!;
    if (at !== NONE) {
      this.topmost[local] = this.entries[WORDS * at + BELOW]!;
      this.settle(at);
    }
    return at;
  }

  /** Calls `save` for every entry that names a local, lowest first, and settles it. Amortised constant per push. */
  settleLocals(save: (at: number, local: number) => void): void {
    const { entries, height } = this;
    for (let at = this.settledHeight; at < height; at++) {
      if ((entries[WORDS * at]! & 3) !== Entry.Local) continue;
      const local = entries[WORDS * at + VALUE]!;
      save(at, local);
      this.topmost[local] = NONE;
      entries[WORDS * at]! &= ~3;
    }
    this.settledHeight = height;
  }
}
