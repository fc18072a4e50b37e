import { escapedJson } from './visible-text.js';

/** Letters that are handed over at a time, about. */
const PIECE_LETTERS = 65_536;

/**
 * Writes the JSON of a value, as `jsonText` has it, a piece at a time: however long it becomes, it is no one string, of which V8 makes none
 * of 2^29 letters or more.
 *
 * @throws TypeError for a bigint
 */
export function writeJson(value: unknown, write: (piece: string) => void): void {
  const pieces: string[] = [];
  let letters = 0;
  const flush = (): void => {
    write(escapedJson(pieces.splice(0).join('')));
    letters = 0;
  };
  const add = (text: string): void => {
    pieces.push(text);
    letters += text.length;
    if (letters >= PIECE_LETTERS) flush();
  };
  addValue(value, '\n', add);
  add('\n');
  flush();
}

/** The same, as the bytes of a file. */
export function jsonBytes(value: unknown): Uint8Array {
  const pieces: Buffer[] = [];
  writeJson(value, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

/** The JSON of a list of items that come some at a time, as {@link writeJson} has it: no more than some are held. */
export async function* jsonListPieces(some: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let before = '[';
  for await (const items of some) {
    const pieces: string[] = [];
    const add = (text: string): number => pieces.push(escapedJson(text));
    for (const item of items) {
      add(`${before}\n  `);
      addValue(item, '\n  ', add);
      before = ',';
    }
    yield* joined(pieces);
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

/** Fewer and longer texts, none much longer than a piece. */
function* joined(texts: readonly string[]): Generator<string> {
  let pieces: string[] = [];
  let letters = 0;
  for (const text of texts) {
    pieces.push(text);
    letters += text.length;
    if (letters < PIECE_LETTERS) continue;
    yield pieces.join('');
    pieces = [];
    letters = 0;
  }
  if (letters > 0) yield pieces.join('');
}

/** @param lineStart the line's end and the spaces that the value's closing bracket has before it */
function addValue(given: unknown, lineStart: string, add: (text: string) => void): void {
  const value = plain(given);
  if (typeof value === 'string') addString(value, add);
  else if (Array.isArray(value)) addList(value, lineStart, add);
  else if (typeof value === 'object' && value !== null) addObject(value, lineStart, add);
  else add(JSON.stringify(value) ?? 'null');
}

function addList(list: readonly unknown[], lineStart: string, add: (text: string) => void): void {
  const inner = `${lineStart}  `;
  list.forEach((item, i) => {
    add(i === 0 ? `[${inner}` : `,${inner}`);
    addValue(item, inner, add);
  });
  add(list.length === 0 ? '[]' : `${lineStart}]`);
}

function addObject(object: object, lineStart: string, add: (text: string) => void): void {
  const inner = `${lineStart}  `;
  let before = '{';
  for (const [name, given] of Object.entries(object)) {
    const value = plain(given);
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue;
    add(`${before}${inner}${JSON.stringify(name)}: `);
    addValue(value, inner, add);
    before = ',';
  }
  add(before === '{' ? '{}' : `${lineStart}}`);
}

function addString(text: string, add: (text: string) => void): void {
  add('"');
  for (let from = 0; from < text.length;) {
    const to = from + PIECE_LETTERS;
    // The two halves of a character beyond 16 bits stay together: a half alone would be escaped.
    const isWhole = to >= text.length || !isFirstHalf(text.charCodeAt(to - 1));
    const piece = text.slice(from, isWhole ? to : to + 1);
    add(JSON.stringify(piece).slice(1, -1));
    from += piece.length;
  }
  add('"');
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** What JSON shows of a value: that of its `toJSON`, if it has one. */
function plain(value: unknown): unknown {
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}
