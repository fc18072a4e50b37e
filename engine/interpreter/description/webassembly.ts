import { Operator, operatorName, OperatorPrefix } from '../../binary/operator.js';
import { LANE_SHIFT, OPERATOR_MASK } from '../../translate/ir.js';
import { RegisterFile } from '../../types/value-type.js';
import {
  BlockField,
  ControlWord,
  FRAME_POINTERS,
  FRAME_RECORDS,
  MEMORY_PAGES,
  NARROW_REGISTERS,
  RECORD_SHIFT,
  RecordField,
  RETURN_ADDRESSES,
  TableField,
  VECTOR_REGISTERS,
  WIDE_REGISTERS,
} from '../loop-layout.js';
import { accessBytes, isAtSum } from './access.js';
import {
  type Application,
  type Expression,
  isPartial,
  makesNaN,
  type NumberType,
  operandsOf,
  operandType,
  resultType,
} from './expression.js';
import { position, wordsOf } from './fields.js';
import {
  type Branch,
  type Computation,
  type Description,
  type Load,
  OPERATORS,
  type Store,
} from './operators.js';
import { RARE_OPERATORS } from './rare-operators.js';
import { VECTOR_ACCESSES, VECTOR_OPERATORS, type VectorOperator } from './vector-operators.js';

/**
 * The loop as WebAssembly text. Its locals: `pc` is the address of the operator, `fp4` and `fp8` those of the frame in the register files
 * but for their beginnings, `depth` four times the depth. Labels: `next` runs the operator at `pc`, `taken` enters the block at `target`,
 * `call` the function of `record`; `stop` leaves with nothing of the operator done, `owe` because the slice cannot pay `owed`.
 */

const i32 = (value: number) => `(i32.const ${value})`;
const get = (local: string) => `(local.get $${local})`;
const set = (local: string, value: string) => `(local.set $${local} ${value})`;
const add = (a: string, b: string) => `(i32.add ${a} ${b})`;
const shl = (a: string, by: number) => `(i32.shl ${a} ${i32(by)})`;
const controlWord = (word: number) => `(i32.load offset=${4 * word} ${i32(0)})`;
const setControlWord = (word: number, value: string) => `(i32.store offset=${4 * word} ${i32(0)} ${value})`;

/** The word `k` behind the operator's own. */
const word = (k: number) => `(i32.load offset=${4 * k} ${get('pc')})`;
/** What remains of a register's address when its file's beginning is taken off. */
const at32 = (k: number) => add(get('fp4'), shl(word(k), 2));
const at64 = (k: number) => add(get('fp8'), shl(word(k), 3));
const at128 = (k: number) => shl(at64(k), 1);

const FILES: Readonly<Record<NumberType, (k: number) => string>> = {
  i32: at32,
  f32: at32,
  i64: at64,
  f64: at64,
};
const FILE_START: Readonly<Record<NumberType, number>> = {
  i32: NARROW_REGISTERS,
  f32: NARROW_REGISTERS,
  i64: WIDE_REGISTERS,
  f64: WIDE_REGISTERS,
};

const read = (type: NumberType, k: number) => `(${type}.load offset=${FILE_START[type]} ${FILES[type](k)})`;
const writeAt = (type: NumberType, address: string, value: string) =>
  `(${type}.store offset=${FILE_START[type]} ${address} ${value})`;
const write = (type: NumberType, k: number, value: string) => writeAt(type, FILES[type](k), value);
const readVector = (k: number) => `(v128.load offset=${VECTOR_REGISTERS} ${at128(k)})`;
const writeVector = (k: number, value: string) =>
  `(v128.store offset=${VECTOR_REGISTERS} ${at128(k)} ${value})`;

const advance = (words: number) => set('pc', add(get('pc'), i32(4 * words)));
const next = (words: number) => `${advance(words)} (br $next)`;
/** Where the branch field `k` leads. */
const branchTarget = (k: number) => add(add(get('pc'), i32(4 * k)), shl(word(k), 2));
const stopIf = (condition: string) => `(br_if $stop ${condition})`;

/** Charges for the block at an address, which is left in `target`. */
const enter = (target: string) => `
  ${set('target', target)}
  ${set('owed', `(i32.load (i32.sub ${get('target')} ${i32(4)}))`)}
  (br_if $owe (i32.lt_s ${get('fuel')} ${get('owed')}))
  ${set('fuel', `(i32.sub ${get('fuel')} ${get('owed')})`)}`;

