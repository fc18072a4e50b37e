import { DEFAULT_LIMITS } from '../enforced-limits.js';
import { DEFAULT_FEATURES } from '../features.js';
import { ValueType } from '../types/value-type.js';
import { MODULE_HEAD } from './module-parts.js';
import { Operator } from './operator.js';
import { parseModule } from './parse-module.js';
import { definedFunctionCount, type ParsedModule } from './parsed-module.js';

// Passes over the training bodies: the host starts to take notes during the first.
const ROUNDS = 4;
// Bytes of bodies that a phase works on before it is trained: some way from where the host optimises its main loop.
const BYTES_BEFORE_TRAINING = 4000;
// More operands and labels than fresh scratch space holds.
const DEEP = 60;

const NO_RESULT = 0x40;
// The types (i32, i64, f64) -> (i32) and (i32, i32) -> (i32, i32) by their indices.
const SCALAR = 0;
const PAIR = 1;
// Locals of every body: three parameters, and 3 and 4 of i32, 5 of f32.
const X = 0;
const W = 1;
const F = 2;
const Y = 3;
const Z = 4;
const G = 5;
const LOCALS = [2, 2, ValueType.I32, 1, ValueType.F32];

// Constants of one to five bytes, and one of ten.
const ONE = [5];
const TWO = [0xac, 2];
const THREE = [0xa0, 0x8d, 6];
const FOUR = [0xa0, 0x8d, 0x86, 2];
const FIVE = [0xa0, 0x8d, 0x86, 0x83, 0x78];
const TEN = [0xa0, 0x8d, 0x86, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x7f];
const ALIGN_4 = 2;
const ALIGN_8 = 3;

const NUMERIC: readonly (readonly number[])[] = [
  [Operator.LocalGet, X, Operator.LocalSet, Y, Operator.I32Const, ...ONE, Operator.LocalSet, Y],
  [Operator.LocalGet, X, Operator.I32Const, ...ONE, Operator.I32Add, Operator.LocalTee, Y],
  [Operator.I32Const, ...TWO, Operator.I32Sub, Operator.LocalGet, X, Operator.I32Mul],
  [Operator.I32Const, ...THREE, Operator.I32Xor, Operator.I32Eqz, Operator.LocalSet, Z],
  [Operator.I32Const, ...ONE, Operator.LocalGet, X, Operator.I32Sub, Operator.LocalGet, Z, Operator.I32DivU],
  [Operator.LocalGet, Y, Operator.LocalGet, Z, Operator.I32LtU, Operator.I32Shl, Operator.I32Clz],
  [Operator.I32Const, ...ONE, Operator.I32DivU, Operator.I32Const, ...ONE, Operator.I32Popcnt],
  [Operator.I32Const, ...FOUR, Operator.I32Const, ...FIVE, Operator.Drop, Operator.Drop],
  [Operator.I64Const, ...FIVE, Operator.I64Const, ...TEN, Operator.Drop, Operator.Drop],
  [Operator.I32Rotr, Operator.Drop, Operator.LocalGet, Y, Operator.LocalGet, Z, Operator.LocalSet, Y],
  [Operator.LocalTee, Z, Operator.LocalSet, Y, Operator.LocalGet, Y, Operator.LocalSet, Y],
  [Operator.LocalGet, W, Operator.I64Const, ...ONE, Operator.I64Add, Operator.LocalGet, W, Operator.I64Mul],
  [Operator.I64Const, ...TWO, Operator.I64And, Operator.I64Const, ...THREE, Operator.I64Or],
  [Operator.LocalTee, W, Operator.I32WrapI64, Operator.I64ExtendI32U, Operator.I64Const, ...ONE],
  [Operator.I64ShrU, Operator.LocalGet, W, Operator.I64LtU, Operator.LocalSet, Y],
  [Operator.I64Const, ...ONE, Operator.LocalSet, W, Operator.LocalGet, W, Operator.LocalTee, W],
  [Operator.I64Eqz, Operator.LocalSet, Y, Operator.Nop],
  [Operator.LocalGet, F, Operator.F64Const, 0, 0, 0, 0, 0, 0, 0, 0x40, Operator.F64Add],
  [Operator.LocalGet, F, Operator.F64Mul, Operator.LocalTee, F, Operator.F32DemoteF64, Operator.LocalSet, G],
  [Operator.F32Const, 0, 0, 0, 0x40, Operator.LocalGet, G, Operator.F32Add, Operator.I32ReinterpretF32],
  [Operator.LocalGet, Y, Operator.LocalGet, Z, Operator.Select, Operator.LocalSet, Y],
  // Indices of more than one byte.
  [Operator.LocalGet, 0x80 | X, 0, Operator.LocalTee, 0x80 | Y, 0, Operator.LocalSet, 0x80 | Z, 0x80, 0],
  [Operator.GlobalGet, 0x80, 0, Operator.GlobalSet, 0x80, 0x80, 0],
  [Operator.GlobalGet, 0, Operator.LocalTee, Y, Operator.GlobalSet, 0],
];

