import { sized, unsigned } from '../../encoded-integers.js';
/**
 * Modules that are small for what loading them takes: the hardest shapes found for parsing, validating, translating and injecting. Each grows with
 * `size`, and its work with it.
 */
export interface CompileShape {
  readonly name: string;
  /** Of about `size` bytes. */
  readonly module: (size: number) => Uint8Array;
  /** Far less than others that grow by bytes: how many bytes the largest module has. */
  readonly largest?: number;
  /** Whether its time is that of the first call, of the exported function `run`. */
  readonly isCalled?: boolean;
}

const enum Code {
  Unreachable = 0x00,
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
  End = 0x0b,
  Br = 0x0c,
  BrIf = 0x0d,
  BrTable = 0x0e,
  Call = 0x10,
  Drop = 0x1a,
  Select = 0x1b,
  LocalSet = 0x21,
  GlobalGet = 0x23,
  GlobalSet = 0x24,
  I32Const = 0x41,
  I64Const = 0x42,
  I32Add = 0x6a,
  I64Mul = 0x7e,
  RefFunc = 0xd2,
}

const I32 = 0x7f;
const I64 = 0x7e;
const EMPTY = 0x40;
const WIDE = 1000;

type Bytes = readonly number[];

function repeated(count: number, part: (index: number) => Bytes): number[] {
  const bytes: number[] = [];
  for (let index = 0; index < count; index++) for (const byte of part(index)) bytes.push(byte);
  return bytes;
}

function section(id: number, count: number, content: Bytes): Uint8Array {
  const header = unsigned(count);
  const length = unsigned(header.length + content.length);
  // Contents are too long to be spread as arguments.
  return Uint8Array.from([id, ...length, ...header].concat(content as number[]));
}

function moduleOf(...sections: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), ...sections]));
}

/** A module of one function that does nothing, with a section between its declaration and its body. */
function aroundEmptyFunction(between: Uint8Array): Uint8Array {
  return moduleOf(
    section(1, 1, type(0, 0)),
    section(3, 1, [0]),
    between,
    section(10, 1, sized([0, Code.End])),
  );
}

/** A function type; lists are given as how many i32. */
function type(parameters: number, results: number): number[] {
  const list = (count: number) => [...unsigned(count), ...new Array<number>(count).fill(I32)];
  return [0x60, ...list(parameters), ...list(results)];
}

/** Type 0 is [] -> [], 1 is [] -> [i32 x 1000], 2 is [i32 x 1000] -> the same; function 0 is the body, 1 and 2 are of the types with their numbers. */
function wideModule(body: Bytes): Uint8Array {
  const types = [...type(0, 0), ...type(0, WIDE), ...type(WIDE, WIDE)];
  const stub = sized([0, Code.Unreachable, Code.End]);
  return moduleOf(
    section(1, 3, types),
    section(3, 3, [0, 1, 2]),
    section(10, 3, [...sized(body), ...stub, ...stub]),
  );
}

const thousand = [Code.Call, 1];
const either = (part: Bytes) => [Code.Block, EMPTY, Code.I32Const, 0, Code.BrIf, 0, ...part, Code.End];

function brTables(size: number, opening: Bytes, labelTypes: number, labels: Bytes): Uint8Array {
  const part = either([
    Code.I32Const,
    1,
    ...thousand,
    Code.I32Const,
    0,
    Code.BrTable,
    ...unsigned(labels.length - 1),
    ...labels,
  ]);
  const close = repeated(labelTypes, () => [Code.End, Code.Unreachable]);
  return wideModule([
    0,
    ...opening,
    ...repeated(Math.ceil(size / part.length), () => part),
    Code.Unreachable,
    ...close,
    Code.End,
  ]);
}

function functions(count: number, functionType: Bytes, body: Bytes): Uint8Array {
  return moduleOf(
    section(1, 1, functionType),
    section(3, count, new Array<number>(count).fill(0)),
    section(7, 1, [3, 0x72, 0x75, 0x6e, 0, 0]),
    section(
      10,
      count,
      repeated(count, () => sized(body)),
    ),
  );
}

