/**
 * The operators that the fuzzer writes and reads, described here once more and apart from the engine's own tables, so
 * that a mistake there cannot hide itself. Types are letters: i I f F v for i32 i64 f32 f64 v128, r for funcref, e for
 * externref.
 */
export type TypeLetter = 'i' | 'I' | 'f' | 'F' | 'v' | 'r' | 'e';

export const TYPE_CODES: Readonly<Record<TypeLetter, number>> = {
  i: 0x7f,
  I: 0x7e,
  f: 0x7d,
  F: 0x7c,
  v: 0x7b,
  r: 0x70,
  e: 0x6f,
};

export const TYPE_LETTERS: ReadonlyMap<number, TypeLetter> = new Map(
  Object.entries(TYPE_CODES).map(([letter, code]) => [code, letter as TypeLetter]),
);

/** An operator without immediates, or with lane indices only. */
export interface PlainOperator {
  /** Opcode: one byte, or the prefix byte and the sub-opcode as LEB128. */
  readonly opcode: readonly number[];
  readonly parameters: string;
  readonly result: TypeLetter;
  /** Lanes that its lane immediate chooses from; 0 without, 32 for the sixteen indices of `i8x16.shuffle`. */
  readonly lanes: number;
  /**
   * May a NaN's bits tell engines apart here: those of the operand on top, which the operator shows, or those of the result's
   * lanes?
   */
  readonly nan: 'none' | 'operand' | 'f32x4' | 'f64x2';
}

export interface MemoryOperator {
  readonly opcode: readonly number[];
  readonly value: TypeLetter;
  readonly widthLog2: number;
  readonly store: boolean;
  /** Lanes of a lane access, else 0. */
  readonly lanes: number;
}

export function prefixed(prefix: number, code: number): number[] {
  return code < 0x80 ? [prefix, code] : [prefix, (code & 0x7f) | 0x80, code >> 7];
}

/** `first last signature [lanes]`, codes in hexadecimal, one range a line. */
function ranges(text: string): { first: number; last: number; signature: string; lanes: number }[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [first, last, signature, lanes] = line.trim().split(/\s+/);
      return {
        first: parseInt(first!, 16),
        last: parseInt(last!, 16),
        signature: signature!,
        lanes: Number(lanes ?? 0),
      };
    });
}

const ONE_BYTE = ranges(`
  45 45 i>i
  46 4f ii>i
  50 50 I>i
  51 5a II>i
  5b 60 ff>i
  61 66 FF>i
  67 69 i>i
  6a 78 ii>i
  79 7b I>I
  7c 8a II>I
  8b 91 f>f
  92 98 ff>f
  99 9f F>F
  a0 a6 FF>F
  a7 a7 I>i
  a8 a9 f>i
  aa ab F>i
  ac ad i>I
  ae af f>I
  b0 b1 F>I
  b2 b3 i>f
  b4 b5 I>f
  b6 b6 F>f
  b7 b8 i>F
  b9 ba I>F
  bb bb f>F
  bc bc f>i
  bd bd F>I
  be be i>f
  bf bf I>F
  c0 c1 i>i
  c2 c4 I>I`);

const SATURATING = ranges(`
  0 1 f>i
  2 3 F>i
  4 5 f>I
  6 7 F>I`);

const VECTOR = ranges(`
  d d vv>v 32
  e e vv>v
  f 11 i>v
  12 12 I>v
  13 13 f>v
  14 14 F>v
  15 16 v>i 16
  17 17 vi>v 16
  18 19 v>i 8
  1a 1a vi>v 8
  1b 1b v>i 4
  1c 1c vi>v 4
  1d 1d v>I 2
  1e 1e vI>v 2
  1f 1f v>f 4
  20 20 vf>v 4
  21 21 v>F 2
  22 22 vF>v 2
  23 4c vv>v
  4d 4d v>v
  4e 51 vv>v
  52 52 vvv>v
  53 53 v>i
  5e 62 v>v
  63 64 v>i
  65 66 vv>v
  67 6a v>v
  6b 6d vi>v
  6e 73 vv>v
  74 75 v>v
  76 79 vv>v
  7a 7a v>v
  7b 7b vv>v
  7c 81 v>v
  82 82 vv>v
  83 84 v>i
  85 86 vv>v
  87 8a v>v
  8b 8d vi>v
  8e 93 vv>v
  94 94 v>v
  95 99 vv>v
  9b 9f vv>v
  a0 a1 v>v
  a3 a4 v>i
  a7 aa v>v
  ab ad vi>v
  ae ae vv>v
  b1 b1 vv>v
  b5 ba vv>v
  bc bf vv>v
  c0 c1 v>v
  c3 c4 v>i
  c7 ca v>v
  cb cd vi>v
  ce ce vv>v
  d1 d1 vv>v
  d5 df vv>v
  e0 e1 v>v
  e3 e3 v>v
  e4 eb vv>v
  ec ed v>v
  ef ef v>v
  f0 f7 vv>v
  f8 ff v>v`);

