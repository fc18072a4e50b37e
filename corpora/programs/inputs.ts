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

/** The same source, as UTF-8. */
export function sourceTextUtf8(): Uint8Array {
  return new TextEncoder().encode(SOURCE.replaceAll(/^(import|export default).*$/gm, ''));
}

/** 0, 1, 2 ... and over again. */
export function counting(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => i & 0xff);
}

const GO_SOURCE = `package   ledger

import ("fmt"; "sort"
"strings")

// Entry is a line of the ledger.
type Entry struct { Name string
Amount int64; Tags []string }

type byAmount []Entry
func (b byAmount) Len() int { return len(b) }
func (b byAmount) Less(i,j int) bool { return b[i].Amount<b[j].Amount }
func (b byAmount) Swap(i,j int) { b[i],b[j]=b[j],b[i] }

func Total( entries []Entry , tag string ) ( total int64,err error ) {
for _,e:=range entries { for _,t:=range e.Tags {
if strings.EqualFold(t,tag) { total+=e.Amount; break }
} }
if total<0 { return 0,fmt.Errorf("%s: %d is below zero",tag,total) }
switch { case total>1<<20: fmt.Println( "large" )
default:
}
sort.Sort( byAmount(entries) )
return }
`;

/** Go source that is not formatted. */
export function goSource(): Uint8Array {
  return new TextEncoder().encode(GO_SOURCE);
}

/** Texts one behind the other, each with a zero at its end, as C takes them. */
export function joinedTexts(texts: readonly string[]): {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
} {
  const offsets: number[] = [];
  let joined = '';
  for (const text of texts) {
    offsets.push(joined.length);
    joined += `${text}\0`;
  }
  return { bytes: new TextEncoder().encode(joined), offsets };
}

/** The name of a database, its schema, its rows, and the query. */
export const DATABASE_TEXTS = [
  ':memory:',
  'create table t(a integer, b real, c text); create index by_c on t(c)',
  "with recursive n(i) as (select 1 union all select i + 1 from n where i < 60) insert into t select (i * 7919) % 1009, i / 7.0, 'name' || ((i * 31) % 97) from n",
  'select c, sum(b * b) / (1 + avg(a)) as weight from t group by c order by weight desc, c',
] as const;

/** JavaScript: three bodies around a sun, 3 steps; gives their energy. */
export const bodiesInOrbit = `(() => {
  const bodies = [[0, 0, 0, 0, 39.5], [1, 0, 0, 6.3, 1e-4], [0, 1.5, -5.1, 0, 1e-5], [-5.2, 0, 0, -2.7, 0.04]];
  let energy = 0;
  for (let step = 0; step < 3; step++) {
    for (const one of bodies) {
      for (const other of bodies) {
        if (one === other) continue;
        const [dx, dy] = [other[0] - one[0], other[1] - one[1]];
        const square = dx * dx + dy * dy + 1e-9;
        const pull = (0.001 * other[4]) / (square * Math.sqrt(square));
        one[2] += dx * pull;
        one[3] += dy * pull;
      }
    }
    energy = 0;
    for (const body of bodies) {
      body[0] += 0.001 * body[2];
      body[1] += 0.001 * body[3];
      energy += 0.5 * body[4] * (body[2] * body[2] + body[3] * body[3]);
    }
  }
  return energy;
})()`;

/** Blocks of a frame are kept under this, so that the module copies them by itself and not by its host. */
const BLOCK_BYTES = 480;
const BLOCKS = 64;
const WORDS = 'fuel memset kernel interval corpus translate validate profile'.split(' ');

/** A frame of LZ4 (blocks that do not refer to one another, no checksums), and what it decompresses to. */
export function lz4Frame(): { readonly frame: Uint8Array; readonly bytes: Uint8Array } {
  const magic = [0x04, 0x22, 0x4d, 0x18];
  // Version 1, independent blocks; blocks up to 64 kB; the header's checksum.
  const frame = [...magic, 0x60, 0x40, 0x82];
  const bytes: number[] = [];
  for (let i = 0; i < BLOCKS; i++) {
    const { block, text } = lz4Block(i);
    frame.push(block.length & 0xff, block.length >> 8, 0, 0, ...block);
    bytes.push(...text);
  }
  return { frame: Uint8Array.from([...frame, 0, 0, 0, 0]), bytes: Uint8Array.from(bytes) };
}

/** Literals and matches by turns: a word, then some bytes of before. */
function lz4Block(number: number): { block: number[]; text: number[] } {
  const block: number[] = [];
  const text: number[] = [];
  const encoder = new TextEncoder();
  for (let i = number; text.length < BLOCK_BYTES - 40; i += 3) {
    const word = encoder.encode(`${WORDS[i % WORDS.length]!} `);
    text.push(...word);
    const distance = 1 + ((i * 7) % text.length);
    const length = 4 + (i % 14);
    block.push((word.length << 4) | (length - 4), ...word, distance & 0xff, distance >> 8);
    for (let k = 0; k < length; k++) text.push(text[text.length - distance]!);
  }
  // A block ends in literals.
  const last = encoder.encode('the end.....');
  text.push(...last);
  block.push(last.length << 4, ...last);
  return { block, text };
}