function valueOf(expression: Expression, fields: readonly string[], type: NumberType): string {
  if (typeof expression !== 'string') {
    const [operator] = expression;
    const texts = operandsOf(expression).map((operand) => valueOf(operand, fields, operandType(operator)));
    return `(${operator} ${texts.join(' ')})`;
  }
  if (/^\d/.test(expression)) return `(${type}.const ${expression})`;
  const k = position(fields, expression);
  if (expression === 'imm64') return `(i64.load offset=${4 * k} align=4 ${get('pc')})`;
  if (!expression.startsWith('imm')) return read(type, k);
  return type === 'i64' ? `(i64.load32_u offset=${4 * k} ${get('pc')})` : word(k);
}

/** Operands, in locals `x` and `y` of the type, for which an operator traps. */
function trapCondition(operator: string): string {
  const type = operandType(operator);
  const x = get(`x_${type}`);
  const y = get(`y_${type}`);
  if (/\.(div_u|rem_[su])$/.test(operator)) return `(${type}.eqz ${y})`;
  if (operator.endsWith('.div_s')) {
    const least = type === 'i32' ? '0x80000000' : '0x8000000000000000';
    const overflows = `(i32.and (${type}.eq ${x} (${type}.const ${least})) (${type}.eq ${y} (${type}.const -1)))`;
    return `(i32.or (${type}.eqz ${y}) ${overflows})`;
  }
  const value = type === 'f32' ? `(f64.promote_f32 ${x})` : x;
  const [comparison, least, end] = TRUNCATED_RANGES[operator.slice(0, 3) + operator.slice(-2)]!;
  const isInRange = `(i32.and (f64.${comparison} ${value} (f64.const ${least})) (f64.lt ${value} (f64.const ${end})))`;
  return `(i32.eqz ${isInRange})`;
}

/** What a float must be above, or at least, and below, to be truncated to an integer type. */
const TRUNCATED_RANGES: Readonly<Record<string, readonly [comparison: string, least: string, end: string]>> =
  {
    i32_s: ['gt', '-2147483649', '2147483648'],
    i32_u: ['gt', '-1', '4294967296'],
    i64_s: ['ge', '-9223372036854775808', '9223372036854775808'],
    i64_u: ['gt', '-1', '18446744073709551616'],
  };

const CANONICAL_NAN = { f32: '(i32.const 0x7fc00000)', f64: '(i64.const 0x7ff8000000000000)' } as const;

function computation({ fields, value, total }: Computation): string {
  const words = wordsOf(fields);
  const d = position(fields, 'd');
  const [operator] = value;
  const operands = operandsOf(value);
  const type = resultType(operator);
  if (isPartial(operator) && !total) {
    const operandsType = operandType(operator);
    const names = ['x', 'y'].slice(0, operands.length).map((name) => `${name}_${operandsType}`);
    return `
      ${operands.map((operand, i) => set(names[i]!, valueOf(operand, fields, operandsType))).join(' ')}
      ${stopIf(trapCondition(operator))}
      ${write(type, d, `(${operator} ${names.map(get).join(' ')})`)}
      ${next(words)}`;
  }
  const text = valueOf(value, fields, type);
  if (!makesNaN(operator)) return `${write(type, d, text)} ${next(words)}`;
  const result = `x_${type}`;
  const bits = type === 'f32' ? 'i32' : 'i64';
  return `
    ${writeAt(type, `(local.tee $d ${FILES[type](d)})`, `(local.tee $${result} ${text})`)}
    (if (${type}.ne ${get(result)} ${get(result)})
      (then ${writeAt(bits, get('d'), CANONICAL_NAN[type as 'f32' | 'f64'])}))
    ${next(words)}`;
}

/** Goes to the branch's target if the condition holds, else to the block behind. */
function branch({ fields, condition }: Branch): string {
  const words = wordsOf(fields);
  return `
    ${set(
      'target',
      `(if (result i32) ${valueOf(condition, fields, 'i32')}
        (then ${branchTarget(position(fields, 'rel'))}) (else ${add(get('pc'), i32(4 * words))}))`,
    )}
    (br $taken)`;
}

/** Leaves the effective address in `address`, or stops where the access is out of bounds. */
function effectiveAddress(base: string, offset: string, bytes: number): string {
  return `
    ${set('effective', `(i64.add (i64.extend_i32_u ${base}) ${offset})`)}
    ${stopIf(`(i64.gt_s ${get('effective')} (i64.sub ${get('length')} (i64.const ${bytes})))`)}
    ${set('address', `(i32.wrap_i64 ${get('effective')})`)}`;
}

function accessAddress({ fields, operator }: Load | Store): string {
  const a = read('i32', position(fields, 'a'));
  const base = isAtSum(fields) ? add(a, word(position(fields, 'imm'))) : a;
  const offset = `(i64.load32_u offset=${4 * position(fields, 'offset')} ${get('pc')})`;
  return effectiveAddress(base, offset, accessBytes(operator));
}

