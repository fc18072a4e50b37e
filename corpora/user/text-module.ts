import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A text module does not read as one. The message names line and column. */
export class TextModuleError extends Error {
  override readonly name = 'TextModuleError';
}

/**
 * Encodes a module in the text format (.wat), names included. Blocks and expressions may nest as deep as they like: the parser keeps no
 * frame for them. It does not validate.
 * @throws TextModuleError for a text that is none
 */
export async function encodeTextModule(text: Uint8Array): Promise<Uint8Array> {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    throw new TextModuleError('is not text in UTF-8');
  }
  parser ??= loadParser();
  const parse = await parser;
  let bytes: Uint8Array;
  try {
    bytes = parse(withoutConfusion(source));
  } catch (error) {
    // What it says of a text is a string. All else is its own end, after which it may not be called again.
    if (typeof error !== 'string') parser = Promise.resolve(tooLarge);
    throw new TextModuleError(typeof error === 'string' ? firstComplaint(error) : TOO_LARGE, {
      cause: error,
    });
  }
  return bytes;
}

type Parser = (text: string) => Uint8Array;

let parser: Promise<Parser> | undefined;

const TOO_LARGE = 'is too large for the text parser: encode it with wasm-tools parse or wat2wasm';

const tooLarge: Parser = () => {
  throw new TextModuleError(TOO_LARGE);
};

/** Large, and needed for text modules only. */
async function loadParser(): Promise<Parser> {
  const { initSync, watify } = await import('@mdn/watify');
  const binary = new URL('./watify_bg.wasm', import.meta.resolve('@mdn/watify'));
  initSync({ module: await readFile(fileURLToPath(binary)) });
  return watify;
}

/** The parser refuses characters that turn the direction of text, but takes them as escapes; they mean something only in strings. */
function withoutConfusion(text: string): string {
  return text.replace(
    /[\u202a-\u202e\u2066-\u2069\u206c]/g,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** Of a report like "expected `)`\n  --> <anon>:1:14\n ...": the complaint and its place. */
function firstComplaint(report: string): string {
  const complaint = report.slice(0, report.search(/\n|$/)).trim().slice(0, 300);
  const place = /--> <anon>:(\d+):(\d+)\n(?:[^\n]*\n\s*\d+ \|([^\n]*))?/.exec(report);
  if (place === null) return complaint;
  const [, line, column, source = ''] = place;
  const at = source.slice(Number(column)).split(/[\s()]/, 1)[0]!;
  const word = at === '' ? '' : `: ${at.slice(0, 60)}`;
  return `line ${line}, column ${column}: ${complaint}${word}`;
}
