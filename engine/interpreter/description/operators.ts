import type { Application, Expression } from './expression.js';

/**
 * The IR's operators as the interpreter's loops run them: the one description that both loops are generated from. Fields are in the order
 * of the words behind the operator (see `Ir`): `d` the destination, `a`, `b`, `c` registers, `imm` a constant, `imm64` one of two words.
 */
export type Description = Computation | Branch | LoopEnd | Load | Store | Control;

interface Described {
  readonly name: string;
  readonly fields: readonly string[];
}

/** `d` becomes the value. Stops before operands that the value's operator would trap on, unless `total` says there are none. */
export interface Computation extends Described {
  readonly kind: 'computation';
  readonly value: Application;
  readonly total: boolean;
}

/** Branches if the condition is not zero; else goes on behind, where the basic block's fuel is the last field. */
export interface Branch extends Described {
  readonly kind: 'branch';
  readonly condition: Expression;
}

/** The branch back to a loop's head and the conditional branch there, after `d = a + imm` where it counts. */
export interface LoopEnd extends Described {
  readonly kind: 'loop end';
  readonly counts: boolean;
  readonly head: Branch;
}

/** An access of memory 0 at `a + offset`, or at `(a + imm) + offset` where `a + imm` wraps. */
export interface Load extends Described {
  readonly kind: 'load';
  readonly operator: string;
}

export interface Store extends Described {
  readonly kind: 'store';
  readonly operator: string;
}

/** What is more than a value: each loop has its own words for it. */
export interface Control extends Described {
  readonly kind: 'control';
}

const COMPARISONS = ['Eq', 'Ne', 'LtS', 'LtU', 'GtS', 'GtU', 'LeS', 'LeU', 'GeS', 'GeU'] as const;
/** Comparisons that loops end with, as the translator fuses them. */
const LOOP_CONDITIONS = [
  'IfZero',
  'I32Eq',
  'I32LeS',
  'I32LeU',
  'I32GeS',
  'I32GeU',
  'I32EqImm',
  'I32GeSImm',
  'I32GeUImm',
] as const;

/** `LtS` as WebAssembly writes it: `lt_s`. */
const lower = (name: string) =>
  name.replace(/(?<=.)([SU])$/, (_, sign: string) => `_${sign.toLowerCase()}`).toLowerCase();

const fieldsOf = (text: string) => (text === '' ? [] : text.split(' '));

const control = (name: string, fields = ''): Control => ({ kind: 'control', name, fields: fieldsOf(fields) });

const compute = (name: string, fields: string, value: Application, total = false): Computation => ({
  kind: 'computation',
  name,
  fields: fieldsOf(fields),
  value,
  total,
});

const unary = (name: string, operator: string) => compute(name, 'd a', [operator, 'a']);
const binary = (name: string, operator: string) => compute(name, 'd a b', [operator, 'a', 'b']);
const withImmediate = (name: string, operator: string, total = false) =>
  compute(name, 'd a imm', [operator, 'a', 'imm'], total);

const branch = (name: string, fields: string, condition: Expression): Branch => ({
  kind: 'branch',
  name,
  fields: fieldsOf(fields),
  condition,
});

/** All of a type's binary operators of these names: `I32Add` is `i32.add`. */
const binaries = (type: string, ...names: string[]) =>
  names.map((name) => binary(type + name, `${type.toLowerCase()}.${lower(name)}`));

const BRANCHES: readonly Branch[] = [
  branch('BranchIfNonZero', 'rel a cost', 'a'),
  branch('BranchIfZero', 'rel a cost', ['i32.eqz', 'a']),
  ...COMPARISONS.map((name) => branch(`BranchI32${name}`, 'rel a b cost', [`i32.${lower(name)}`, 'a', 'b'])),
  ...COMPARISONS.map((name) =>
    branch(`BranchI32${name}Imm`, 'rel a imm cost', [`i32.${lower(name)}`, 'a', 'imm']),
  ),
  branch('BranchIfBitsNonZero', 'rel a imm cost', ['i32.ne', ['i32.and', 'a', 'imm'], '0']),
  branch('BranchIfBitsZero', 'rel a imm cost', ['i32.eqz', ['i32.and', 'a', 'imm']]),
];

const loopEnd = (condition: string, counts: boolean): LoopEnd => ({
  kind: 'loop end',
  name: (counts ? 'Count' : 'Back') + condition,
  fields: fieldsOf(counts ? 'rel d a imm' : 'rel'),
  counts,
  head: BRANCHES.find(({ name }) => name === `Branch${condition}`)!,
});

const load = (name: string, operator: string): Load => ({
  kind: 'load',
  name,
  fields: ['d', 'a', 'offset'],
  operator,
});
const loadAtSum = (name: string, operator: string): Load => ({
  kind: 'load',
  name: `${name}AtSum`,
  fields: ['d', 'a', 'imm', 'offset'],
  operator,
});
const store = (name: string, operator: string): Store => ({
  kind: 'store',
  name,
  fields: ['b', 'a', 'offset'],
  operator,
});
const storeAtSum = (name: string, operator: string): Store => ({
  kind: 'store',
  name: `${name}AtSum`,
  fields: ['b', 'a', 'imm', 'offset'],
  operator,
});
const storeOfConstant = (name: string, operator: string): Store => ({
  kind: 'store',
  name: `${name}Imm`,
  fields: ['imm', 'a', 'offset'],
  operator,
});

