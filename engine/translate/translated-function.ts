/**
 * A function as the interpreter runs it. Immutable and free of addresses: stores may share it.
 */
export interface TranslatedFunction {
  /** IR words; shared by many functions. */
  readonly code: Int32Array;
  /** Index in `code` of the first operator; `code[entry - 1]` is the entry block's fuel. */
  readonly entry: number;
  /** Register slots: parameters, declared locals and the deepest operand stack. */
  readonly frameSlots: number;
  /** IR words of this function alone. */
  readonly words: number;
}

const CHUNK_WORDS = 1 << 16;

/**
 * Where translated code lives: chunks of words that functions are appended to, because a typed array of its own for
 * each of ten thousand small functions costs more than their code.
 */
export class CodeArena {
  private chunk = new Int32Array(0);
  private used = 0;
  /** Bytes of IR stored. */
  bytes = 0;

  /** The chunk that functions are appended to, if it has room for `words` more: whoever writes there from `end` on saves a copy. */
  chunkWithRoomFor(words: number): Int32Array | undefined {
    return this.used + words <= this.chunk.length ? this.chunk : undefined;
  }

  /** Where the next function begins in its chunk. */
  get end(): number {
    return this.used;
  }

  /** Keeps the function in `words[start .. end]`: where it is, if that is the end of the chunk, else copied there. */
  store(words: Int32Array, start: number, end: number, frameSlots: number): TranslatedFunction {
    const count = end - start;
    this.bytes += count * 4;
    if (words !== this.chunk) {
      this.copy(words, start, count);
      start = this.used;
    }
    this.used = start + count;
    return { code: this.chunk, entry: start + 1, frameSlots, words: count };
  }

  private copy(words: Int32Array, from: number, count: number): void {
    if (this.used + count > this.chunk.length) {
      this.chunk = new Int32Array(
        this.chunk.length === 0 ? Math.max(count, 1024) : Math.max(count, CHUNK_WORDS),
      );
      this.used = 0;
    }
    this.chunk.set(words.subarray(from, from + count), this.used);
  }
}