interface JoinShape {
  readonly name: string;
  readonly locals?: number;
  readonly parameters?: number;
  /** Of the i32 global 0, whose value nobody foresees: repeated until the body is as long as it shall be. */
  readonly part: (index: number) => Bytes;
  /** Around all of them. */
  readonly within?: readonly [before: Bytes, after: Bytes];
  readonly largest?: number;
}

const READ = [Code.GlobalGet, 0];
const UNUSED = [Code.I32Const, 0, Code.Drop];
const IF_ELSE = [Code.I32Const, 0, Code.If, EMPTY, Code.Else, Code.End];
const set = (index: number) => [Code.I32Const, 1, Code.LocalSet, index & 63];

/** Bodies that are nearly all joins. Those with locals or parameters leave a host's compilers the state of all of them to keep and merge. */
const JOINS: readonly JoinShape[] = [
  ...[0, 16, 64, 512].map((locals) => ({
    name: `${locals} locals, if and else`,
    locals,
    part: () => IF_ELSE,
  })),
  { name: '8,000 locals, if and else', locals: 8_000, part: () => IF_ELSE, largest: 2_000 },
  { name: '1,000 parameters, if and else', parameters: 1_000, part: () => IF_ELSE, largest: 6_000 },
  { name: '64 locals, loops', locals: 64, part: () => [Code.Loop, EMPTY, Code.End] },
  {
    name: '64 locals, br_ifs to one block',
    locals: 64,
    part: () => [...READ, Code.BrIf, 0],
    within: [[Code.Block, EMPTY], [Code.End]],
  },
  {
    name: '64 locals, blocks left by their own br',
    locals: 64,
    part: () => [Code.Block, EMPTY, Code.Br, 0, Code.End],
  },
  {
    name: '64 locals, br_tables of 16 labels',
    locals: 64,
    part: () => [Code.Block, EMPTY, ...READ, Code.BrTable, 16, ...repeated(17, (label) => [label]), Code.End],
    within: [repeated(16, () => [Code.Block, EMPTY]), repeated(16, () => [Code.End])],
  },
  {
    name: '64 locals, one of them set at each if',
    locals: 64,
    part: (index) => [...READ, Code.If, EMPTY, ...set(index), Code.End],
  },
  {
    name: '64 locals, loops that set one',
    locals: 64,
    part: (index) => [Code.Loop, EMPTY, ...set(index), ...READ, Code.BrIf, 0, Code.End],
  },
  {
    name: 'typed ifs',
    part: () => [...READ, Code.If, 0, Code.I32Const, 1, Code.I32Add, Code.End],
    within: [READ, [Code.Drop]],
  },
  {
    name: '64 locals, nested ifs',
    locals: 64,
    part: () => [...repeated(100, () => [...READ, Code.If, EMPTY]), ...repeated(100, () => [Code.End])],
  },
  {
    name: '16 operands, if and else: as many as do not count',
    part: () => IF_ELSE,
    within: [repeated(16, () => READ), repeated(16, () => [Code.Drop])],
  },
  {
    name: 'deep operand stacks, if and else',
    part: () => IF_ELSE,
    within: [repeated(1_000, () => READ), repeated(1_000, () => [Code.Drop])],
  },
  {
    name: '16 locals, ifs: as many as do not count',
    locals: 16,
    part: () => [...READ, Code.If, EMPTY, ...repeated(6, () => UNUSED), Code.End],
  },
  {
    name: '64 locals, selects',
    locals: 64,
    part: (index) => [...READ, ...READ, ...READ, Code.Select, Code.LocalSet, index & 63],
  },
  { name: 'globals', part: () => [...READ, Code.GlobalSet, 0] },
];

