// Packs bytes as one block of the LZ4 format (github.com/lz4/lz4, doc/lz4_Block_format.md): the engine's modules repeat themselves
// so much that this makes a quarter to a half of them. `engine/host/unpack.wat` unpacks it.

const LEAST_MATCH = 4;
/** The format's: the last bytes are literals, and no match begins shortly before the end. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const FARTHEST = 65_535;
/** Earlier places that are looked at for the longest match. */
const MOST_TRIES = 4096;

/** Of what packs and unpacks there is room for so much, each. */
const PAGE_BYTES = 65_536;

/** The source text of a module as `engine/host/packed-module.ts` has it. */
export function packedModule(bytes) {
  const block = base85(lz4Block(bytes));
  if (bytes.length > PAGE_BYTES || block.length > PAGE_BYTES)
    throw new RangeError(
      `a module of ${bytes.length} bytes, ${block.length} packed: engine/host/unpack.wat has a page for each`,
    );
  return `{ byteLength: ${bytes.length}, block: "${block}" }`;
}

const BASE = 85;
/** Digits begin here, and leave out what would end a script in a page, and what a literal would need escapes for. */
const FIRST_DIGIT = '#'.charCodeAt(0);
const LEFT_OUT = ['<', '\\'];

/** Five digits for each word of four bytes, the lowest byte first; as few bytes as are missing are zeros. */
export function base85(bytes) {
  const words = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  words.set(bytes);
  let text = '';
  for (let at = 0; at < words.length; at += 4) {
    let word = words.readUInt32LE(at);
    let digits = '';
    for (let n = 0; n < 5; n++) {
      digits = characterOf(word % BASE) + digits;
      word = Math.floor(word / BASE);
    }
    text += digits;
  }
  return text;
}

function characterOf(digit) {
  let code = FIRST_DIGIT + digit;
  for (const one of LEFT_OUT) if (code >= one.charCodeAt(0)) code++;
  return String.fromCharCode(code);
}

/** The block, whose last sequence has a distance of 0: the text around it does not tell its end. */
export function lz4Block(bytes) {
  const block = [];
  const places = new Map();
  let literalsAt = 0;
  let at = 0;
  while (at < bytes.length - MATCH_LIMIT) {
    const { length, distance } = longestMatch(bytes, at, places);
    // A longer match that begins at the next byte is better.
    if (length >= LEAST_MATCH && longestMatch(bytes, at + 1, places).length <= length) {
      writeSequence(block, bytes.subarray(literalsAt, at), length, distance);
      for (const end = at + length; at < end; at++) notePlace(bytes, at, places);
      literalsAt = at;
    } else {
      notePlace(bytes, at, places);
      at++;
    }
  }
  writeSequence(block, bytes.subarray(literalsAt), LEAST_MATCH, 0);
  return Buffer.from(block);
}

const keyAt = (bytes, at) => bytes.readUInt32LE(at);

function notePlace(bytes, at, places) {
  if (at + LEAST_MATCH > bytes.length) return;
  const key = keyAt(bytes, at);
  const known = places.get(key);
  if (known === undefined) places.set(key, [at]);
  else known.push(at);
}

function longestMatch(bytes, at, places) {
  let length = 0;
  let distance = 0;
  const end = bytes.length - LAST_LITERALS;
  if (at + LEAST_MATCH > end) return { length, distance };
  const known = places.get(keyAt(bytes, at)) ?? [];
  for (let i = known.length - 1; i >= Math.max(0, known.length - MOST_TRIES); i--) {
    const from = known[i];
    if (at - from > FARTHEST) break;
    let same = LEAST_MATCH;
    while (at + same < end && bytes[from + same] === bytes[at + same]) same++;
    if (same > length) [length, distance] = [same, at - from];
  }
  return { length, distance };
}

/** Literals, then a match; the last sequence has none, which a distance of 0 says. */
function writeSequence(block, literals, length, distance) {
  const more = length - LEAST_MATCH;
  block.push((Math.min(literals.length, 15) << 4) | Math.min(more, 15));
  writeRest(block, literals.length);
  block.push(...literals);
  block.push(distance & 0xff, distance >> 8);
  if (distance !== 0) writeRest(block, more);
}

function writeRest(block, count) {
  if (count < 15) return;
  let rest = count - 15;
  for (; rest >= 255; rest -= 255) block.push(255);
  block.push(rest);
}
