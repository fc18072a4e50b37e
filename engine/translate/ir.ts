/**
 * The register IR: what a function is translated to and what the interpreter runs.
 *
 * A function is a run of 32-bit words, one word per field: `[operator, field, ...]`. Registers are slot numbers
 * relative to the frame pointer: locals first (parameters, then declared locals), then one slot per operand-stack
 * position. A slot exists in every register file (see RegisterFile); the operator says which file it means.
 *
 * Branch fields hold the distance from the field itself to the target, so code can be moved freely. The word before
 * every basic block is the block's fuel: whoever enters the block charges `code[target - 1]`, and does so before
 * anything else happens, so that a branch that finds no fuel can simply be run again.
 *
 * `d` is a destination register, `a b c` are source registers, `imm` an immediate, `rel` a branch field and `cost` the
 * fuel word of the basic block that follows. Layouts stand in the comments of the groups below.
 */
export const enum Ir {
  // Control
  Unreachable = 0, // []
  ConsumeFuel, // [cost]: enters the next basic block by falling through
  Branch, // [rel]
  BranchIfNonZero, // [rel, a, cost]
  BranchIfZero, // [rel, a, cost]
  BranchTable, // [a, n, rel * (n + 1)]
  Return, // []
  Return32, // [a]
  Return64, // [a]
  Call, // [function index, first argument slot]
  CallImport, // [function index, first argument slot]
  CallIndirect, // [first argument slot, a, type id, table index]
  ReturnCall, // [function index, 0], arguments already in slots 0..
  ReturnCallIndirect, // [0, a, type id, table index]
  Zero32, // [first slot, count], count in 1..4
  Zero64, // [first slot, count], count in 1..4
  ZeroRare, // [first slot, count, register file]

  // Branches on an i32 comparison: [rel, a, b, cost], in the order of the comparisons below
  BranchI32Eq,
  BranchI32Ne,
  BranchI32LtS,
  BranchI32LtU,
  BranchI32GtS,
  BranchI32GtU,
  BranchI32LeS,
  BranchI32LeU,
  BranchI32GeS,
  BranchI32GeU,
  // [rel, a, imm, cost]
  BranchI32EqImm,
  BranchI32NeImm,
  BranchI32LtSImm,
  BranchI32LtUImm,
  BranchI32GtSImm,
  BranchI32GtUImm,
  BranchI32LeSImm,
  BranchI32LeUImm,
  BranchI32GeSImm,
  BranchI32GeUImm,

  // On the bits of a mask: [rel, a, imm, cost]
  BranchIfBitsNonZero,
  BranchIfBitsZero,

  // From a loop's end to its head, and on by the conditional branch that stands there: [rel]. Loops that test first take one
  // operator less per turn; both basic blocks are charged, the second as if by the head itself.
  BackIfZero,
  BackI32Eq,
  BackI32LeS,
  BackI32LeU,
  BackI32GeS,
  BackI32GeU,
  BackI32EqImm,
  BackI32GeSImm,
  BackI32GeUImm,
  // The same after d = a + imm, in the same order: [rel, d, a, imm]
  CountIfZero,
  CountI32Eq,
  CountI32LeS,
  CountI32LeU,
  CountI32GeS,
  CountI32GeU,
  CountI32EqImm,
  CountI32GeSImm,
  CountI32GeUImm,

  // Moves
  Copy32, // [d, a]
  Copy64, // [d, a]
  CopyRare, // [d, a, register file]
  Const32, // [d, imm]
  Const64, // [d, low, high]
  Select32, // [d, a, b, c]
  Select64, // [d, a, b, c]
  GlobalGet32, // [d, global index]
  GlobalGet64, // [d, global index]
  GlobalSet32, // [global index, a]
  GlobalSet64, // [global index, a]

  // i32 comparisons [d, a, b] and [d, a, imm]
  I32Eq,
  I32Ne,
  I32LtS,
  I32LtU,
  I32GtS,
  I32GtU,
  I32LeS,
  I32LeU,
  I32GeS,
  I32GeU,
  I32EqImm,
  I32NeImm,
  I32LtSImm,
  I32LtUImm,
  I32GtSImm,
  I32GtUImm,
  I32LeSImm,
  I32LeUImm,
  I32GeSImm,
  I32GeUImm,
  I32Eqz, // [d, a]

  // i32 arithmetic [d, a, b], then [d, a, imm]
  I32Add,
  I32Sub,
  I32Mul,
  I32DivS,
  I32DivU,
  I32RemS,
  I32RemU,
  I32And,
  I32Or,
  I32Xor,
  I32Shl,
  I32ShrS,
  I32ShrU,
  I32Rotl,
  I32Rotr,
  I32AddImm,
  I32MulImm,
  I32DivSImm, // imm is neither 0 nor -1
  I32DivUImm, // imm is not 0
  I32RemSImm, // imm is neither 0 nor -1
  I32RemUImm, // imm is not 0
  I32AndImm,
  I32OrImm,
  I32XorImm,
  I32ShlImm,
  I32ShrSImm,
  I32ShrUImm,
  I32RotlImm,
  I32MulAdd, // [d, a, b, c]: a * b + c, of matrices and pseudo-random numbers
  I32MulImmAdd, // [d, a, imm, b]: a * imm + b, an element of an array of structures
  I32ShlAdd, // [d, a, imm, b]: (a << imm) + b, an array's element
  I32ShlAddImm, // [d, a, imm, imm]: (a << imm) + imm, a static array's element
  // [d, a]
  I32Clz,
  I32Extend8S,
  I32Extend16S,
  I32WrapI64,

  // i64 comparisons [d, a, b]; results in the 32-bit file
  I64Eq,
  I64Ne,
  I64LtS,
  I64LtU,
  I64GtS,
  I64GtU,
  I64LeS,
  I64LeU,
  I64GeS,
  I64GeU,
  I64Eqz, // [d, a]
  // i64 arithmetic [d, a, b]
  I64Add,
  I64Sub,
  I64Mul,
  I64And,
  I64Or,
  I64Xor,
  I64Shl,
  I64ShrS,
  I64ShrU,
  I64Rotl,
  // [d, a, low, high]
  I64AddImm,
  I64AndImm,
  // [d, a, imm], imm in 0..63
  I64ShlImm,
  I64ShrSImm,
  I64ShrUImm,
  I64RotlImm,
  // [d, a]
  I64ExtendI32S,
  I64ExtendI32U,

  // Floats [d, a, b]
  F32Add,
  F32Sub,
  F32Mul,
  F32Div,
  F64Add,
  F64Sub,
  F64Mul,
  F64Div,
  F64MulAdd, // [d, a, b, c]: a * b + c, rounded twice
  F32Eq,
  F32Ne,
  F32Lt,
  F32Gt,
  F32Le,
  F32Ge,
  F64Eq,
  F64Ne,
  F64Lt,
  F64Gt,
  F64Le,
  F64Ge,
  // [d, a]
  F32Neg,
  F64Abs,
  F64Neg,
  F64Sqrt,
  F32ConvertI32S,
  F64ConvertI32S,
  F64ConvertI32U,
  F64PromoteF32,
  F32DemoteF64,
  I32TruncF64S,

  // Accesses to memory 0 with 32-bit addresses and offsets below 2^31: loads [d, a, offset]
  Load32,
  Load64,
  I32Load8S,
  I32Load8U,
  I32Load16S,
  I32Load16U,
  I64Load8S,
  I64Load8U,
  I64Load16S,
  I64Load16U,
  I64Load32S,
  I64Load32U,
  // stores [b, a, offset]: address a, value b
  Store32,
  Store64,
  Store8,
  Store16,
  I64Store8,
  I64Store16,
  I64Store32,

  // Accesses at a + imm, a sum that wraps: loads [d, a, imm, offset]; a static array's element
  Load32AtSum,
  Load64AtSum,
  I32Load8UAtSum,
  I32Load16SAtSum,
  // stores [b, a, imm, offset]
  Store32AtSum,
  Store64AtSum,
  Store8AtSum,
  // Stores of constants [imm, a, offset]
  Store32Imm,
  Store16Imm,
  Store8Imm,

  // Out of the loop; `operator` is the WebAssembly operator
  Rare, // [operator, d, a, b]: plain numeric operators
  Wide, // [operator, d, a, b, c, e]: wide arithmetic; results in d and d + 1
  Vector, // [operator | lane << 16, d, as many of a, b, c as it has operands]; four words of bytes follow v128.const and i8x16.shuffle
  MemoryAccess, // [operator | lane << 16, d or value, a, memory index, offset low, offset high]
  Other, // [operator, d, a, b, imm, x]: references, tables, globals and selects of rare register files, memory.size
  Bulk, // [operator, a, b, c, x, y]: may pay by size and may replace a memory's views
  CopyRun, // [d, a, n, files]: slots a.. to d.., d < a, in every register file whose bit is set
}

/** Where the lane is in the first field of `Vector` and `MemoryAccess`. */
export const LANE_SHIFT = 16;
/** The operator in that field. */
export const OPERATOR_MASK = (1 << LANE_SHIFT) - 1;
