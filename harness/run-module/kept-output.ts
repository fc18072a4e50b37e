/**
 * Bytes of a program's output that `run --json` keeps. In JSON a byte takes six letters at most, so that all of it stays a string that
 * readers of the JSON can hold: V8's have less than 2^29 letters.
 */
export const MOST_KEPT_BYTES = 67_108_864;

/** The beginning of what a program prints, and how much it was: the rest is counted and let go of. */
export class KeptOutput {
  /** Bytes that were printed, kept or not. */
  total = 0;
  private buffer = new Uint8Array(0);
  private length = 0;

  constructor(private readonly mostBytes = MOST_KEPT_BYTES) {}

  readonly add = (bytes: Uint8Array): void => {
    this.total += bytes.length;
    const kept = bytes.subarray(0, this.mostBytes - this.length);
    const length = this.length + kept.length;
    if (length > this.buffer.length) {
      const larger = new Uint8Array(Math.min(Math.max(length, 2 * this.buffer.length), this.mostBytes));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(kept, this.length);
    this.length = length;
  };

  /** What is kept; where it is cut, up to the end of a character of UTF-8. */
  get bytes(): Buffer {
    const bytes = Buffer.from(this.buffer.buffer, 0, this.length);
    return this.isCut ? bytes.subarray(0, wholeCharacters(bytes)) : bytes;
  }

  get isCut(): boolean {
    return this.total > this.length;
  }
}

/** Bytes without those of a last character that lacks some. */
function wholeCharacters(bytes: Uint8Array): number {
  const { length } = bytes;
  let first = length - 1;
  while (first > length - 4 && (bytes[first]! & 0xc0) === 0x80) first--;
  const lead = bytes[first] ?? 0;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return first + needed > length ? first : length;
}