function load(description: Load): string {
  const { fields, operator } = description;
  const value = `(${operator} $guest ${get('address')})`;
  return `
    ${accessAddress(description)}
    ${write(operator.slice(0, 3) as NumberType, position(fields, 'd'), value)}
    ${next(wordsOf(fields))}`;
}

function store(description: Store): string {
  const { fields, operator } = description;
  const type = operator.slice(0, 3) as NumberType;
  const value = fields[0] === 'imm' ? word(1) : read(type, position(fields, 'b'));
  return `
    ${accessAddress(description)}
    (${operator} $guest ${get('address')} ${value})
    ${next(wordsOf(fields))}`;
}

const popFrame = `
  ${set('left', add(get('left'), `(i32.load offset=${RecordField.FrameCost} ${get('function')})`))}
  ${set('depth', `(i32.sub ${get('depth')} ${i32(4)})`)}
  ${set('lowest', `(select ${get('lowest')} ${get('depth')} (i32.lt_u ${get('lowest')} ${get('depth')}))`)}
  ${set('pc', shl(`(i32.load offset=${RETURN_ADDRESSES} ${get('depth')})`, 2))}
  ${set('d', `(i32.load offset=${FRAME_POINTERS} ${get('depth')})`)}
  ${set('function', `(i32.load offset=${FRAME_RECORDS} ${get('depth')})`)}
  ${set('fp4', shl(get('d'), 2))}
  ${set('fp8', shl(get('d'), 3))}
  (br $next)`;
const stopAtFloor = stopIf(`(i32.eq ${get('depth')} ${get('floor')})`);

/** Stops unless the callee of `record` can be entered, and enters it; its arguments begin at the slot in `arguments`. */
const call = `
  ${set('target', `(i32.load offset=${RecordField.Entry} ${get('record')})`)}
  ${stopIf(`(i32.eqz ${get('target')})`)}
  ${set('d', `(i32.load offset=${RecordField.FrameCost} ${get('record')})`)}
  ${stopIf(`(i32.gt_s ${get('d')} ${get('left')})`)}
  ${stopIf(`(i32.ge_u ${get('depth')} ${shl(controlWord(ControlWord.DepthLimit), 2)})`)}
  ${set('owed', `(i32.load (i32.sub ${get('target')} ${i32(4)}))`)}
  ${stopIf(`(i32.lt_s ${get('fuel')} ${get('owed')})`)}
  ${set('fuel', `(i32.sub ${get('fuel')} ${get('owed')})`)}
  ${set('left', `(i32.sub ${get('left')} ${get('d')})`)}
  (i32.store offset=${RETURN_ADDRESSES} ${get('depth')} (i32.shr_u ${add(get('pc'), get('words'))} ${i32(2)}))
  (i32.store offset=${FRAME_POINTERS} ${get('depth')} (i32.shr_u ${get('fp4')} ${i32(2)}))
  (i32.store offset=${FRAME_RECORDS} ${get('depth')} ${get('function')})
  ${set('depth', add(get('depth'), i32(4)))}
  ${set('function', get('record'))}
  ${set('pc', get('target'))}
  ${set('fp4', shl(get('arguments'), 2))}
  ${set('fp8', shl(get('arguments'), 3))}
  (br $next)`;

function zero(at: string, start: number, type: 'i32' | 'i64', bytes: number): string {
  const more = (i: number): string =>
    i === 4
      ? ''
      : `(if (i32.gt_s ${get('record')} ${i32(i)}) (then
          (${type}.store offset=${start + i * bytes} ${get('d')} (${type}.const 0)) ${more(i + 1)}))`;
  return `
    ${set('d', at)} ${set('record', word(2))}
    (${type}.store offset=${start} ${get('d')} (${type}.const 0))
    ${more(1)}
    ${next(3)}`;
}

/** Address of the global of field `k`. */
const globalAt = (k: number) =>
  add(
    controlWord(ControlWord.Globals),
    shl(`(i32.load ${add(`(i32.load offset=${BlockField.Globals} ${get('block')})`, shl(word(k), 2))})`, 2),
  );

const select = (type: NumberType) =>
  write(type, 1, `(${type}.load offset=${FILE_START[type]} ${selected(FILES[type])})`);
const selected = (at: (k: number) => string) =>
  `(if (result i32) ${read('i32', 4)} (then ${at(2)}) (else ${at(3)}))`;

