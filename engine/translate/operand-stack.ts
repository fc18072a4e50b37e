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

const NONE = -1;

/**
 * The symbolic operand stack: reading a local or a constant emits nothing, it pushes a name for the value. Entries
 * that name the same local are chained, topmost first, so that a write to the local finds them at once; without the
 * chain a function with many of them translates in quadratic time.
 */
export class OperandStack {
  height = 0;
  maximumHeight = 0;
  kind = new Uint8Array(256);
  file = new Uint8Array(256);
  value = new Int32Array(256);
  high = new Int32Array(256);
  /** Height of the next lower entry that names the same local. */
  private below = new Int32Array(256);
  /** Per local: height of the topmost entry that names it, or NONE. */
  private topmost = new Int32Array(256);
  /** No entry under this height names a local. */
  private settledHeight = 0;

  reset(localCount: number): void {
    this.height = 0;
    this.maximumHeight = 0;
    this.settledHeight = 0;
    if (this.topmost.length < localCount) this.topmost = new Int32Array(localCount * 2).fill(NONE);
    else this.topmost.fill(NONE, 0, localCount);
  }

  private grow(): void {
    const larger = (old: Int32Array) => {
      const copy = new Int32Array(old.length * 2);
      copy.set(old);
      return copy;
    };
    const largerBytes = (old: Uint8Array) => {
      const copy = new Uint8Array(old.length * 2);
      copy.set(old);
      return copy;
    };
    this.kind = largerBytes(this.kind);
    this.file = largerBytes(this.file);
    this.value = larger(this.value);
    this.high = larger(this.high);
    this.below = larger(this.below);
  }

  private push(kind: Entry, file: RegisterFile, value: number): number {
    const at = this.height;
    if (at === this.kind.length) this.grow();
    this.kind[at] = kind;
    this.file[at] = file;
    this.value[at] = value;
    this.height = at + 1;
    if (at >= this.maximumHeight) this.maximumHeight = at + 1;
    return at;
  }

  pushTemporary(file: RegisterFile): void {
    this.push(Entry.Temporary, file, 0);
  }

  pushLocal(local: number, file: RegisterFile): void {
    const at = this.push(Entry.Local, file, local);
    this.below[at] = this.topmost[local]!;
    this.topmost[local] = at;
  }

  pushConstant32(bits: number): void {
    this.push(Entry.Constant32, RegisterFile.Word32, bits);
  }

  pushConstant64(low: number, high: number): void {
    this.high[this.push(Entry.Constant64, RegisterFile.Word64, low)] = high;
  }

  /** Removes the top entry and returns its height; its fields stay readable until the next push. */
  pop(): number {
    const at = --this.height;
    if (this.kind[at] === Entry.Local) this.topmost[this.value[at]!] = this.below[at]!;
    if (at < this.settledHeight) this.settledHeight = at;
    return at;
  }

  /** Drops entries until `height` are left. */
  truncate(height: number): void {
    while (this.height > height) this.pop();
  }

  /** Marks a constant as living in its own slot now; the caller has emitted the move. */
  settle(at: number): void {
    this.kind[at] = Entry.Temporary;
  }

  /** The topmost entry that names `local`, or -1. */
  topmostOfLocal(local: number): number {
    return this.topmost[local]!;
  }

  /** Unchains and returns the topmost entry that names `local`, or -1: the caller saves and settles it. */
  takeEntryOfLocal(local: number): number {
    const at = this.topmost[local]!;
    if (at !== NONE) {
      this.topmost[local] = this.below[at]!;
      this.kind[at] = Entry.Temporary;
    }
    return at;
  }

  /** Calls `save` for every entry that names a local, lowest first, and settles it. Amortised constant per push. */
  settleLocals(save: (at: number, local: number) => void): void {
    for (let at = this.settledHeight; at < this.height; at++) {
      if (this.kind[at] !== Entry.Local) continue;
      const local = this.value[at]!;
      save(at, local);
      this.topmost[local] = NONE;
      this.kind[at] = Entry.Temporary;
    }
    this.settledHeight = this.height;
  }
}