/** In the order of the JavaScript loop's cases. */
export const OPERATORS: readonly Description[] = [
  control('Unreachable'),
  control('ConsumeFuel', 'cost'),
  control('Branch', 'rel'),
  ...BRANCHES.slice(0, 2),
  control('BranchTable', 'a n'),
  ...BRANCHES.slice(2),
  ...LOOP_CONDITIONS.map((condition) => loopEnd(condition, false)),
  ...LOOP_CONDITIONS.map((condition) => loopEnd(condition, true)),
  control('Return32', 'a'),
  control('Return64', 'a'),
  control('Return'),
  control('Call', 'function argument'),
  control('CallIndirect', 'argument a type table'),
  control('Zero32', 'first count'),
  control('Zero64', 'first count'),
  control('Copy32', 'd a'),
  control('Copy64', 'd a'),
  control('Const32', 'd imm'),
  control('Const64', 'd imm64'),
  control('Select32', 'd a b c'),
  control('Select64', 'd a b c'),
  control('GlobalGet32', 'd global'),
  control('GlobalGet64', 'd global'),
  control('GlobalSet32', 'global a'),
  control('GlobalSet64', 'global a'),

  ...binaries('I32', ...COMPARISONS),
  ...COMPARISONS.map((name) => withImmediate(`I32${name}Imm`, `i32.${lower(name)}`)),
  unary('I32Eqz', 'i32.eqz'),
  ...binaries(
    'I32',
    'Add',
    'Sub',
    'Mul',
    'DivS',
    'DivU',
    'RemS',
    'RemU',
    'And',
    'Or',
    'Xor',
    'Shl',
    'ShrS',
    'ShrU',
  ),
  ...binaries('I32', 'Rotl', 'Rotr'),
  ...['Add', 'Mul', 'DivS', 'DivU', 'RemS', 'RemU', 'And', 'Or', 'Xor', 'Shl', 'ShrS', 'ShrU', 'Rotl'].map(
    (name) => withImmediate(`I32${name}Imm`, `i32.${lower(name)}`, true),
  ),
  compute('I32MulAdd', 'd a b c', ['i32.add', ['i32.mul', 'a', 'b'], 'c']),
  compute('I32MulImmAdd', 'd a imm b', ['i32.add', ['i32.mul', 'a', 'imm'], 'b']),
  compute('I32ShlAdd', 'd a imm b', ['i32.add', ['i32.shl', 'a', 'imm'], 'b']),
  compute('I32ShlAddImm', 'd a imm imm2', ['i32.add', ['i32.shl', 'a', 'imm'], 'imm2']),
  unary('I32Clz', 'i32.clz'),
  unary('I32Extend8S', 'i32.extend8_s'),
  unary('I32Extend16S', 'i32.extend16_s'),
  unary('I32WrapI64', 'i32.wrap_i64'),

  ...binaries('I64', ...COMPARISONS),
  unary('I64Eqz', 'i64.eqz'),
  ...binaries('I64', 'Add', 'Sub', 'Mul', 'And', 'Or', 'Xor', 'Shl', 'ShrS', 'ShrU', 'Rotl'),
  ...['Shl', 'ShrS', 'ShrU', 'Rotl'].map((name) => withImmediate(`I64${name}Imm`, `i64.${lower(name)}`)),
  compute('I64AddImm', 'd a imm64', ['i64.add', 'a', 'imm64']),
  compute('I64AndImm', 'd a imm64', ['i64.and', 'a', 'imm64']),
  unary('I64ExtendI32S', 'i64.extend_i32_s'),
  unary('I64ExtendI32U', 'i64.extend_i32_u'),

  ...binaries('F32', 'Add', 'Sub', 'Mul', 'Div'),
  ...binaries('F64', 'Add', 'Sub', 'Mul', 'Div'),
  compute('F64MulAdd', 'd a b c', ['f64.add', ['f64.mul', 'a', 'b'], 'c']),
  ...binaries('F32', 'Eq', 'Ne', 'Lt', 'Gt', 'Le', 'Ge'),
  ...binaries('F64', 'Eq', 'Ne', 'Lt', 'Gt', 'Le', 'Ge'),
  unary('F32Neg', 'f32.neg'),
  unary('F64Abs', 'f64.abs'),
  unary('F64Neg', 'f64.neg'),
  unary('F64Sqrt', 'f64.sqrt'),
  unary('F32ConvertI32S', 'f32.convert_i32_s'),
  unary('F64ConvertI32S', 'f64.convert_i32_s'),
  unary('F64ConvertI32U', 'f64.convert_i32_u'),
  unary('F64PromoteF32', 'f64.promote_f32'),
  unary('F32DemoteF64', 'f32.demote_f64'),
  unary('I32TruncF64S', 'i32.trunc_f64_s'),

  load('Load32', 'i32.load'),
  load('Load64', 'i64.load'),
  ...['8S', '8U', '16S', '16U'].map((width) => load(`I32Load${width}`, `i32.load${lower(width)}`)),
  ...['8S', '8U', '16S', '16U', '32S', '32U'].map((width) =>
    load(`I64Load${width}`, `i64.load${lower(width)}`),
  ),
  store('Store32', 'i32.store'),
  store('Store64', 'i64.store'),
  store('Store8', 'i32.store8'),
  store('Store16', 'i32.store16'),
  store('I64Store8', 'i64.store8'),
  store('I64Store16', 'i64.store16'),
  store('I64Store32', 'i64.store32'),
  loadAtSum('Load32', 'i32.load'),
  loadAtSum('Load64', 'i64.load'),
  loadAtSum('I32Load8U', 'i32.load8_u'),
  loadAtSum('I32Load16S', 'i32.load16_s'),
  storeAtSum('Store32', 'i32.store'),
  storeAtSum('Store64', 'i64.store'),
  storeAtSum('Store8', 'i32.store8'),
  storeOfConstant('Store32', 'i32.store'),
  storeOfConstant('Store16', 'i32.store16'),
  storeOfConstant('Store8', 'i32.store8'),
];
