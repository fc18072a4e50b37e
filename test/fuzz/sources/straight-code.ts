import type { Random } from '@wasm-dyno/corpora';
import { bytesOfBits, edgeF32Bits, edgeF64Bits, edgeI32, edgeI64, edgeV128Bits } from '../edge-values.js';
import { signed, unsigned } from '../../encoded-integers.js';
import {
  prefixed,
  SCALAR_MEMORY_OPERATORS,
  SCALAR_OPERATORS,
  TYPE_CODES,
  VECTOR_MEMORY_OPERATORS,
  VECTOR_OPERATORS,
  type MemoryOperator,
  type PlainOperator,
  type TypeLetter,
} from '../operators.js';
import { randomTypes, type ModuleShape, type Signature } from './module-shape.js';
import { OP } from './opcodes.js';

const COMPARISONS = SCALAR_OPERATORS.filter(
  ({ parameters, result }) => result === 'i' && (parameters === 'ii' || parameters === 'i'),
);

const ADDRESSES = [0, 1, 3, 7, 8, 100, 65500, 65520, 65528, 65532, 65535, 65536, -1];
const NEAR_OFFSETS = [0, 0, 0, 1, 4, 8];
const FAR_OFFSETS = [65535, 65536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const ELEMENTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];

const DIVISIONS = new Set([0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82]);
/** i32 and i64 truncations that trap for what is out of range: written rarely. */
const TRUNCATIONS = new Set([0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1]);

/** Opcode of the full store by type. */
const STORES: Readonly<Partial<Record<TypeLetter, readonly number[]>>> = {
  i: [0x36],
  I: [0x37],
  f: [0x38],
  F: [0x39],
  v: [0xfd, 0x0b],
};
/** Values are shown in the second half of the first page. */
const SHOWN_OFFSET = 0x8000;

export interface Label {
  readonly isLoop: boolean;
  /** Types a branch carries. */
  readonly branch: readonly TypeLetter[];
  readonly results: readonly TypeLetter[];
  /** Stack height below the label's parameters. */
  readonly base: number;
  /** Loops: local that counts the iterations left. */
  readonly counter: number;
}
/** Writes straight code over a model of the operand stack: operators, locals, globals, memory and tables. */
export class StraightCode {
  protected readonly code: number[] = [];
  protected readonly stack: TypeLetter[] = [];
  protected readonly labels: Label[] = [];
  protected readonly locals: TypeLetter[];
  protected readonly parameterCount: number;
  /** Locals that count the iterations of loops: nothing else writes them. */
  protected readonly reserved = new Set<number>();
  /** Per type: local through which `storeTop` brings a value over its address. */
  protected readonly sinks = new Map<TypeLetter, number>();
  protected readonly plain: readonly PlainOperator[];
  protected readonly integer: readonly PlainOperator[];
  protected readonly memory: readonly MemoryOperator[];

  constructor(
    protected readonly random: Random,
    protected readonly shape: ModuleShape,
    protected readonly functionIndex: number,
    protected readonly letters: string,
  ) {
    const signature = shape.types[shape.functions[functionIndex]!]!;
    this.parameterCount = signature.parameters.length;
    const most = random.chance(0.1) ? 140 : 9;
    this.locals = [...signature.parameters, ...randomTypes(random, most, letters)];
    const useVectors = letters.includes('v');
    this.plain = [
      ...SCALAR_OPERATORS.filter((operator) => this.knows(operator)),
      ...(useVectors ? VECTOR_OPERATORS.filter((operator) => this.knows(operator)) : []),
    ];
    this.integer = this.plain.filter(({ parameters }) => /^[iI]+$/.test(parameters));
    this.memory = [
      ...SCALAR_MEMORY_OPERATORS.filter(({ value }) => letters.includes(value)),
      ...(useVectors ? VECTOR_MEMORY_OPERATORS : []),
    ];
  }

  protected knows({ parameters, result }: PlainOperator): boolean {
    return [...parameters, result].every((type) => this.letters.includes(type));
  }

  protected get signature(): Signature {
    return this.shape.types[this.shape.functions[this.functionIndex]!]!;
  }

  protected emit(...bytes: readonly number[]): void {
    for (const byte of bytes) this.code.push(byte);
  }

  protected get base(): number {
    return this.labels.at(-1)!.base;
  }