const CONTROL: Readonly<Record<string, string>> = {
  Unreachable: '(br $stop)',
  ConsumeFuel: `${set('target', add(get('pc'), i32(8)))} (br $taken)`,
  Branch: `${set('target', branchTarget(1))} (br $taken)`,
  BranchTable: `
    ${set('d', read('i32', 1))}
    ${set('record', word(2))}
    ${set('d', `(select ${get('d')} ${get('record')} (i32.lt_u ${get('d')} ${get('record')}))`)}
    ${set('target', add(add(get('pc'), i32(12)), shl(get('d'), 2)))}
    ${set('target', add(get('target'), shl(`(i32.load ${get('target')})`, 2)))}
    (br $taken)`,
  Return: `${stopAtFloor} ${popFrame}`,
  Return32: `${stopAtFloor} ${writeAt('i32', get('fp4'), read('i32', 1))} ${popFrame}`,
  Return64: `${stopAtFloor} ${writeAt('i64', get('fp8'), read('i64', 1))} ${popFrame}`,
  Call: `
    ${set('record', add(add(get('block'), i32(BlockField.Records)), shl(word(1), RECORD_SHIFT)))}
    ${set('arguments', add(`(i32.shr_u ${get('fp4')} ${i32(2)})`, word(2)))}
    ${set('words', i32(12))}
    (br $call)`,
  CallIndirect: `
    ${set('d', `(i32.load ${add(`(i32.load offset=${BlockField.Tables} ${get('block')})`, shl(word(4), 2))})`)}
    ${stopIf(`(i32.eqz ${get('d')})`)}
    ${set('target', read('i32', 2))}
    ${stopIf(`(i32.ge_u ${get('target')} (i32.load offset=${TableField.Length} ${get('d')}))`)}
    ${set('record', `(i32.load ${add(`(i32.load offset=${TableField.Elements} ${get('d')})`, shl(get('target'), 2))})`)}
    ${stopIf(`(i32.lt_u ${get('record')} ${get('block')})`)}
    ${stopIf(`(i32.ge_u ${get('record')} (i32.load offset=${BlockField.FunctionsEnd} ${get('block')}))`)}
    ${stopIf(`(i32.ne (i32.load offset=${RecordField.TypeId} ${get('record')}) ${word(3)})`)}
    ${set('arguments', add(`(i32.shr_u ${get('fp4')} ${i32(2)})`, word(1)))}
    ${set('words', i32(20))}
    (br $call)`,
  Zero32: zero(at32(1), NARROW_REGISTERS, 'i32', 4),
  Zero64: zero(at64(1), WIDE_REGISTERS, 'i64', 8),
  Copy32: `${write('i32', 1, read('i32', 2))} ${next(3)}`,
  Copy64: `${write('i64', 1, read('i64', 2))} ${next(3)}`,
  Const32: `${write('i32', 1, word(2))} ${next(3)}`,
  Const64: `${write('i64', 1, `(i64.load offset=8 align=4 ${get('pc')})`)} ${next(4)}`,
  Select32: `${select('i32')} ${next(5)}`,
  Select64: `${select('i64')} ${next(5)}`,
  GlobalGet32: `${write('i32', 1, `(i32.load ${globalAt(2)})`)} ${next(3)}`,
  GlobalGet64: `${write('i64', 1, `(i64.load ${globalAt(2)})`)} ${next(3)}`,
  GlobalSet32: `(i32.store ${globalAt(1)} ${read('i32', 2)}) ${next(3)}`,
  GlobalSet64: `(i64.store ${globalAt(1)} ${read('i64', 2)}) ${next(3)}`,
};

function handler(description: Description): string {
  switch (description.kind) {
    case 'computation':
      return computation(description);
    case 'branch':
      return branch(description);
    case 'loop end': {
      const { counts, fields, head } = description;
      const count = counts
        ? write(
            'i32',
            position(fields, 'd'),
            add(read('i32', position(fields, 'a')), word(position(fields, 'imm'))),
          )
        : '';
      return `${enter(branchTarget(1))} ${count} ${set('pc', get('target'))} ${branch(head)}`;
    }
    case 'load':
      return load(description);
    case 'store':
      return store(description);
    case 'control': {
      const text = CONTROL[description.name];
      if (text === undefined)
        throw new RangeError(`the loop in WebAssembly does not know ${description.name}`);
      return text;
    }
  }
}

/** A dispatch: `cases` by number, all others to the label `otherwise`. Some numbers are the `same` as others. */
function dispatch(
  prefix: string,
  index: string,
  cases: ReadonlyMap<number, string>,
  otherwise: string,
  same: ReadonlyMap<number, number> = new Map(),
): string {
  const numbers = [...cases.keys()].sort((a, b) => a - b);
  const largest = Math.max(...numbers, ...same.keys());
  const labels = Array.from({ length: largest + 1 }, (_, n) => {
    const number = same.get(n) ?? n;
    return cases.has(number) ? `$${prefix}${number}` : `$${otherwise}`;
  });
  let text = `(br_table ${labels.join(' ')} $${otherwise} ${index})`;
  for (const number of numbers) text = `(block $${prefix}${number} ${text})\n${cases.get(number)!}`;
  return text;
}

