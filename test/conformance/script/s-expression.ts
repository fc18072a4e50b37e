/**
 * The reader of s-expressions: the lexical structure of the text format (spec 6.3) and its parentheses, nothing of
 * its grammar. Forms keep their offsets, so that the source of a form can be handed on as it was written.
 */

/** A keyword, identifier, number or other run of characters. */
export interface Atom {
  readonly kind: 'atom';
  readonly text: string;
  readonly offset: number;
}

/** A string literal. `bytes` has the escapes resolved; it need not be UTF-8. */
export interface StringLiteral {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** A parenthesised list: `source.slice(offset, end)` is its text. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Form[];
  readonly offset: number;
  readonly end: number;
}

export type Form = Atom | StringLiteral | List;

/** The source breaks the lexical structure or its parentheses do not match. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(`${reason} (at character ${offset})`);
  }
}

const enum Character {
  Tab = 0x09,
  Newline = 0x0a,
  CarriageReturn = 0x0d,
  Space = 0x20,
  Quote = 0x22,
  Dollar = 0x24,
  Open = 0x28,
  Close = 0x29,
  Semicolon = 0x3b,
  At = 0x40,
  Backslash = 0x5c,
  Delete = 0x7f,
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  t: 0x09,
  n: 0x0a,
  r: 0x0d,
  '"': 0x22,
  "'": 0x27,
  '\\': 0x5c,
};

/** Lists nested deeper than this are refused: readers of such a form would overflow the host's stack. */
const MAXIMUM_DEPTH = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a string literal as a name (spec 5.2.4); throws a TypeError when they are not UTF-8. */
export function nameOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Reads every top-level form of `source`, one at a time. Comments and annotations count as white space. */
export function* readForms(source: string): Generator<Form, void, undefined> {
  const reader = new Reader(source);
  for (let form = reader.next(); form !== undefined; form = reader.next()) yield form;
}

class Reader {
  private position = 0;

  constructor(private readonly source: string) {}

  /** The next top-level form, or undefined at the end of the source. */
  next(): Form | undefined {
    this.skipSpace();
    return this.position === this.source.length ? undefined : this.readForm();
  }

  private readForm(): Form {
    const open: { offset: number; items: Form[] }[] = [];
    for (;;) {
      this.skipSpace();
      if (this.position === this.source.length) {
        throw new ReadError('unclosed parenthesis', open.at(-1)?.offset ?? this.position);
      }
      let form: Form;
      const code = this.source.charCodeAt(this.position);
      if (code === Character.Open) {
        if (open.length === MAXIMUM_DEPTH) throw new ReadError('lists are nested too deeply', this.position);
        open.push({ offset: this.position++, items: [] });
        continue;
      } else if (code === Character.Close) {
        const list = open.pop();
        if (list === undefined) throw new ReadError('unmatched closing parenthesis', this.position);
        form = { kind: 'list', items: list.items, offset: list.offset, end: ++this.position };
      } else if (code === Character.Quote) {
        form = { kind: 'string', offset: this.position, bytes: this.readString() };
      } else {
        form = this.readAtom();
      }
      const parent = open.at(-1);
      if (parent === undefined) return form;
      parent.items.push(form);
    }
  }

  private readAtom(): Atom {
    const { source } = this;
    const offset = this.position;
    // A quoted identifier, `$"..."`, is the identifier of the string's name.
    if (source.charCodeAt(offset) === Character.Dollar && source.charCodeAt(offset + 1) === Character.Quote) {
      this.position++;
      const bytes = this.readString();
      try {
        return { kind: 'atom', text: `$${nameOf(bytes)}`, offset };
      } catch {
        throw new ReadError('malformed UTF-8 encoding in an identifier', offset);
      }
    }
    let end = offset;
    while (end < source.length && isAtomCharacter(source.charCodeAt(end))) end++;
    if (end === offset) throw new ReadError(`unexpected character "${source.charAt(offset)}"`, offset);
    this.position = end;
    return { kind: 'atom', text: source.slice(offset, end), offset };
  }

