const DIRTY_AT_BRANCH = 1;
const DIRTY_AT_IF = 2;

/**
 * Per open label: may the store's fuel be behind the cached fuel where control joins at its `end`? Too often "maybe"
 * only costs a store too many.
 */
export class DirtyLabels {
  private labels = new Uint8Array(256);
  private depth = 0;

  reset(): void {
    this.depth = 0;
    this.open();
  }

  open(): void {
    this.push(0);
  }

  /** Opens an `if` reached with the given state: that of its second arm, and of its end if it has none. */
  openIf(dirty: boolean): void {
    this.push(dirty ? DIRTY_AT_IF : 0);
  }

  private push(label: number): void {
    if (this.depth === this.labels.length) {
      const larger = new Uint8Array(2 * this.depth);
      larger.set(this.labels);
      this.labels = larger;
    }
    this.labels[this.depth++] = label;
  }

  /** State at the beginning of the second arm of the innermost structure. */
  atIf(): boolean {
    return (this.labels[this.depth - 1]! & DIRTY_AT_IF) !== 0;
  }

  /** Control goes to the label `relative` levels up in this state. */
  branch(relative: number, dirty: boolean): void {
    if (dirty) this.labels[this.depth - 1 - relative]! |= DIRTY_AT_BRANCH;
  }

  /** Closes the innermost structure, whose end is reached in this state; returns the state behind it. */
  close(dirty: boolean): boolean {
    return this.labels[--this.depth]! !== 0 || dirty;
  }
}