function joinShape({
  locals = 0,
  parameters = 0,
  part,
  within = [[], []],
  largest = 60_000,
  name,
}: JoinShape): CompileShape {
  return {
    name: `joins: ${name}`,
    largest,
    isCalled: true,
    module: (size) => {
      const count = Math.max(1, Math.round(size / part(0).length));
      const declared = locals === 0 ? [0] : [1, ...unsigned(locals), I32];
      const body = [...declared, ...within[0], ...repeated(count, part), ...within[1], Code.End];
      const call = [0, ...repeated(parameters, () => [Code.I32Const, 0]), Code.Call, 1, Code.End];
      // Type 0 is [i32] -> [i32], for blocks; 1 that of `run`; 2 that of the function it calls.
      return moduleOf(
        section(1, 3, [...type(1, 1), ...type(0, 0), ...type(parameters, 0)]),
        section(3, 2, [1, 2]),
        section(6, 1, [I32, 1, Code.I32Const, 0, Code.End]),
        section(7, 1, [3, 0x72, 0x75, 0x6e, 0, 0]),
        section(10, 2, [...sized(call), ...sized(body)]),
      );
    },
  };
}

const JOIN_SHAPES = JOINS.map(joinShape);

export const COMPILE_SHAPES: readonly CompileShape[] = [
  {
    name: 'block [1000]->[1000]',
    largest: 6000,
    module: (size) =>
      wideModule([
        0,
        ...thousand,
        ...repeated(size / 3, () => [Code.Block, 2, Code.End]),
        Code.Unreachable,
        Code.End,
      ]),
  },
  {
    name: 'loop [1000]->[1000]',
    largest: 6000,
    module: (size) =>
      wideModule([
        0,
        ...thousand,
        ...repeated(size / 3, () => [Code.Loop, 2, Code.End]),
        Code.Unreachable,
        Code.End,
      ]),
  },
  {
    name: 'call [1000]->[1000]',
    largest: 6000,
    module: (size) =>
      wideModule([0, ...thousand, ...repeated(size / 2, () => [Code.Call, 2]), Code.Unreachable, Code.End]),
  },
  {
    name: 'br_if with 1000 values',
    largest: 6000,
    module: (size) =>
      wideModule([
        0,
        Code.Block,
        1,
        Code.I32Const,
        1,
        ...thousand,
        ...repeated(size / 4, () => [Code.I32Const, 0, Code.BrIf, 0]),
        Code.Unreachable,
        Code.End,
        Code.Unreachable,
        Code.End,
      ]),
  },
  {
    name: 'br_table of 100 labels with 1000 values',
    largest: 4000,
    module: (size) =>
      brTables(
        size,
        repeated(100, () => [Code.Block, 1]),
        100,
        Array.from({ length: 100 }, (_, i) => i + 1),
      ),
  },
  {
    name: 'br_table of a loop and a block in turn',
    largest: 6000,
    module: (size) =>
      brTables(
        size,
        [Code.Block, 1, ...thousand, Code.Loop, 2],
        2,
        Array.from({ length: 100 }, (_, i) => (i % 2) + 1),
      ),
  },
  {
    name: 'functions of 1000 parameters',
    largest: 6000,
    module: (size) => functions(Math.ceil(size / 4), type(WIDE, 0), [0, Code.End]),
  },
  {
    name: 'functions of 49,999 locals',
    largest: 6000,
    module: (size) => functions(Math.ceil(size / 9), type(0, 0), [1, ...unsigned(49_999), I32, Code.End]),
  },
  ...JOIN_SHAPES,
  {
    name: 'lists of values just under what is free',
    module: (size) => {
      const list = [...unsigned(16), ...new Array<number>(16).fill(I32)];
      const body = [
        0,
        ...repeated(16, () => [Code.I32Const, 0]),
        ...repeated(size / 3, () => [Code.Block, 0, Code.End]),
        ...repeated(16, () => [Code.Drop]),
        ...repeated(16, () => [Code.I32Const, 0]),
        Code.Unreachable,
        Code.End,
      ];
      return functions(1, [0x60, ...list, ...list], body);
    },
  },
  {
    name: 'memory64 data offsets',
    module: (size) =>
      moduleOf(
        section(5, 1, [4, 1]),
        section(
          11,
          Math.min(100_000, Math.ceil(size / 6)),
          repeated(Math.min(100_000, Math.ceil(size / 6)), (i) => [0, Code.I64Const, i & 0x3f, Code.End, 0]),
        ),
      ),
  },
  {
    name: 'exports',
    module: (size) =>
      aroundEmptyFunction(
        section(
          7,
          Math.ceil(size / 6),
          repeated(Math.ceil(size / 6), (i) => [
            3,
            33 + (i % 90),
            33 + (Math.floor(i / 90) % 90),
            33 + (Math.floor(i / 8100) % 90),
            0,
            0,
          ]),
        ),
      ),
  },
  {
    name: 'element expressions',
    module: (size) =>
      aroundEmptyFunction(
        section(9, 1, [
          5,
          0x70,
          ...unsigned(Math.ceil(size / 3)),
          ...repeated(Math.ceil(size / 3), (i) =>
            i === 0 ? [0xd0, 0x70, Code.End] : [Code.RefFunc, 0, Code.End],
          ),
        ]),
      ),
  },
  {
    name: 'element segments of one expression',
    module: (size) =>
      aroundEmptyFunction(
        section(
          9,
          Math.ceil(size / 6),
          repeated(Math.ceil(size / 6), (i) => [
            i % 2 === 0 ? 5 : 7,
            0x70,
            1,
            ...(i % 3 === 0 ? [0xd0, 0x70] : [Code.RefFunc, 0]),
            Code.End,
          ]),
        ),
      ),
  },
  {
    name: 'active segments at a global',
    module: (size) =>
      moduleOf(
        section(4, 1, [0x70, 0, 1]),
        section(5, 1, [0, 1]),
        section(6, 1, [I32, 0, Code.I32Const, 0, Code.End]),
        section(
          9,
          Math.ceil(size / 10),
          repeated(Math.ceil(size / 10), () => [0, 0x23, 0, Code.End, 0]),
        ),
        section(
          11,
          Math.min(100_000, Math.ceil(size / 10)),
          repeated(Math.min(100_000, Math.ceil(size / 10)), () => [0, 0x23, 0, Code.End, 0]),
        ),
      ),
  },
  {
    name: 'i64.mul in a constant expression',
    module: (size) =>
      moduleOf(
        section(6, 1, [
          I64,
          0,
          Code.I64Const,
          3,
          ...repeated(size / 3, () => [Code.I64Const, 5, Code.I64Mul]),
          Code.End,
        ]),
      ),
  },
  {
    name: 'globals',
    module: (size) =>
      moduleOf(
        section(
          6,
          Math.ceil(size / 5),
          repeated(Math.ceil(size / 5), () => [I32, 0, Code.I32Const, 5, Code.End]),
        ),
      ),
  },
  {
    name: 'types',
    module: (size) =>
      moduleOf(
        section(
          1,
          Math.ceil(size / 23),
          repeated(Math.ceil(size / 23), (i) => [
            0x60,
            20,
            ...Array.from({ length: 20 }, (_, bit) => 0x7f - ((i >> bit) & 1)),
            0,
          ]),
        ),
      ),
  },
  {
    name: 'custom sections',
    module: (size) => moduleOf(Uint8Array.from(repeated(size / 3, () => [0, 1, 0]))),
  },
  {
    name: 'imports',
    module: (size) =>
      moduleOf(
        section(1, 1, type(0, 0)),
        section(
          2,
          Math.ceil(size / 5),
          repeated(Math.ceil(size / 5), () => [0, 0, 0, 0]),
        ),
      ),
  },
  {
    name: 'functions of two bytes',
    module: (size) => functions(Math.ceil(size / 4), type(0, 0), [0, Code.End]),
  },
  {
    name: 'nested blocks',
    module: (size) =>
      functions(1, type(0, 0), [
        0,
        ...repeated(size / 3, () => [Code.Block, EMPTY]),
        ...repeated(size / 3, () => [Code.End]),
        Code.End,
      ]),
  },
];