const requireVectors = stopIf(`(i32.eqz ${controlWord(ControlWord.Vectors)})`);

/** `[Rare, operator, d, a, b]` */
function rareHandler(): string {
  const cases = new Map<number, string>();
  for (const [operator, operands] of RARE_OPERATORS) {
    const name = operatorName(operator)!;
    const value: Application = operands === 1 ? [name, 'a'] : [name, 'a', 'b'];
    const fields = ['operator', 'd', 'a', 'b'];
    cases.set(operator, computation({ kind: 'computation', name, fields, value, total: false }));
  }
  return dispatch('rare', word(1), cases, 'stop');
}

const REGISTER_READS: Readonly<Record<string, (k: number) => string>> = {
  i32: (k) => read('i32', k),
  i64: (k) => read('i64', k),
  f32: (k) => read('f32', k),
  f64: (k) => read('f64', k),
  v128: readVector,
};

function writeResult(type: string, k: number, value: string): string {
  return type === 'v128' ? writeVector(k, value) : write(type as NumberType, k, value);
}

const CANONICAL_LANES = {
  f32x4: '(v128.const i32x4 0x7fc00000 0x7fc00000 0x7fc00000 0x7fc00000)',
  f64x2: '(v128.const i64x2 0x7ff8000000000000 0x7ff8000000000000)',
} as const;

/** The lane that `Vector` and `MemoryAccess` tell. */
const LANE = `(i32.shr_u ${word(1)} ${i32(LANE_SHIFT)})`;
/** Position of their operator in a dispatch. */
const VECTOR_INDEX = `(i32.sub (i32.and ${word(1)} ${i32(OPERATOR_MASK)}) ${i32(OperatorPrefix.VectorBase)})`;

/** Address of the lane in the vector register of field `k`, but for the file's beginning. Bytes are where WebAssembly numbers lanes. */
const laneAt = (k: number, laneBytes: number) => add(at128(k), shl(LANE, Math.log2(laneBytes)));

/** What has no operator of this name in WebAssembly, or one that chooses: by operators that do not, of the operands' texts. */
const COMPOSED: Readonly<Record<string, (a: string, b: string, c: string) => string>> = {
  'f32x4.relaxed_madd': (a, b, c) => `(f32x4.add (f32x4.mul ${a} ${b}) ${c})`,
  'f64x2.relaxed_madd': (a, b, c) => `(f64x2.add (f64x2.mul ${a} ${b}) ${c})`,
  'f32x4.relaxed_nmadd': (a, b, c) => `(f32x4.add (f32x4.mul (f32x4.neg ${a}) ${b}) ${c})`,
  'f64x2.relaxed_nmadd': (a, b, c) => `(f64x2.add (f64x2.mul (f64x2.neg ${a}) ${b}) ${c})`,
  'i16x8.relaxed_dot_i8x16_i7x16_s': dotOfBytes,
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': (a, b, c) =>
    `(i32x4.add (i32x4.extadd_pairwise_i16x8_s ${dotOfBytes(a, b)}) ${c})`,
};

/** Products of signed bytes, added in pairs with saturation. */
function dotOfBytes(a: string, b: string): string {
  const low = (text: string) => high(`(i16x8.shl ${text} ${i32(8)})`);
  const high = (text: string) => `(i16x8.shr_s ${text} ${i32(8)})`;
  return `(i16x8.add_sat_s (i16x8.mul ${low(a)} ${low(b)}) (i16x8.mul ${high(a)} ${high(b)}))`;
}

const LANE_NUMBERS: Readonly<Record<string, string>> = {
  i8x16: '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15',
  i16x8: '0 1 2 3 4 5 6 7',
  i32x4: '0 1 2 3',
  i64x2: '0 1',
};

/** The value of a vector operator whose lane, or whose bytes, stand in the code: no case for each of them. */
function vectorByImmediate({ name, operands, lanes }: VectorOperator): string {
  const [shape, kind] = name.split('.') as [string, string];
  const bytes = `(v128.load offset=${4 * (3 + operands.length)} align=4 ${get('pc')})`;
  if (kind === 'const') return bytes;
  if (kind === 'shuffle') {
    // Of an index beyond 15 `swizzle` makes 0.
    const others = `(i8x16.sub ${bytes} (v128.const i8x16${' 16'.repeat(16)}))`;
    return `(v128.or (i8x16.swizzle ${readVector(3)} ${bytes}) (i8x16.swizzle ${readVector(4)} ${others}))`;
  }
  if (kind.startsWith('extract')) {
    const bits = { i8x16: `8${kind.slice(-2)}`, i16x8: `16${kind.slice(-2)}` }[shape] ?? '';
    const type = shape === 'i64x2' ? 'i64' : 'i32';
    return `(${type}.load${bits} offset=${VECTOR_REGISTERS} ${laneAt(3, 16 / lanes)})`;
  }
  const lane = shape === 'i64x2' ? `(i64.extend_i32_u ${LANE})` : LANE;
  const isLane = `(${shape}.eq (v128.const ${shape} ${LANE_NUMBERS[shape]!}) (${shape}.splat ${lane}))`;
  return `(v128.bitselect (${shape}.splat ${REGISTER_READS[operands[1]!]!(4)}) ${readVector(3)} ${isLane})`;
}

