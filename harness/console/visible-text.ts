/* eslint-disable no-control-regex -- Controls are what this is about. */
/**
 * What a terminal or a reader's eye would obey instead of show: C0 and C1 controls, and the characters that turn the direction of text
 * (Unicode TR 36, section 3.5) or end a line without being an end of line.
 */
const COMMANDS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Commands again, and before them what is let through: this program's own colours. */
const STYLED_COMMANDS =
  /\u001b\[(?:0|1|2|22|3[1-6]|39)m|[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default:
      return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  }
}

/** Others' text (names out of modules, what targets say) in one line of at most `longest` characters, all commands shown escaped. */
export function visibleLine(text: string, longest = 2000): string {
  const whole = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return whole.replace(COMMANDS, escaped);
}

/** As {@link visibleLine}, but for ends of lines and tabs, which stay. No line is longer than `longest`. */
export function visibleLines(text: string, longest = Infinity): string {
  return text
    .split(/\r?\n/)
    .map((line) =>
      line
        .split('\t')
        .map((part) => visibleLine(part, longest))
        .join('\t'),
    )
    .join('\n');
}

/** A text of this program's with its own colours in it, and others' text, whose commands are shown escaped. Lines stay lines. */
export function visibleStyled(text: string): string {
  return text.replace(STYLED_COMMANDS, (found) =>
    found.length > 1 || found === '\n' || found === '\t' ? found : escaped(found),
  );
}

/** JSON that is the same to a reader and does nothing to a terminal: JSON itself lets C1 controls and turned text through. */
export function jsonText(value: unknown): string {
  return `${escapedJson(JSON.stringify(value, undefined, 2))}\n`;
}

/** Text of a JSON document, all commands in it escaped but for ends of lines, which are the document's own. */
export function escapedJson(text: string): string {
  return text.replace(COMMANDS, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
