/** What the programs work on. Fixed texts: the work is the same on every machine and in every version. */

const SOURCE = `import { open, close as shut } from './files.js';
import defaults, * as everything from "../lib/defaults.mjs";
export { open as default } from './files.js';

/** Reads records: a line each, fields between commas. */
export async function* records(path, { limit = 1e6, trim = true } = {}) {
  const file = await open(path);
  try {
    for await (const line of file.lines()) {
      if (limit-- <= 0) return;
      const fields = line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
      yield trim ? fields.map((field) => field.trim()) : fields;
    }
  } finally {
    shut(file); // also when the reader stops early
  }
}

export const label = (name, n) => \`\${name.toUpperCase()}: \${n > 1 ? \`\${n} records\` : 'one record'}\`;

export class Index extends Map {
  #misses = 0;
  get(key) {
    if (!this.has(key)) { this.#misses++; return defaults[key] ?? null; }
    return super.get(key);
  }
  static async from(path) {
    const index = new Index();
    for await (const [key, ...rest] of records(path)) index.set(key, rest);
    const { plugin } = await import(\`./plugins/\${index.size % 7}.js\`);
    return plugin?.(index) || index;
  }
}
`;

const ARTICLE = `# Measuring a compiler

A *compile time* without its **baseline** says little. Two questions come first:

1. what is compiled, and how large is it?
2. what is the time [compared](https://example.org/baseline "a baseline") with?

## A table of sizes

| body bytes | functions | share |
| ---------- | --------: | :---: |
| 1-63       |       812 |  41%  |
| 64-255     |       604 |  30%  |

- functions under \`64\` bytes are mostly *constants*
- large ones are ~~rare~~ where the bytes are
  - one of them may hold a tenth of the module

> A number with its interval is worth two without.

\`\`\`rust
pub fn main() { println!("{}", 6 * 7); }
\`\`\`

See <https://example.org/> for more; *well*, **not** much more. ![a plot](plot.svg)

`;

/** JavaScript source, as UTF-16. */
export function sourceText(): Uint8Array {
  const text = SOURCE.repeat(8);
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

/** Markdown, as UTF-8. */
export function article(): Uint8Array {
  return new TextEncoder().encode(ARTICLE.repeat(8));
}

/** Mappings of a source map: 120 lines of 12 segments in base 64 VLQ. */
export function sourceMappings(): Uint8Array {
  // Columns and lines go back and forth and never below zero.
  const segments = 'AAAA EAAC IAAI gBAAgB MACN CAAC QAAQA KAAM SACX UAAU GAAGC oBADoB'.split(' ');
  return new TextEncoder().encode(`${segments.join(',')};`.repeat(120));
}
