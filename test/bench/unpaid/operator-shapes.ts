import { operatorImmediates } from '../../../engine/dist/binary/operator-immediate.js';
import {
  memoryAccesses,
  operatorSignatures,
  signatureParameter,
  signatureParameterCount,
  signatureResult,
} from '../../../engine/dist/binary/operator-signature.js';
import { operatorClasses, operatorName } from '@wasm-dyno/engine/operators';
import { sized, unsigned } from '../../encoded-integers.js';

/** One operator after another, all but those of control, in a branch that is never taken: a host compiles them before anything could charge. */
export interface OperatorShape {
  readonly name: string;
  readonly operators: readonly number[];
  /** With a function `run` that skips so many bytes of that operator and its operands. */
  readonly module: (operator: number, bytes: number) => Uint8Array;
}

const I32 = 0x7f;
const I64 = 0x7e;
const F32 = 0x7d;
const F64 = 0x7c;
const V128 = 0x7b;
const FUNCREF = 0x70;
const EMPTY = 0x40;
/** Locals and globals have these types, in this order. */
const TYPES = [I32, I64, F32, F64, V128, FUNCREF];

/** What operators find: sizes of addresses, whether a second memory is meant, whether functions are of the embedder's, how many locals there are. */
interface Surroundings {
  readonly address: typeof I32 | typeof I64;
  readonly memory: 0 | 1;
  readonly isImported: boolean;
  readonly locals: number;
}
const USUAL: Surroundings = { address: I32, memory: 0, isImported: false, locals: 0 };

type Bytes = readonly number[];
type Types = readonly number[];

/** Operands and results of those that the engine has no fixed signature of; an address is `A`. */
const A = -1;
const SIGNATURES: Readonly<Record<string, readonly [operands: Types, results: Types]>> = {
  call: [[], []],
  call_indirect: [[A], []],
  return_call: [[], []],
  return_call_indirect: [[A], []],
  'local.get': [[], [I32]],
  'local.set': [[I32], []],
  'local.tee': [[I32], [I32]],
  'global.get': [[], [I32]],
  'global.set': [[I32], []],
  'table.get': [[A], [FUNCREF]],
  'table.set': [[A, FUNCREF], []],
  'table.size': [[], [A]],
  'table.grow': [[FUNCREF, A], [A]],
  'table.fill': [[A, FUNCREF, A], []],
  'table.copy': [[A, A, A], []],
  'table.init': [[A, I32, I32], []],
  'elem.drop': [[], []],
  'memory.size': [[], [A]],
  'memory.grow': [[A], [A]],
  'memory.fill': [[A, I32, A], []],
  'memory.copy': [[A, A, A], []],
  'memory.init': [[A, I32, I32], []],
  'data.drop': [[], []],
  'ref.null': [[], [FUNCREF]],
  'ref.is_null': [[FUNCREF], [I32]],
  'ref.func': [[], [FUNCREF]],
  'i64.add128': [
    [I64, I64, I64, I64],
    [I64, I64],
  ],
  'i64.sub128': [
    [I64, I64, I64, I64],
    [I64, I64],
  ],
  'i64.mul_wide_s': [
    [I64, I64],
    [I64, I64],
  ],
  'i64.mul_wide_u': [
    [I64, I64],
    [I64, I64],
  ],
};

/** Operators of a byte that make of a result what the operator takes: shorter than to drop it and fetch another. */
const BACK: Readonly<Record<string, number>> = {
  [`${I64},${F64}`]: 0xbf,
  [`${F64},${I64}`]: 0xbd,
  [`${I32},${F32}`]: 0xbe,
  [`${F32},${I32}`]: 0xbc,
  [`${I32},${I64}`]: 0xac,
  [`${I64},${I32}`]: 0xa7,
  [`${F32},${F64}`]: 0xbb,
  [`${F64},${F32}`]: 0xb6,
  [`${I32},${F64}`]: 0xb7,
};

/** Immediates by what the engine calls them, see `Immediate`: indices, offsets, lanes and constants of 0. */
const ZEROS: Readonly<Record<number, number>> = { 1: 0, 2: 1, 3: 2, 6: 2, 7: 3, 8: 1, 9: 4, 10: 8, 11: 16 };
const SELECT = 0x1b;
const SELECT_TYPED = 0x1c;
const REF_NULL = 0xd0;
const MEMARG = 6;
const MEMARG_LANE = 7;
const STORE = 0x800;
const LANE = 0x1000;
const DROP = 0x1a;
const END = 0x0b;

function signatureOf(
  operator: number,
  { address }: Surroundings,
): readonly [operands: Types, results: Types] {
  const typed = (types: Types) => types.map((type) => (type === A ? address : type));
  const access = memoryAccesses[operator]!;
  if (access !== 0) {
    const value = access & 0xff;
    const isStore = (access & STORE) !== 0;
    return [isStore || (access & LANE) !== 0 ? [address, value] : [address], isStore ? [] : [value]];
  }
  if (operatorSignatures[operator] !== 0) {
    const operands = Array.from({ length: signatureParameterCount(operator) }, (_, position) =>
      Number(signatureParameter(operator, position)),
    );
    return [operands, [Number(signatureResult(operator))]];
  }
  if (operator === SELECT) return [[I32, I32, I32], [I32]];
  if (operator === SELECT_TYPED) return [[FUNCREF, FUNCREF, I32], [FUNCREF]];
  const [operands, results] = SIGNATURES[operatorName(operator)!]!;
  return [typed(operands), typed(results)];
}