  protected someType(): TypeLetter {
    return this.random.chance(0.4)
      ? 'i'
      : (this.letters[this.random.integer(0, this.letters.length - 1)] as TypeLetter);
  }

  protected topIs(types: readonly TypeLetter[]): boolean {
    const from = this.stack.length - types.length;
    return from >= this.base && types.every((type, index) => this.stack[from + index] === type);
  }

  /** Makes sure that values of these types lie on top: what is there already, or what is pushed now. */
  protected ensure(types: readonly TypeLetter[]): void {
    if (this.random.chance(0.85) && this.topIs(types)) return;
    for (let kept = types.length - 1; kept > 0; kept--) {
      if (!this.random.chance(0.8) || !this.topIs(types.slice(0, kept))) continue;
      for (const type of types.slice(kept)) this.pushLeaf(type);
      return;
    }
    for (const type of types) this.pushLeaf(type);
  }

  protected pop(count: number): void {
    this.stack.length -= count;
  }

  protected localsOf(type: TypeLetter): number[] {
    const found: number[] = [];
    this.locals.forEach((local, index) => {
      if (local === type && !this.reserved.has(index)) found.push(index);
    });
    return found;
  }

  protected pushLeaf(type: TypeLetter): void {
    const locals = this.localsOf(type);
    if (locals.length > 0 && this.random.chance(0.65)) {
      this.emit(OP.localGet, ...unsigned(this.random.pick(locals)));
    } else {
      const globals = this.globalsOf(type, false);
      if (globals.length > 0 && this.random.chance(0.2))
        this.emit(OP.globalGet, ...unsigned(this.random.pick(globals)));
      else this.emitConstant(type);
    }
    this.stack.push(type);
  }

  protected emitConstant(type: TypeLetter): void {
    const { random } = this;
    switch (type) {
      case 'i':
        this.emit(OP.i32Const, ...signed(edgeI32(random)));
        break;
      case 'I':
        this.emit(OP.i64Const, ...signed(edgeI64(random)));
        break;
      case 'f':
        this.emit(OP.f32Const, ...bytesOfBits(BigInt(edgeF32Bits(random)), 4));
        break;
      case 'F':
        this.emit(OP.f64Const, ...bytesOfBits(edgeF64Bits(random), 8));
        break;
      case 'v':
        this.emit(0xfd, 0x0c, ...bytesOfBits(edgeV128Bits(random), 16));
        break;
      case 'r':
        if (this.shape.declaredFunctions.length > 0 && random.chance(0.7)) {
          this.emit(OP.refFunc, ...unsigned(random.pick(this.shape.declaredFunctions)));
        } else this.emit(OP.refNull, TYPE_CODES.r);
        break;
      case 'e':
        this.emit(OP.refNull, TYPE_CODES.e);
    }
  }

  protected globalsOf(type: TypeLetter, mutable: boolean): number[] {
    const found: number[] = [];
    this.shape.globals.forEach((global, index) => {
      if (index > 0 && global.type === type && (global.mutable || !mutable)) found.push(index);
    });
    return found;
  }

  protected applyOperator(): void {
    // Integer operators are the ones with most forms of their own: half of all, whatever else a module has.
    const candidates = this.random.chance(0.5) ? this.integer : this.plain;
    let operator = this.random.pick(candidates);
    for (let attempt = 0; attempt < 12 && !this.topIs([...operator.parameters] as TypeLetter[]); attempt++) {
      operator = this.random.pick(candidates);
    }
    if (TRUNCATIONS.has(operator.opcode[0]!) && this.random.chance(0.8)) return;
    this.apply(operator);
  }

  protected apply(operator: PlainOperator): void {
    const parameters = [...operator.parameters] as TypeLetter[];
    if (parameters.length > 1 && this.random.chance(0.35)) {
      // a constant on the right, as compilers write it
      this.ensure(parameters.slice(0, -1));
      this.emitConstant(parameters.at(-1)!);
      this.stack.push(parameters.at(-1)!);
    } else this.ensure(parameters);
    if (DIVISIONS.has(operator.opcode[0]!) && this.random.chance(0.9)) {
      this.avoidZero(operator.parameters[0] === 'I');
    }
    this.emit(...operator.opcode);
    if (operator.lanes === 32) {
      for (let lane = 0; lane < 16; lane++) this.emit(this.random.integer(0, 31));
    } else if (operator.lanes > 0) this.emit(this.random.integer(0, operator.lanes - 1));
    this.pop(parameters.length);
    this.stack.push(operator.result);
  }