/** `[Vector, operator | lane << 16, d, operands..., bytes...]` */
function vectorHandler(): string {
  const cases = new Map<number, string>();
  const same = new Map<number, number>();
  for (const described of VECTOR_OPERATORS) {
    const { operator, name, operands, result, lanes, canonical, sameAs } = described;
    const index = operator - OperatorPrefix.VectorBase;
    if (sameAs !== undefined) {
      same.set(index, sameAs - OperatorPrefix.VectorBase);
      continue;
    }
    const hasBytes = operator === Operator.V128Const || operator === Operator.I8x16Shuffle;
    const words = 3 + operands.length + (hasBytes ? 4 : 0);
    const values = operands.map((type, i) => REGISTER_READS[type]!(3 + i)) as [string, string, string];
    const value =
      hasBytes || lanes > 0
        ? vectorByImmediate(described)
        : (COMPOSED[name]?.(...values) ?? `(${name} ${values.join(' ')})`);
    cases.set(
      index,
      canonical === undefined
        ? `${writeResult(result, 2, value)} ${next(words)}`
        : `${set('x_v128', value)}
          ${writeVector(2, `(v128.bitselect ${get('x_v128')} ${CANONICAL_LANES[canonical]} (${canonical}.eq ${get('x_v128')} ${get('x_v128')}))`)}
          ${next(words)}`,
    );
  }
  return `${requireVectors} ${dispatch('vector', VECTOR_INDEX, cases, 'stop', same)}`;
}

/** `[MemoryAccess, operator | lane << 16, d or value, a, memory, offset low, offset high]`, of vectors in memory 0. */
function memoryAccessHandler(): string {
  const cases = new Map<number, string>();
  for (const { operator, name, bytes, isStore, isLane } of VECTOR_ACCESSES) {
    const address = effectiveAddress(read('i32', 3), `(i64.load offset=20 align=4 ${get('pc')})`, bytes);
    let access;
    if (isLane) {
      const [load, store] = BYTE_MOVES[bytes]!;
      access = isStore
        ? `(${store} $guest ${get('address')} (${load} offset=${VECTOR_REGISTERS} ${laneAt(2, bytes)}))`
        : `(${store} offset=${VECTOR_REGISTERS} ${laneAt(2, bytes)} (${load} $guest ${get('address')}))`;
    } else {
      access = isStore
        ? `(${name} $guest ${get('address')} ${readVector(2)})`
        : writeVector(2, `(${name} $guest ${get('address')})`);
    }
    cases.set(operator - OperatorPrefix.VectorBase, `${address} ${access} ${next(7)}`);
  }
  return `
    ${requireVectors}
    ${stopIf(word(4))}
    ${dispatch('access', VECTOR_INDEX, cases, 'stop')}`;
}

/** What loads and stores so many bytes. */
const BYTE_MOVES: Readonly<Record<number, readonly [load: string, store: string]>> = {
  1: ['i32.load8_u', 'i32.store8'],
  2: ['i32.load16_u', 'i32.store16'],
  4: ['i32.load', 'i32.store'],
  8: ['i64.load', 'i64.store'],
};

/** `[Other, operator, d, a, b, imm, x]`: of vectors, and the size of memory 0. What is of references is JavaScript's. */
function otherHandler(): string {
  const cases = new Map([
    [Operator.MemorySize, `${stopIf(word(5))} ${write('i32', 2, '(memory.size $guest)')} ${next(7)}`],
    [
      Operator.GlobalGet,
      `${requireVectorFile(6)} ${writeVector(2, `(v128.load align=4 ${globalAt(5)})`)} ${next(7)}`,
    ],
    [
      Operator.GlobalSet,
      `${requireVectorFile(6)} (v128.store align=4 ${globalAt(5)} ${readVector(3)}) ${next(7)}`,
    ],
    [
      Operator.Select,
      `${requireVectorFile(6)}
      ${writeVector(2, `(v128.load offset=${VECTOR_REGISTERS} (if (result i32) ${read('i32', 5)} (then ${at128(3)}) (else ${at128(4)})))`)}
      ${next(7)}`,
    ],
  ]);
  return dispatch('other', word(1), cases, 'stop');
}