function encoded(operator: number, { memory }: Surroundings): Bytes {
  const opcode =
    operator < 0x100
      ? [operator]
      : operator < 0x200
        ? [0xfc, ...unsigned(operator - 0x100)]
        : [0xfd, ...unsigned(operator - 0x200)];
  if (operator === SELECT_TYPED) return [...opcode, 1, FUNCREF];
  if (operator === REF_NULL) return [...opcode, FUNCREF];
  const immediate = operatorImmediates[operator]!;
  if (memory === 1 && immediate === MEMARG) return [...opcode, 0x40, 1, 0];
  if (memory === 1 && immediate === MEMARG_LANE) return [...opcode, 0x40, 1, 0, 0];
  return [...opcode, ...new Array<number>(ZEROS[immediate]!).fill(0)];
}

function backTo(operand: number, result: number): Bytes | undefined {
  const operator = BACK[`${result},${operand}`];
  return operator === undefined ? undefined : [operator];
}

const local = (type: number) => [0x20, TYPES.indexOf(type)];

/** So many bytes of the operator, each with as few others as it can do with. */
function repeatedOperator(operator: number, bytes: number, surroundings: Surroundings): Bytes {
  const [operands, results] = signatureOf(operator, surroundings);
  const code = encoded(operator, surroundings);
  const [first, ...others] = operands;
  const again = (part: Bytes) => Array.from({ length: Math.ceil(bytes / part.length) }, () => part).flat();
  if (operatorName(operator)!.startsWith('return_call'))
    return again([0x23, 0, 0x04, EMPTY, ...operands.flatMap(local), ...code, END]);
  if (first !== undefined && results.length === 1) {
    const back = first === results[0] ? [] : backTo(first, results[0]!);
    // Each takes what the one before it gives.
    if (back !== undefined)
      return [...local(first), ...again([...others.flatMap(local), ...code, ...back]), DROP];
  }
  return again([...operands.flatMap(local), ...code, ...results.map(() => DROP)]);
}

function section(id: number, count: number, content: Bytes): Bytes {
  return [id, ...sized([...unsigned(count), ...content])];
}

function moduleOf(operator: number, bytes: number, surroundings: Surroundings): Uint8Array {
  const { address, isImported, locals } = surroundings;
  const limits = address === I64 ? 4 : 0;
  const groups = [...TYPES.flatMap((type) => [1, type]), ...(locals > 0 ? [...unsigned(locals), I64] : [])];
  const declared = [...unsigned(TYPES.length + (locals > 0 ? 1 : 0)), ...groups];
  const skipped = [0x23, 0, 0x04, EMPTY, ...repeatedOperator(operator, bytes, surroundings), END];
  const run = sized([...declared, ...skipped, END]);
  const callee = sized([0, END]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, [0x60, 0, 0]),
    ...(isImported ? section(2, 1, [0, 0, 0, 0]) : []),
    ...(isImported ? section(3, 1, [0]) : section(3, 2, [0, 0])),
    ...section(4, 1, [FUNCREF, limits, 1]),
    ...(surroundings.memory === 1 ? section(5, 2, [limits, 1, limits, 1]) : section(5, 1, [limits, 1])),
    ...section(6, 1, [I32, 1, 0x41, 0, END]),
    ...section(7, 1, [3, 0x72, 0x75, 0x6e, 0, 1]),
    ...section(9, 1, [1, 0, 1, 0]),
    ...section(12, 1, []),
    ...(isImported ? section(10, 1, run) : section(10, 2, [...callee, ...run])),
    ...section(11, 1, [1, 0]),
  ]);
}

const OF_CONTROL = new Set<string | undefined>(['loop', 'branch', 'conditional-branch', 'branch-table']);
const ACCESSES = /^(load|store|vector-load|vector-store|memory)-/;
const TABLES = /^(table-|indirect-call)/;
/** What hosts may do by a call. */
const CALLING =
  /^(call|indirect-call|global|memory-|reference|table-|select|float-rounding|truncation|i64-division|vector-(float|conversion|lane))/;

function byClass(): ReadonlyMap<string, readonly number[]> {
  const classes = new Map<string, number[]>();
  for (const [operator, name] of operatorClasses().entries()) {
    if (name === undefined || OF_CONTROL.has(name)) continue;
    classes.set(name, [...(classes.get(name) ?? []), operator]);
  }
  return classes;
}

function shapes(title: string, of: RegExp, surroundings: Partial<Surroundings>): OperatorShape {
  const chosen = { ...USUAL, ...surroundings };
  const operators = [...byClass()].filter(([name]) => of.test(name)).flatMap(([, numbers]) => numbers);
  return {
    name: `dear to compile: ${title}`,
    operators,
    module: (operator, bytes) => moduleOf(operator, bytes, chosen),
  };
}

/** Every operator but those of control, whose rows are those of joins. */
export const OPERATOR_SHAPES: readonly OperatorShape[] = [
  ...[...byClass().keys()].map((name) => shapes(name, new RegExp(`^${name}$`), {})),
  shapes('calls of imported functions', /^call$/, { isImported: true }),
  shapes('64-bit addresses of memories', ACCESSES, { address: I64 }),
  shapes('64-bit indices of tables', TABLES, { address: I64 }),
  shapes('a second memory', ACCESSES, { memory: 1 }),
  shapes('1,000 locals', CALLING, { locals: 1_000 }),
];

/** What a row calls one of them. */
export function operatorTitle(operator: number): string {
  return operatorName(operator)!;
}
