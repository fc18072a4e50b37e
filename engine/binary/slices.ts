const FIRST_BYTES = 256;
const MOST_BYTES = 4096;
// By how much each slice is longer than the one before.
const MORE_BYTES = 4;

// Where a main loop over bodies returns and is entered anew: the host changes to optimised code at a call only, and so does in the
// middle of a long body too. Each entry costs some, so slices grow: few bytes while the host may still be optimising, many later.
export class Slices {
  private bytes = FIRST_BYTES;

  // Where the slice that begins at `offset` ends, at `end` at the latest.
  endOf(offset: number, end: number): number {
    const sliceEnd = Math.min(end, offset + this.bytes);
    if (this.bytes < MOST_BYTES) this.bytes += MORE_BYTES;
    return sliceEnd;
  }
}