const requireVectorFile = (k: number) =>
  `${stopIf(`(i32.ne ${word(k)} ${i32(RegisterFile.Vector)})`)} ${requireVectors}`;

const COPIES = [
  [RegisterFile.Word32, NARROW_REGISTERS, at32, 2],
  [RegisterFile.Word64, WIDE_REGISTERS, at64, 3],
  [RegisterFile.Vector, VECTOR_REGISTERS, at128, 4],
] as const;

const fileAddress = (start: number, at: string) => add(at, i32(start));

/** `[ZeroRare, first, count, file]` */
function zeroHandler(): string {
  const cases = new Map<number, string>();
  for (const [file, start, at, shift] of COPIES) {
    cases.set(
      file,
      `${file === RegisterFile.Vector ? requireVectors : ''}
      (memory.fill $own ${fileAddress(start, at(1))} ${i32(0)} ${shl(word(2), shift)}) ${next(4)}`,
    );
  }
  return dispatch('file', word(3), cases, 'stop');
}

/** `[CopyRun, d, a, n, files]` */
function copyHandler(): string {
  const bit = (file: RegisterFile) => `(i32.and ${word(4)} ${i32(1 << file)})`;
  return `
    ${stopIf(bit(RegisterFile.Reference))}
    (if ${bit(RegisterFile.Vector)} (then ${requireVectors}))
    ${COPIES.map(
      ([file, start, at, shift]) =>
        `(if ${bit(file)} (then
          (memory.copy $own $own ${fileAddress(start, at(1))} ${fileAddress(start, at(2))} ${shl(word(3), shift)})))`,
    ).join('\n')}
    ${next(5)}`;
}

/** Moves of vectors; those of references are JavaScript's. */
const MOVES: Readonly<Record<string, string>> = {
  CopyRare: `
    ${requireVectorFile(3)}
    ${writeVector(1, readVector(2))} ${next(4)}`,
};

/** `[Bulk, operator, a, b, c, x, y]`: what is done within memory 0 and the slice pays for; all else stops. */
function bulkHandler(): string {
  const length = `(i64.extend_i32_u ${get('x_i32')})`;
  const blockWord = (field: BlockField) => `(i64.load32_u offset=${field} ${get('block')})`;
  const perUnit = blockWord(BlockField.BytesPerFuel);
  const units = `(i64.div_u (i64.sub (i64.add ${length} ${perUnit}) (i64.const 1)) ${perUnit})`;
  const endsBeyond = (k: number) =>
    stopIf(`(i64.gt_u (i64.add (i64.extend_i32_u ${read('i32', k)}) ${length}) ${get('length')})`);
  const pay = `
    ${set('x_i64', `(i64.mul ${units} ${blockWord(BlockField.BulkBytesFuel)})`)}
    ${stopIf(`(i64.gt_s ${get('x_i64')} (i64.load32_s offset=${4 * ControlWord.FuelSlice} ${i32(0)}))`)}
    ${setControlWord(ControlWord.FuelSlice, `(i32.sub ${controlWord(ControlWord.FuelSlice)} (i32.wrap_i64 ${get('x_i64')}))`)}`;
  const begin = (memories: string) => `${stopIf(memories)} ${set('x_i32', read('i32', 4))} ${endsBeyond(2)}`;
  const operands = [2, 3, 4].map((k) => read('i32', k)).join(' ');
  const fill = `${begin(word(5))} ${pay} (memory.fill $guest ${operands}) ${next(7)}`;
  const copy = `
    ${begin(`(i32.or ${word(5)} ${word(6)})`)} ${endsBeyond(3)}
    ${pay} (memory.copy $guest $guest ${operands}) ${next(7)}`;
  const index = (operator: number) => operator - OperatorPrefix.MiscellaneousBase;
  const cases = new Map([
    [index(Operator.MemoryCopy), copy],
    [index(Operator.MemoryFill), fill],
  ]);
  return dispatch('bulk', `(i32.sub ${word(1)} ${i32(OperatorPrefix.MiscellaneousBase)})`, cases, 'stop');
}

/** Bytes of the guest's memory. */
const GUEST_LENGTH = '(i64.shl (i64.extend_i32_u (memory.size $guest)) (i64.const 16))';

const stateIn: readonly (readonly [local: string, value: string])[] = [
  ['pc', shl(controlWord(ControlWord.Pc), 2)],
  ['fp4', shl(controlWord(ControlWord.FramePointer), 2)],
  ['fp8', shl(controlWord(ControlWord.FramePointer), 3)],
  ['depth', shl(controlWord(ControlWord.Depth), 2)],
  ['lowest', get('depth')],
  ['floor', shl(controlWord(ControlWord.Floor), 2)],
  ['fuel', controlWord(ControlWord.FuelSlice)],
  ['left', controlWord(ControlWord.SlotsLeft)],
  ['function', controlWord(ControlWord.Function)],
  ['block', controlWord(ControlWord.Block)],
  ['length', GUEST_LENGTH],
];

