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

  /** Copies `words[0 .. count]` into the arena. */
  store(words: Int32Array, count: number, frameSlots: number): TranslatedFunction {
    if (this.used + count > this.chunk.length) {
      this.chunk = new Int32Array(
        this.chunk.length === 0 ? Math.max(count, 1024) : Math.max(count, CHUNK_WORDS),
      );
      this.used = 0;
    }
    const start = this.used;
    const { chunk } = this;
    if (count < 64) for (let i = 0; i < count; i++) chunk[start + i] = words[i]!;
    else chunk.set(words.subarray(0, count), start);
    this.used += count;
    this.bytes += count * 4;
    return { code: chunk, entry: start + 1, frameSlots, words: count };
  }
}