const MEMORY: readonly (readonly number[])[] = [
  [
    Operator.LocalGet,
    X,
    Operator.I32Load,
    ALIGN_4,
    8,
    Operator.LocalTee,
    Y,
    Operator.I32Load,
    ALIGN_4,
    ...TWO,
  ],
  [Operator.I32Load8U, 0, 0xa0, 0x8d, 1, Operator.LocalSet, Z],
  // An offset beyond 2^31.
  [Operator.LocalGet, X, Operator.I32Load8U, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, Operator.LocalSet, Z],
  [Operator.I32Const, 0, Operator.I64Load, ALIGN_8, 0, Operator.LocalSet, W],
  [Operator.LocalGet, X, Operator.LocalGet, Y, Operator.I32Store, ALIGN_4, 4],
  [Operator.LocalGet, X, Operator.I32Const, ...ONE, Operator.I32Store, ALIGN_4, ...TWO],
  [Operator.LocalGet, X, Operator.I64Const, ...ONE, Operator.I64Store, ALIGN_8, 0xa0, 0x8d, 1],
  [
    Operator.I32Const,
    0,
    Operator.LocalGet,
    Y,
    Operator.LocalGet,
    Z,
    Operator.I32Add,
    Operator.I32Store8,
    0,
    0,
  ],
  [
    Operator.LocalGet,
    X,
    Operator.LocalGet,
    Y,
    Operator.I32Add,
    Operator.LocalGet,
    W,
    Operator.I64Store32,
    2,
    0,
  ],
  [Operator.LocalGet, X, Operator.I64Const, ...ONE, Operator.I64Store, ALIGN_8, 8],
  [Operator.LocalGet, X, Operator.I32Const, ...ONE, Operator.I32Store16, 1, ...TWO],
  [Operator.LocalGet, X, Operator.I32Const, ...ONE, Operator.I32Store8, 0, 3],
  [
    Operator.LocalGet,
    X,
    Operator.LocalGet,
    Y,
    Operator.I32Mul,
    Operator.LocalGet,
    Z,
    Operator.I32Add,
    Operator.LocalSet,
    Z,
  ],
  [Operator.MemorySize, 0, Operator.LocalSet, Y],
];

const CONTROL: readonly (readonly number[])[] = [
  // A loop that is left by a branch on a comparison, with values of locals waiting on the stack.
  [Operator.LocalGet, X, Operator.Block, NO_RESULT, Operator.Loop, NO_RESULT],
  [Operator.LocalGet, Y, Operator.I32Eqz, Operator.BrIf, 1],
  [Operator.LocalGet, Y, Operator.I32Const, ...ONE, Operator.I32LtS, Operator.BrIf, 1],
  [Operator.LocalGet, Y, Operator.LocalGet, X, Operator.I32Ne, Operator.BrIf, 0, Operator.Br, 0],
  [Operator.End, Operator.End, Operator.LocalSet, Y],
  [
    Operator.LocalGet,
    X,
    Operator.If,
    NO_RESULT,
    Operator.I32Const,
    ...ONE,
    Operator.LocalSet,
    Y,
    Operator.End,
  ],
  [Operator.LocalGet, X, Operator.I32Eqz, Operator.If, ValueType.I32, Operator.LocalGet, Y],
  [
    Operator.Else,
    Operator.LocalGet,
    X,
    Operator.LocalGet,
    X,
    Operator.I32Add,
    Operator.End,
    Operator.LocalSet,
    Y,
  ],
  // Branches with values: in place, out of place, from constants.
  [Operator.Block, ValueType.I32, Operator.I32Const, ...ONE, Operator.LocalGet, X, Operator.BrIf, 0],
  [Operator.LocalGet, X, Operator.LocalGet, Y, Operator.I32Add, Operator.LocalGet, X, Operator.BrIf, 0],
  [Operator.LocalGet, X, Operator.BrIf, 1, Operator.Br, 0, Operator.End, Operator.LocalSet, Z],
  [Operator.Block, NO_RESULT, Operator.Block, NO_RESULT, Operator.LocalGet, X, Operator.BrTable, 2, 0, 1, 1],
  [Operator.End, Operator.LocalGet, Y, Operator.LocalGet, X, Operator.BrIf, 1, Operator.Return],
  // Unreachable operators of several kinds of immediates, with blocks among them.
  [
    Operator.LocalGet,
    X,
    Operator.I32Load,
    ALIGN_4,
    ...TWO,
    Operator.If,
    NO_RESULT,
    Operator.Else,
    Operator.End,
  ],
  [Operator.Drop, Operator.End],
  [Operator.LocalGet, X, Operator.LocalGet, Y, Operator.Block, PAIR, Operator.LocalGet, X, Operator.BrIf, 0],
  [Operator.End, Operator.Drop, Operator.LocalSet, Y],
  // Calls with arguments from everywhere.
  [Operator.LocalGet, X, Operator.LocalGet, W, Operator.LocalGet, F, Operator.Call, 0, Operator.LocalSet, Y],
  [
    Operator.LocalGet,
    X,
    Operator.LocalGet,
    W,
    Operator.LocalGet,
    F,
    Operator.Call,
    0x80,
    0,
    Operator.LocalSet,
    Y,
  ],
  [Operator.I32Const, ...ONE, Operator.LocalGet, W, Operator.I64Const, ...ONE, Operator.I64Add],
  [Operator.F64Const, 0, 0, 0, 0, 0, 0, 0, 0, Operator.LocalGet, X, Operator.CallIndirect, SCALAR, 0],
  [Operator.If, NO_RESULT, Operator.Unreachable, Operator.End],
];