const stateOut: readonly (readonly [word: number, value: string])[] = [
  [ControlWord.Pc, `(i32.shr_u ${get('pc')} ${i32(2)})`],
  [ControlWord.FramePointer, `(i32.shr_u ${get('fp4')} ${i32(2)})`],
  [ControlWord.Depth, `(i32.shr_u ${get('depth')} ${i32(2)})`],
  [ControlWord.LowestDepth, `(i32.shr_u ${get('lowest')} ${i32(2)})`],
  [ControlWord.FuelSlice, get('fuel')],
  [ControlWord.SlotsLeft, get('left')],
  [ControlWord.Function, get('function')],
];

const LOCALS: Readonly<Record<string, readonly string[]>> = {
  i32: [
    ...['pc', 'fp4', 'fp8', 'depth', 'lowest', 'floor', 'fuel', 'left', 'function', 'block'],
    ...['target', 'owed', 'd', 'record', 'arguments', 'words', 'address', 'x_i32', 'y_i32'],
  ],
  i64: ['length', 'effective', 'x_i64', 'y_i64'],
  f32: ['x_f32', 'y_f32'],
  f64: ['x_f64', 'y_f64'],
  v128: ['x_v128'],
};

/**
 * A function of its own for operators of a kind, so that the host has less to optimise before the loop is quick. It gives the address of
 * the next operator, or 0 where the loop is to stop.
 */
function outside(name: string, text: string): string {
  return `(func $${name} (param $pc i32) (param $fp4 i32) (result i32) ${localsBut('pc', 'fp4')}
    ${set('fp8', shl(get('fp4'), 1))}
    ${set('length', GUEST_LENGTH)}
    ${set('block', controlWord(ControlWord.Block))}
    (block $stop
      (block $next ${text})
      (return ${get('pc')})
    )
    ${i32(0)}
  )`;
}

/** What the loop does at an operator of theirs. The slice is in its word meanwhile, for what pays by itself. */
const callOutside = (name: string) => `
  ${paysItself(name) ? setControlWord(ControlWord.FuelSlice, get('fuel')) : ''}
  ${set('target', `(call $${name} ${get('pc')} ${get('fp4')})`)}
  ${paysItself(name) ? set('fuel', controlWord(ControlWord.FuelSlice)) : ''}
  ${stopIf(`(i32.eqz ${get('target')})`)}
  ${set('pc', get('target'))}
  (br $next)`;

const paysItself = (name: string) => name === 'Bulk';

function localsBut(...parameters: string[]): string {
  return Object.entries(LOCALS)
    .flatMap(([type, names]) =>
      names.filter((name) => !parameters.includes(name)).map((name) => `(local $${name} ${type})`),
    )
    .join(' ');
}

const OUTSIDE: Readonly<Record<string, () => string>> = {
  Rare: rareHandler,
  Vector: vectorHandler,
  MemoryAccess: memoryAccessHandler,
  Other: otherHandler,
  ZeroRare: zeroHandler,
  CopyRun: copyHandler,
  Bulk: bulkHandler,
};

/** The whole module. `numbers` are the IR's operators by name. */
export function webAssemblyText(numbers: Readonly<Record<string, number>>): string {
  const cases = new Map<number, string>(
    OPERATORS.map((description) => [numbers[description.name]!, handler(description)]),
  );
  for (const name of Object.keys(OUTSIDE)) cases.set(numbers[name]!, callOutside(name));
  for (const [name, text] of Object.entries(MOVES)) cases.set(numbers[name]!, text);
  return `(module
    (import "loop" "memory" (memory $own ${MEMORY_PAGES} ${MEMORY_PAGES} shared))
    (import "loop" "guest" (memory $guest 0))
    ${Object.entries(OUTSIDE)
      .map(([name, text]) => outside(name, text()))
      .join('\n')}
    (func (export "run") ${localsBut()}
      ${stateIn.map(([local, value]) => set(local, value)).join('\n')}
      (block $stop
        (block $owe
          (loop $next
            (block $call
              (block $taken
                ${dispatch('ir', `(i32.load ${get('pc')})`, cases, 'stop')}
              )
              ${enter(get('target'))}
              ${set('pc', get('target'))}
              (br $next)
            )
            ${call}
          )
        )
        ${setControlWord(ControlWord.OwedFuel, get('owed'))}
      )
      ${stateOut.map(([index, value]) => setControlWord(index, value)).join('\n')}
    )
  )`;
}
