import { ResourceLimitError } from '../errors.js';

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

/** A stretch of memory for code. */
export interface CodeChunk {
  /** Its words. */
  readonly words: Int32Array;
  /** What functions are given as their code: the same words, the chunk's first one at `base`. */
  readonly code: Int32Array;
  readonly base: number;
}

function plainChunk(length: number): CodeChunk {
  const words = new Int32Array(length);
  return { words, code: words, base: 0 };
}

const CHUNK_WORDS = 1 << 16;
/** Modules of which little is ever called are common. */
const FIRST_CHUNK_WORDS = 1 << 10;

/** The end of what an arena had stored. */
export interface ArenaMark {
  readonly bytes: number;
  readonly chunk: CodeChunk;
  readonly used: number;
}

/**
 * Where translated code lives: chunks of words that functions are appended to, because a typed array of its own for
 * each of ten thousand small functions costs more than their code.
 */
export class CodeArena {
  private chunk = plainChunk(0);
  private used = 0;
  /** Bytes of IR stored. */
  bytes = 0;

  /** Chunks are of `chunkWords` words, but for the first, and for those of larger functions. */
  constructor(
    /** Bytes of IR that there may be at a time. */
    readonly maximumBytes = Infinity,
    private readonly chunkWords = CHUNK_WORDS,
    /** A chunk of a special place; undefined where that is full. */
    private readonly specialChunk: (words: number) => CodeChunk | undefined = () => undefined,
  ) {}

  /** Words of IR that there is room for. */
  get roomWords(): number {
    return Math.floor((this.maximumBytes - this.bytes) / 4);
  }

  /** @throws ResourceLimitError */
  refuse(what = "a function's code"): never {
    const { bytes, maximumBytes } = this;
    throw new ResourceLimitError(
      'maximumCodeBytes',
      `${what} in an engine that holds ${bytes} bytes of code and may hold ${maximumBytes}`,
    );
  }

  /** The chunk that the next function is to be written to, from `end` on, with room for `words`. */
  chunkWithRoomFor(words: number): Int32Array {
    if (this.used + words > this.chunk.words.length) this.beginChunk(words);
    return this.chunk.words;
  }

  private beginChunk(words: number): void {
    const usual =
      this.chunk.words.length === 0 ? Math.min(FIRST_CHUNK_WORDS, this.chunkWords) : this.chunkWords;
    const length = Math.max(words, usual);
    this.chunk = this.specialChunk(length) ?? plainChunk(length);
    this.used = 0;
  }

  /** Counts code that is held elsewhere. @throws ResourceLimitError when there is no room for it */
  take(bytes: number, what?: string): void {
    if (this.bytes + bytes > this.maximumBytes) this.refuse(what);
    this.bytes += bytes;
  }

  /** Where the next function begins in its chunk. */
  get end(): number {
    return this.used;
  }

  /**
   * Keeps the function in `words[start .. end]`: where it is, if that is the end of the chunk, else copied there.
   * @throws ResourceLimitError when there is no room for it
   */
  store(words: Int32Array, start: number, end: number, frameSlots: number): TranslatedFunction {
    const count = end - start;
    this.take(count * 4);
    if (words === this.chunk.words) this.used = end;
    else this.append(words, start, end);
    const { base, code } = this.chunk;
    return { code, entry: base + this.used - count + 1, frameSlots, words: count };
  }

  /** Where the arena stands, to go back there. */
  mark(): ArenaMark {
    const { bytes, chunk, used } = this;
    return { bytes, chunk, used };
  }

  /** Takes back `bytes` that were stored since, if that is all that was: else they would hold their chunk for those behind them. */
  goBackTo(mark: ArenaMark, bytes: number): void {
    if (this.bytes - mark.bytes !== bytes) return;
    this.chunk = mark.chunk;
    this.used = mark.used;
  }

  private append(words: Int32Array, start: number, end: number): void {
    const code = words.subarray(start, end);
    this.chunkWithRoomFor(code.length).set(code, this.used);
    this.used += code.length;
  }
}