const times = (count: number, ...operators: readonly number[]) =>
  new Array<readonly number[]>(count).fill(operators).flat();

const GROWTH: readonly (readonly number[])[] = [
  times(DEEP, Operator.LocalGet, X),
  times(DEEP, Operator.Drop),
  times(DEEP, Operator.Block, NO_RESULT),
  times(DEEP, Operator.End),
  // More IR than bytes.
  [Operator.Block, ValueType.I32, Operator.I32Const, ...ONE],
  times(DEEP, Operator.LocalGet, X, Operator.BrIf, 0),
  [Operator.End, Operator.LocalSet, Y],
];

const BODIES = [NUMERIC, MEMORY, CONTROL, GROWTH].map((lines) => lines.flat());

// Two bytes, however small the number.
const padded = (number: number) => [(number & 0x7f) | 0x80, number >> 7];
const sized = (content: readonly number[]) => [...padded(content.length), ...content];
const section = (id: number, content: readonly number[]) => [id, ...sized(content)];

function parse(): ParsedModule {
  const bodies = BODIES.map((body) => sized([...LOCALS, ...body, Operator.LocalGet, Y, Operator.End]));
  const bytes = [
    ...MODULE_HEAD,
    ...section(1, [
      2,
      0x60,
      3,
      ValueType.I32,
      ValueType.I64,
      ValueType.F64,
      1,
      ValueType.I32,
      0x60,
      2,
      ValueType.I32,
      ValueType.I32,
      2,
      ValueType.I32,
      ValueType.I32,
    ]),
    ...section(3, [bodies.length, ...bodies.map(() => SCALAR)]),
    ...section(4, [1, ValueType.FuncRef, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, ValueType.I32, 1, Operator.I32Const, 0, Operator.End]),
    ...section(10, [bodies.length, ...bodies.flat()]),
  ];
  return parseModule(Uint8Array.from(bytes), DEFAULT_FEATURES, DEFAULT_LIMITS);
}

let trainingModule: ParsedModule | undefined;

// Lets a phase work on a small module of the engine's own, `work` being called for each function of it a few times. The host's
// optimiser knows only code that has run: what it meets later makes it throw its work away, and that is most of what compiling a
// module in a fresh process costs.
export function train(work: (module: ParsedModule, functionIndex: number) => void): void {
  trainingModule ??= parse();
  const count = definedFunctionCount(trainingModule);
  for (let round = 0; round < ROUNDS; round++) {
    for (let functionIndex = 0; functionIndex < count; functionIndex++) work(trainingModule, functionIndex);
  }
}

// When a phase is to be trained: shortly before the host optimises it. Who compiles less than that is better off without.
export class TrainingSchedule {
  private bytesLeft = BYTES_BEFORE_TRAINING;

  // Whether it is time, now that so many more bytes of a body are to be worked on: true once.
  isDue(bodyBytes: number): boolean {
    if (this.bytesLeft < 0) return false;
    this.bytesLeft -= bodyBytes;
    return this.bytesLeft < 0;
  }
}