  private readString(): Uint8Array {
    const { source } = this;
    const offset = this.position;
    const bytes: number[] = [];
    for (let position = offset + 1; ;) {
      if (position >= source.length) throw new ReadError('unclosed string', offset);
      const code = source.charCodeAt(position);
      if (code === Character.Quote) {
        this.position = position + 1;
        return Uint8Array.from(bytes);
      } else if (code === Character.Backslash) {
        position = this.readEscape(position + 1, bytes);
      } else if (code < Character.Space || code === Character.Delete) {
        throw new ReadError('control character in a string', position);
      } else if (code < Character.Delete) {
        bytes.push(code);
        position++;
      } else {
        const character = String.fromCodePoint(source.codePointAt(position)!);
        bytes.push(...encoder.encode(character));
        position += character.length;
      }
    }
  }

  /** Reads what follows a backslash, appends its bytes and returns the position behind it. */
  private readEscape(position: number, bytes: number[]): number {
    const { source } = this;
    const simple = SIMPLE_ESCAPES[source.charAt(position)];
    if (simple !== undefined) {
      bytes.push(simple);
      return position + 1;
    }
    if (source.charAt(position) === 'u') {
      const match = /^\{([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)\}/.exec(source.slice(position + 1, position + 40));
      const codePoint = match === null ? NaN : parseInt(match[1]!.replaceAll('_', ''), 16);
      if (!(codePoint < 0xd800 || (codePoint >= 0xe000 && codePoint < 0x110000))) {
        throw new ReadError('malformed unicode escape in a string', position);
      }
      bytes.push(...encoder.encode(String.fromCodePoint(codePoint)));
      return position + 1 + match![0].length;
    }
    const digits = source.slice(position, position + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw new ReadError('unknown escape in a string', position);
    bytes.push(parseInt(digits, 16));
    return position + 2;
  }

  private skipSpace(): void {
    const { source } = this;
    for (;;) {
      const code = source.charCodeAt(this.position);
      if (
        code === Character.Space ||
        code === Character.Newline ||
        code === Character.Tab ||
        code === Character.CarriageReturn
      ) {
        this.position++;
      } else if (
        code === Character.Semicolon &&
        source.charCodeAt(this.position + 1) === Character.Semicolon
      ) {
        this.skipLine();
      } else if (code === Character.Open && source.charCodeAt(this.position + 1) === Character.Semicolon) {
        this.skipBlockComment();
      } else if (code === Character.Open && source.charCodeAt(this.position + 1) === Character.At) {
        this.skipAnnotation();
      } else {
        return;
      }
    }
  }

  private skipLine(): void {
    const { source } = this;
    while (this.position < source.length) {
      const code = source.charCodeAt(this.position++);
      if (code === Character.Newline || code === Character.CarriageReturn) return;
    }
  }

  private skipBlockComment(): void {
    const { source } = this;
    const offset = this.position;
    let depth = 0;
    do {
      if (source.startsWith('(;', this.position)) {
        depth++;
        this.position += 2;
      } else if (source.startsWith(';)', this.position)) {
        depth--;
        this.position += 2;
      } else if (this.position >= source.length) {
        throw new ReadError('unclosed comment', offset);
      } else {
        this.position++;
      }
    } while (depth > 0);
  }

  /** Skips `(@name ...)` with whatever balanced tokens it holds (spec 6.3.5). */
  private skipAnnotation(): void {
    const { source } = this;
    const offset = this.position;
    this.position += 2;
    for (let depth = 1; depth > 0;) {
      this.skipSpace();
      const code = source.charCodeAt(this.position);
      if (code === Character.Quote) {
        this.readString();
      } else if (code === Character.Open) {
        depth++;
        this.position++;
      } else if (code === Character.Close) {
        depth--;
        this.position++;
      } else if (this.position >= source.length) {
        throw new ReadError('unclosed annotation', offset);
      } else if (code === Character.Semicolon) {
        // no comment, since the white space before this is skipped: one more reserved character
        this.position++;
      } else {
        this.readAtom();
      }
    }
  }
}

/** Anything that does not end an atom: identifier characters, and the reserved ones, which the grammar refuses. */
function isAtomCharacter(code: number): boolean {
  return (
    code > Character.Space &&
    code !== Character.Quote &&
    code !== Character.Open &&
    code !== Character.Close &&
    code !== Character.Semicolon &&
    code !== Character.Delete
  );
}