  /** Sets the lowest bit of a divisor; -1 stays possible. */
  protected avoidZero(isLong: boolean): void {
    if (isLong) this.emit(OP.i64Const, 1, 0x84);
    else this.emit(OP.i32Const, 1, 0x72);
  }

  protected newReserved(type: TypeLetter): number {
    const index = this.locals.push(type) - 1;
    this.reserved.add(index);
    return index;
  }

  protected setLocal(): void {
    const type = this.topOrNew();
    const locals = this.localsOf(type);
    if (locals.length === 0) {
      this.emit(OP.drop);
    } else this.emit(OP.localSet, ...unsigned(this.random.pick(locals)));
    this.pop(1);
  }

  protected teeLocal(): void {
    const locals = this.localsOf(this.topOrNew());
    if (locals.length > 0) this.emit(OP.localTee, ...unsigned(this.random.pick(locals)));
  }

  /** Type of the value on top, pushed now if there is none. */
  protected topOrNew(): TypeLetter {
    if (this.stack.length === this.base) this.pushLeaf(this.someType());
    return this.stack.at(-1)!;
  }

  protected setGlobal(): void {
    const globals = this.globalsOf(this.topOrNew(), true);
    if (globals.length === 0) return;
    this.emit(OP.globalSet, ...unsigned(this.random.pick(globals)));
    this.pop(1);
  }

  protected dropTop(): void {
    const type = this.topOrNew();
    if (this.random.chance(0.5)) this.storeTop(type);
    else this.emit(OP.drop);
    this.pop(1);
  }

  /** Stores the value on top where the final memory shows it, if there is memory. */
  protected storeTop(type: TypeLetter): void {
    const store = STORES[type];
    if (!this.shape.hasPages || store === undefined) {
      this.emit(OP.drop);
      return;
    }
    let local = this.sinks.get(type);
    if (local === undefined) {
      local = this.newReserved(type);
      this.sinks.set(type, local);
    }
    this.emit(OP.localSet, ...unsigned(local), OP.i32Const, ...signed(this.random.integer(0, 4000)));
    this.emit(OP.localGet, ...unsigned(local), ...store, 0, ...unsigned(SHOWN_OFFSET));
  }

  /** Stores some locals where the final memory shows them. */
  protected showLocals(): void {
    if (!this.shape.hasPages) return;
    for (let count = this.random.integer(0, 6); count > 0 && this.locals.length > 0; count--) {
      const local = this.random.integer(0, this.locals.length - 1);
      const store = STORES[this.locals[local]!];
      if (store === undefined) continue;
      this.emit(OP.i32Const, ...signed(16 * this.random.integer(0, 200)));
      this.emit(OP.localGet, ...unsigned(local), ...store, 0, ...unsigned(SHOWN_OFFSET));
    }
  }

  protected select(): void {
    const type = this.topOrNew();
    this.ensure([type, type]);
    this.leafCondition();
    if (type === 'r' || type === 'e' || this.random.chance(0.3))
      this.emit(OP.selectTyped, 1, TYPE_CODES[type]);
    else this.emit(OP.select);
    this.pop(1);
  }

  /** An i32 that the next operator consumes: not in the model of the stack. */
  protected condition(): void {
    if (this.random.chance(0.7)) this.apply(this.random.pick(COMPARISONS));
    else this.pushLeaf('i');
    this.pop(1);
  }

  /** Like `condition`, but never made of what lies on the stack already. */
  protected leafCondition(): void {
    if (this.random.chance(0.4)) {
      this.pushLeaf('i');
      this.pop(1);
      return;
    }
    const comparison = this.random.pick(COMPARISONS);
    for (const type of comparison.parameters) this.pushLeaf(type as TypeLetter);
    this.emit(...comparison.opcode);
    this.pop(comparison.parameters.length);
  }

  protected isNull(): void {
    const type = this.letters.includes('e') && this.random.chance(0.5) ? 'e' : 'r';
    this.ensure([type]);
    this.emit(OP.refIsNull);
    this.pop(1);
    this.stack.push('i');
  }

  // Memory and tables

