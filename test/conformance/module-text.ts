/** Modules in the text format, turned into binary by the Rust toolchain's parser (all proposals; it does not validate). */
import { parseText } from './text-parser.js';

/** The text is not a module, or needs a proposal that the parser does not know. */
export class ModuleTextError extends Error {
  override readonly name = 'ModuleTextError';
}

const encoded = new Map<string, Uint8Array | ModuleTextError>();

/** The binary form of a module's text. Kept, since every run mode needs it again. Throws ModuleTextError. */
export async function binaryOfText(text: string): Promise<Uint8Array> {
  let result = encoded.get(text);
  if (result === undefined) {
    const parsed = await parseText(escaped(text));
    result = 'binary' in parsed ? parsed.binary : new ModuleTextError(parserMessage(parsed.dump));
    encoded.set(text, result);
  }
  if (result instanceof ModuleTextError) throw result;
  return result;
}

/** The parser refuses characters that people could misread, but takes them as escapes; they only occur in strings. */
function escaped(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The parser reports its errors as a debug dump; the message and the place are what people need. */
function parserMessage(dump: string): string {
  const message = /kind: (?:Custom\("((?:[^"\\]|\\.)*)"\)|(\w+))/g;
  const last = [...dump.matchAll(message)].at(-1);
  const place = /line: (\d+), col: (\d+)/.exec(dump);
  const reason = last?.[1] ?? last?.[2] ?? dump;
  return place === null
    ? reason
    : `${reason} (line ${Number(place[1]) + 1}, column ${Number(place[2]) + 1} of the module)`;
}