const within = (code: number, ...spans: readonly (readonly [number, number])[]) =>
  spans.some(([first, last]) => code >= first && code <= last);

function scalarNan(code: number): PlainOperator['nan'] {
  // reinterpretations and copysign show a NaN's bits
  return within(code, [0x98, 0x98], [0xa6, 0xa6], [0xbc, 0xbd]) ? 'operand' : 'none';
}

function vectorNan(code: number): PlainOperator['nan'] {
  if (within(code, [0x13, 0x14], [0x20, 0x20], [0x22, 0x22])) return 'operand';
  if (within(code, [0x5e, 0x5e], [0x67, 0x6a], [0xe3, 0xe9])) return 'f32x4';
  if (within(code, [0x5f, 0x5f], [0x74, 0x75], [0x7a, 0x7a], [0x94, 0x94], [0xef, 0xf5])) return 'f64x2';
  return 'none';
}

function expand(
  list: ReturnType<typeof ranges>,
  opcodeOf: (code: number) => number[],
  nanOf: (code: number) => PlainOperator['nan'],
): PlainOperator[] {
  return list.flatMap(({ first, last, signature, lanes }) => {
    const [parameters, result] = signature.split('>') as [string, TypeLetter];
    return Array.from({ length: last - first + 1 }, (_, index) => ({
      opcode: opcodeOf(first + index),
      parameters,
      result,
      lanes,
      nan: nanOf(first + index),
    }));
  });
}

export const SCALAR_OPERATORS: readonly PlainOperator[] = [
  ...expand(ONE_BYTE, (code) => [code], scalarNan),
  ...expand(
    SATURATING,
    (code) => prefixed(0xfc, code),
    () => 'none',
  ),
];

export const VECTOR_OPERATORS: readonly PlainOperator[] = expand(
  VECTOR,
  (code) => prefixed(0xfd, code),
  vectorNan,
);

function accesses(
  first: number,
  opcodeOf: (code: number) => number[],
  store: boolean,
  shapes: string,
  laneAccess = false,
): MemoryOperator[] {
  return shapes.split(' ').map((shape, index) => {
    const widthLog2 = Number(shape.slice(1));
    return {
      opcode: opcodeOf(first + index),
      value: shape[0] as TypeLetter,
      widthLog2,
      store,
      lanes: laneAccess ? 16 >> widthLog2 : 0,
    };
  });
}

const vector = (code: number) => prefixed(0xfd, code);

export const SCALAR_MEMORY_OPERATORS: readonly MemoryOperator[] = [
  ...accesses(0x28, (code) => [code], false, 'i2 I3 f2 F3 i0 i0 i1 i1 I0 I0 I1 I1 I2 I2'),
  ...accesses(0x36, (code) => [code], true, 'i2 I3 f2 F3 i0 i1 I0 I1 I2'),
];

export const VECTOR_MEMORY_OPERATORS: readonly MemoryOperator[] = [
  ...accesses(0x00, vector, false, 'v4 v3 v3 v3 v3 v3 v3 v0 v1 v2 v3'),
  ...accesses(0x0b, vector, true, 'v4'),
  ...accesses(0x5c, vector, false, 'v2 v3'),
  ...accesses(0x54, vector, false, 'v0 v1 v2 v3', true),
  ...accesses(0x58, vector, true, 'v0 v1 v2 v3', true),
];

const BY_OPCODE = new Map(
  [...SCALAR_OPERATORS, ...VECTOR_OPERATORS].map((each) => [each.opcode.join(), each]),
);

/** The operator that these bytes, immediates included, begin with; undefined for those not described here. */
export function operatorOf(bytes: Uint8Array): PlainOperator | undefined {
  for (let length = 1; length <= 3; length++) {
    const known = BY_OPCODE.get(bytes.subarray(0, length).join());
    if (known !== undefined) return known;
  }
  return undefined;
}