  /**
   * Emits an i32 that the operator to come consumes; the model of the stack does not show it. Only the first operand of an
   * operator may be made of what lies on the stack already.
   */
  protected operand(
    isFirst: boolean,
    constants: readonly number[],
    constantChance: number,
    mask: number,
  ): void {
    const { random } = this;
    if (random.chance(constantChance)) {
      this.emit(OP.i32Const, ...signed(random.pick(constants)));
      return;
    }
    if (isFirst) this.ensure(['i']);
    else this.pushLeaf('i');
    this.pop(1);
    if (random.chance(0.95)) this.emit(OP.i32Const, ...signed(mask), OP.i32And);
  }

  /** Mostly small or near the end of the first page, now and then anything. */
  protected address(isFirst = true): void {
    this.operand(isFirst, ADDRESSES, 0.2, this.random.chance(0.9) ? 0x7fff : 0xffff);
  }

  protected access(): void {
    const operator = this.random.pick(this.memory);
    const stored = operator.store || operator.lanes > 0;
    this.address();
    if (stored) {
      this.pushLeaf(operator.value);
    }
    this.emit(...operator.opcode, this.random.integer(0, operator.widthLog2));
    this.emit(...unsigned(this.random.pick(this.random.chance(0.93) ? NEAR_OFFSETS : FAR_OFFSETS)));
    if (operator.lanes > 0) this.emit(this.random.integer(0, operator.lanes - 1));
    if (stored) this.pop(1);
    if (!operator.store) this.stack.push(operator.value);
  }

  protected bulkMemory(): void {
    const { random, shape } = this;
    const small = () => this.emit(OP.i32Const, ...signed(random.pick([0, 1, 2, 7, 16, 33, 1000])));
    switch (random.integer(0, 5)) {
      case 0:
        this.emit(OP.memorySize, 0);
        this.stack.push('i');
        return;
      case 1:
        this.emit(OP.i32Const, ...signed(random.pick([0, 1, 2, -1, 65535])), OP.memoryGrow, 0);
        this.stack.push('i');
        return;
      case 2:
        this.address();
        this.address(false);
        small();
        this.emit(...prefixed(0xfc, 10), 0, 0);
        return;
      case 3:
        this.address();
        this.pushLeaf('i');
        small();
        this.emit(...prefixed(0xfc, 11), 0);
        this.pop(1);
        return;
      default:
        if (shape.dataSegments === 0) return;
        if (random.chance(0.2)) {
          this.emit(...prefixed(0xfc, 9), ...unsigned(random.integer(0, shape.dataSegments - 1)));
          return;
        }
        this.address();
        small();
        small();
        this.emit(...prefixed(0xfc, 8), ...unsigned(random.integer(0, shape.dataSegments - 1)), 0);
    }
  }

  protected element(isFirst = true): void {
    this.operand(isFirst, ELEMENTS, 0.6, this.random.chance(0.9) ? 7 : 15);
  }

  protected tableOperator(): void {
    const { random, shape } = this;
    const table = this.letters.includes('e') && random.chance(0.5) ? 1 : 0;
    const type: TypeLetter = table === 1 ? 'e' : 'r';
    if (!this.letters.includes(type)) return;
    switch (random.integer(0, 7)) {
      case 0:
        this.element();
        this.emit(OP.tableGet, table);
        this.stack.push(type);
        return;
      case 1:
        this.element();
        this.pushLeaf(type);
        this.emit(OP.tableSet, table);
        this.pop(1);
        return;
      case 2:
        this.emit(...prefixed(0xfc, 16), table);
        this.stack.push('i');
        return;
      case 3:
        this.pushLeaf(type);
        this.emit(OP.i32Const, ...signed(random.pick([0, 1, 3, -1])), ...prefixed(0xfc, 15), table);
        this.pop(1);
        this.stack.push('i');
        return;
      case 4:
        this.element();
        this.pushLeaf(type);
        this.emit(OP.i32Const, random.integer(0, 5), ...prefixed(0xfc, 17), table);
        this.pop(1);
        return;
      case 5:
        this.element();
        this.element(false);
        this.emit(OP.i32Const, random.integer(0, 5), ...prefixed(0xfc, 14), table, table);
        return;
      default: {
        if (shape.elementSegments === 0) return;
        const segment = unsigned(random.integer(0, shape.elementSegments - 1));
        if (random.chance(0.2)) {
          this.emit(...prefixed(0xfc, 13), ...segment);
          return;
        }
        this.element();
        this.emit(OP.i32Const, random.integer(0, 3), OP.i32Const, random.integer(0, 4));
        this.emit(...prefixed(0xfc, 12), ...segment, 0);
      }
    }
  }
}
