import type { Random } from 'wasm-dyno/corpora';
import { bytesOfBits, edgeF32Bits, edgeF64Bits, edgeI32, edgeI64, edgeV128Bits } from '../edge-values.js';
import { signed, sized, unsigned } from '../module-binary.js';
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
import { randomTypes, type ModuleShape, type Signature, type TypeList } from './module-shape.js';

const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  drop: 0x1a,
  select: 0x1b,
  selectTyped: 0x1c,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32GtS: 0x4a,
  i32Sub: 0x6b,
  i32And: 0x71,
  refNull: 0xd0,
  refIsNull: 0xd1,
  refFunc: 0xd2,
} as const;

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

interface Label {
  readonly isLoop: boolean;
  /** Types a branch carries. */
  readonly branch: readonly TypeLetter[];
  readonly results: readonly TypeLetter[];
  /** Stack height below the label's parameters. */
  readonly base: number;
  /** Loops: local that counts the iterations left. */
  readonly counter: number;
}

interface Action {
  readonly weight: number;
  readonly act: () => void;
}

/**
 * Writes one random function body as a stack machine would be driven: it keeps a model of the operand stack and lets
 * values lie on it while it does other things, so that names of locals stay pending over writes to them, blocks take
 * parameters off a deep stack and branches carry several values from anywhere. Every loop has a counter of its own.
 */
export class RandomBody {
  private readonly code: number[] = [];
  private readonly stack: TypeLetter[] = [];
  private readonly labels: Label[] = [];
  private readonly locals: TypeLetter[];
  private readonly parameterCount: number;
  /** Locals that count the iterations of loops: nothing else writes them. */
  private readonly reserved = new Set<number>();
  /** Per type: local through which `storeTop` brings a value over its address. */
  private readonly sinks = new Map<TypeLetter, number>();
  private readonly plain: readonly PlainOperator[];
  private readonly integer: readonly PlainOperator[];
  private readonly memory: readonly MemoryOperator[];
  private readonly actions: readonly Action[];
  private budget: number;

  constructor(
    private readonly random: Random,
    private readonly shape: ModuleShape,
    private readonly types: TypeList,
    private readonly functionIndex: number,
    private readonly letters: string,
    size: number,
  ) {
    const signature = shape.types[shape.functions[functionIndex]!]!;
    this.budget = size;
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
    this.actions = this.possibleActions();
  }

  private knows({ parameters, result }: PlainOperator): boolean {
    return [...parameters, result].every((type) => this.letters.includes(type));
  }

  private get signature(): Signature {
    return this.shape.types[this.shape.functions[this.functionIndex]!]!;
  }

  /** The body with its size. */
  write(): number[] {
    const { results } = this.signature;
    if (this.shape.guarded) this.writeGuard();
    this.labels.push({ isLoop: false, branch: results, results, base: 0, counter: -1 });
    this.fill(this.random.integer(3, 14), results);
    this.emit(OP.end);
    const declared = this.locals.slice(this.parameterCount);
    const groups: [number, TypeLetter][] = [];
    for (const type of declared) {
      const last = groups.at(-1);
      if (last?.[1] === type) last[0]++;
      else groups.push([1, type]);
    }
    const declarations = groups.flatMap(([count, type]) => [...unsigned(count), TYPE_CODES[type]]);
    return sized([...unsigned(groups.length), ...declarations, ...this.code]);
  }

  private writeGuard(): void {
    this.emit(OP.globalGet, 0, OP.i32Const, 1, OP.i32Sub, OP.globalSet, 0);
    this.emit(OP.globalGet, 0, OP.i32Const, 0, 0x48, OP.if, 0x40, OP.unreachable, OP.end);
  }

  private emit(...bytes: readonly number[]): void {
    for (const byte of bytes) this.code.push(byte);
  }

  // Straight code

  private possibleActions(): Action[] {
    const { shape } = this;
    const actions: Action[] = [
      { weight: 22, act: () => this.pushLeaf(this.someType()) },
      { weight: 34, act: () => this.applyOperator() },
      { weight: 12, act: () => this.setLocal() },
      { weight: 6, act: () => this.teeLocal() },
      { weight: 3, act: () => this.setGlobal() },
      { weight: 3, act: () => this.dropTop() },
      { weight: 4, act: () => this.select() },
      { weight: 5, act: () => this.block(OP.block) },
      { weight: 4, act: () => this.block(OP.loop) },
      { weight: 6, act: () => this.ifElse() },
      { weight: 6, act: () => this.branchIf() },
      { weight: 4, act: () => this.call() },
      { weight: 1, act: () => this.emit(OP.nop) },
    ];
    if (shape.hasMemory) {
      actions.push({ weight: 12, act: () => this.access() });
      actions.push({ weight: 3, act: () => this.bulkMemory() });
    }
    if (shape.hasTables) {
      actions.push({ weight: 2, act: () => this.tableOperator() });
      actions.push({ weight: 3, act: () => this.callIndirect() });
    }
    if (this.letters.includes('r') || this.letters.includes('e')) {
      actions.push({ weight: 2, act: () => this.isNull() });
    }
    return actions;
  }

  /** Writes random code, then sees to it that exactly `results` lie on the stack above the label's base. */
  private fill(steps: number, results: readonly TypeLetter[]): void {
    for (; steps > 0 && this.budget > 0; steps--) {
      this.budget--;
      this.random.weighted(this.actions).act();
    }
    if (this.labels.length === 1) this.showLocals();
    if (this.random.chance(this.labels.length === 1 ? 0.05 : 0.15)) this.leave();
    else this.settle(results);
  }

  private get base(): number {
    return this.labels.at(-1)!.base;
  }

  private someType(): TypeLetter {
    return this.random.chance(0.4)
      ? 'i'
      : (this.letters[this.random.integer(0, this.letters.length - 1)] as TypeLetter);
  }

  private topIs(types: readonly TypeLetter[]): boolean {
    const from = this.stack.length - types.length;
    return from >= this.base && types.every((type, index) => this.stack[from + index] === type);
  }

  /** Makes sure that values of these types lie on top: what is there already, or what is pushed now. */
  private ensure(types: readonly TypeLetter[]): void {
    if (this.random.chance(0.85) && this.topIs(types)) return;
    for (let kept = types.length - 1; kept > 0; kept--) {
      if (!this.random.chance(0.8) || !this.topIs(types.slice(0, kept))) continue;
      for (const type of types.slice(kept)) this.pushLeaf(type);
      return;
    }
    for (const type of types) this.pushLeaf(type);
  }

  private pop(count: number): void {
    this.stack.length -= count;
  }

  private localsOf(type: TypeLetter): number[] {
    const found: number[] = [];
    this.locals.forEach((local, index) => {
      if (local === type && !this.reserved.has(index)) found.push(index);
    });
    return found;
  }

  private pushLeaf(type: TypeLetter): void {
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

  private emitConstant(type: TypeLetter): void {
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

  private globalsOf(type: TypeLetter, mutable: boolean): number[] {
    const found: number[] = [];
    this.shape.globals.forEach((global, index) => {
      if (index > 0 && global.type === type && (global.mutable || !mutable)) found.push(index);
    });
    return found;
  }

  private applyOperator(): void {
    // Integer operators are the ones with most forms of their own: half of all, whatever else a module has.
    const candidates = this.random.chance(0.5) ? this.integer : this.plain;
    let operator = this.random.pick(candidates);
    for (let attempt = 0; attempt < 12 && !this.topIs([...operator.parameters] as TypeLetter[]); attempt++) {
      operator = this.random.pick(candidates);
    }
    if (TRUNCATIONS.has(operator.opcode[0]!) && this.random.chance(0.8)) return;
    this.apply(operator);
  }

  private apply(operator: PlainOperator): void {
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
  private avoidZero(isLong: boolean): void {
    if (isLong) this.emit(OP.i64Const, 1, 0x84);
    else this.emit(OP.i32Const, 1, 0x72);
  }

  private newReserved(type: TypeLetter): number {
    const index = this.locals.push(type) - 1;
    this.reserved.add(index);
    return index;
  }

  private setLocal(): void {
    const type = this.topOrNew();
    const locals = this.localsOf(type);
    if (locals.length === 0) {
      this.emit(OP.drop);
    } else this.emit(OP.localSet, ...unsigned(this.random.pick(locals)));
    this.pop(1);
  }

  private teeLocal(): void {
    const locals = this.localsOf(this.topOrNew());
    if (locals.length > 0) this.emit(OP.localTee, ...unsigned(this.random.pick(locals)));
  }

  /** Type of the value on top, pushed now if there is none. */
  private topOrNew(): TypeLetter {
    if (this.stack.length === this.base) this.pushLeaf(this.someType());
    return this.stack.at(-1)!;
  }

  private setGlobal(): void {
    const globals = this.globalsOf(this.topOrNew(), true);
    if (globals.length === 0) return;
    this.emit(OP.globalSet, ...unsigned(this.random.pick(globals)));
    this.pop(1);
  }

  private dropTop(): void {
    const type = this.topOrNew();
    if (this.random.chance(0.5)) this.storeTop(type);
    else this.emit(OP.drop);
    this.pop(1);
  }

  /** Stores the value on top where the final memory shows it, if there is memory. */
  private storeTop(type: TypeLetter): void {
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
  private showLocals(): void {
    if (!this.shape.hasPages) return;
    for (let count = this.random.integer(0, 6); count > 0 && this.locals.length > 0; count--) {
      const local = this.random.integer(0, this.locals.length - 1);
      const store = STORES[this.locals[local]!];
      if (store === undefined) continue;
      this.emit(OP.i32Const, ...signed(16 * this.random.integer(0, 200)));
      this.emit(OP.localGet, ...unsigned(local), ...store, 0, ...unsigned(SHOWN_OFFSET));
    }
  }

  private select(): void {
    const type = this.topOrNew();
    this.ensure([type, type]);
    this.leafCondition();
    if (type === 'r' || type === 'e' || this.random.chance(0.3))
      this.emit(OP.selectTyped, 1, TYPE_CODES[type]);
    else this.emit(OP.select);
    this.pop(1);
  }

  /** An i32 that the next operator consumes: not in the model of the stack. */
  private condition(): void {
    if (this.random.chance(0.7)) this.apply(this.random.pick(COMPARISONS));
    else this.pushLeaf('i');
    this.pop(1);
  }

  /** Like `condition`, but never made of what lies on the stack already. */
  private leafCondition(): void {
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

  private isNull(): void {
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
  private operand(
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
  private address(isFirst = true): void {
    this.operand(isFirst, ADDRESSES, 0.2, this.random.chance(0.9) ? 0x7fff : 0xffff);
  }

  private access(): void {
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

  private bulkMemory(): void {
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

  private element(isFirst = true): void {
    this.operand(isFirst, ELEMENTS, 0.6, this.random.chance(0.9) ? 7 : 15);
  }

  private tableOperator(): void {
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

  // Calls

  private callees(): number[] {
    const first = this.shape.guarded ? 0 : this.functionIndex + 1;
    const found: number[] = [];
    for (let index = 0; index < this.shape.functions.length; index++) {
      if (index < this.shape.importedFunctions || index >= first) found.push(index);
    }
    return found.filter((index) => {
      const { parameters, results } = this.shape.types[this.shape.functions[index]!]!;
      return [...parameters, ...results].every((type) => this.letters.includes(type));
    });
  }

  private call(): void {
    const callees = this.callees();
    if (callees.length === 0) return;
    const callee = this.random.pick(callees);
    const type = this.shape.types[this.shape.functions[callee]!]!;
    this.ensure(type.parameters);
    this.emit(OP.call, ...unsigned(callee));
    this.pop(type.parameters.length);
    this.stack.push(...type.results);
  }

  private callIndirect(): void {
    const callees = this.callees();
    if (callees.length === 0) return;
    const index = this.shape.functions[this.random.pick(callees)]!;
    const type = this.shape.types[index]!;
    this.ensure(type.parameters);
    this.pushElement();
    this.emit(OP.callIndirect, ...unsigned(index), 0);
    this.pop(type.parameters.length);
    this.stack.push(...type.results);
  }

  private pushElement(): void {
    const locals = this.localsOf('i');
    if (locals.length > 0 && this.random.chance(0.4)) {
      this.emit(OP.localGet, ...unsigned(this.random.pick(locals)));
      if (this.random.chance(0.8)) this.emit(OP.i32Const, 7, OP.i32And);
    } else this.emit(OP.i32Const, ...signed(this.random.integer(0, 12)));
  }

  // Control

  private blockType(parameters: readonly TypeLetter[], results: readonly TypeLetter[]): number[] {
    if (parameters.length === 0 && results.length === 0 && this.random.chance(0.9)) return [0x40];
    if (parameters.length === 0 && results.length === 1 && this.random.chance(0.9))
      return [TYPE_CODES[results[0]!]];
    return signed(this.types.indexOf({ parameters, results }));
  }

  /** Parameters for a block: whatever lies on top. */
  private takeParameters(): TypeLetter[] {
    const available = this.stack.length - this.base;
    const count = Math.min(available, this.random.chance(0.5) ? 0 : this.random.integer(0, 4));
    return count === 0 ? [] : this.stack.slice(-count);
  }

  private blockResults(parameters: readonly TypeLetter[]): TypeLetter[] {
    if (parameters.length > 0 && this.random.chance(0.3)) return [...parameters];
    return randomTypes(this.random, this.random.chance(0.3) ? 4 : 1, this.letters);
  }

  private block(opcode: number): void {
    if (this.labels.length > 7) return;
    const parameters = this.takeParameters();
    const results = this.blockResults(parameters);
    const isLoop = opcode === OP.loop;
    let counter = -1;
    if (isLoop) {
      counter = this.newReserved('i');
      this.emit(OP.i32Const, this.random.integer(1, 5), OP.localSet, ...unsigned(counter));
    }
    this.emit(opcode, ...this.blockType(parameters, results));
    const base = this.stack.length - parameters.length;
    this.labels.push({ isLoop, branch: isLoop ? parameters : results, results, base, counter });
    this.fill(this.random.integer(1, 7), results);
    if (isLoop && this.random.chance(0.6) && this.topIs(results)) this.repeatLoop(results);
    this.closeLabel();
  }

  /** At the end of a loop, with the results on the stack: a branch back that carries fresh parameters. */
  private repeatLoop(results: readonly TypeLetter[]): void {
    const { branch } = this.labels.at(-1)!;
    for (const type of branch) this.pushLeaf(type);
    this.loopCondition(this.labels.at(-1)!);
    this.emit(OP.brIf, 0);
    for (let left = branch.length; left > 0; left--) this.emit(OP.drop);
    this.pop(branch.length);
    if (!this.topIs(results)) throw new Error('the model of the stack is wrong');
  }

  private loopCondition({ counter }: Label): void {
    const index = unsigned(counter);
    this.emit(OP.localGet, ...index, OP.i32Const, 1, OP.i32Sub, OP.localTee, ...index);
    if (this.random.chance(0.6)) this.emit(OP.i32Const, 0, OP.i32GtS);
    else this.emit(OP.i32Const, 0, 0x4a, OP.i32Eqz, OP.i32Eqz);
  }

  private closeLabel(): void {
    const { base, results } = this.labels.pop()!;
    this.emit(OP.end);
    this.stack.length = base;
    this.stack.push(...results);
  }

  private ifElse(): void {
    if (this.labels.length > 7) return;
    this.condition();
    const parameters = this.takeParameters();
    const hasElse = this.random.chance(0.6);
    const results = hasElse ? this.blockResults(parameters) : parameters;
    this.emit(OP.if, ...this.blockType(parameters, results));
    const base = this.stack.length - parameters.length;
    this.labels.push({ isLoop: false, branch: results, results, base, counter: -1 });
    this.fill(this.random.integer(0, 6), results);
    if (hasElse) {
      this.emit(OP.else);
      this.stack.length = base;
      this.stack.push(...parameters);
      this.fill(this.random.integer(0, 6), results);
    }
    this.closeLabel();
  }

  /** Depth of a label to branch to, outwards from 0. */
  private someDepth(): number {
    const deepest = this.labels.length - 1;
    return this.random.chance(0.5)
      ? this.random.integer(0, Math.min(1, deepest))
      : this.random.integer(0, deepest);
  }

  private label(depth: number): Label {
    return this.labels[this.labels.length - 1 - depth]!;
  }

  private branchIf(): void {
    const depth = this.someDepth();
    const label = this.label(depth);
    this.ensure(label.branch);
    if (label.isLoop) this.loopCondition(label);
    else this.leafCondition();
    this.emit(OP.brIf, ...unsigned(depth));
  }

  /** Ends the block by an operator that never falls through, perhaps with dead code behind it. */
  private leave(): void {
    const { random } = this;
    switch (random.integer(0, 7)) {
      case 0:
        if (random.chance(0.2)) {
          this.emit(OP.unreachable);
          break;
        }
      // falls through
      case 1:
        this.ensure(this.signature.results);
        this.emit(OP.return);
        break;
      case 2:
      case 3:
        this.branchTable();
        break;
      case 4:
        this.tailCall();
        break;
      default: {
        const depth = this.someDepth();
        if (this.label(depth).isLoop) this.trapWhenDone(this.label(depth));
        this.ensure(this.label(depth).branch);
        this.emit(OP.br, ...unsigned(depth));
      }
    }
    this.stack.length = this.base;
    if (random.chance(0.3)) this.deadCode();
  }

  private trapWhenDone(label: Label): void {
    this.loopCondition(label);
    this.emit(OP.i32Eqz, OP.if, 0x40, OP.unreachable, OP.end);
  }

  private branchTable(): void {
    const { random } = this;
    const first = this.someDepth();
    const types = this.label(first).branch.join();
    const depths = this.labels
      .map((_, index) => index)
      .filter((depth) => this.label(depth).branch.join() === types);
    for (const depth of depths) if (this.label(depth).isLoop) this.trapWhenDone(this.label(depth));
    this.ensure(this.label(first).branch);
    this.pushElement();
    const targets = Array.from({ length: random.integer(0, 6) }, () => random.pick(depths));
    this.emit(OP.brTable, ...unsigned(targets.length));
    for (const depth of [...targets, first]) this.emit(...unsigned(depth));
  }

  private tailCall(): void {
    const results = this.signature.results.join();
    const callees = this.callees().filter(
      (index) => this.shape.types[this.shape.functions[index]!]!.results.join() === results,
    );
    if (callees.length === 0) {
      this.ensure(this.signature.results);
      this.emit(OP.return);
      return;
    }
    const callee = this.random.pick(callees);
    const type = this.shape.types[this.shape.functions[callee]!]!;
    this.ensure(type.parameters);
    if (this.shape.hasTables && this.random.chance(0.4)) {
      this.pushElement();
      this.emit(OP.returnCallIndirect, ...unsigned(this.shape.functions[callee]!), 0);
    } else this.emit(OP.returnCall, ...unsigned(callee));
  }

  /** Code that is never reached: operands may come from nowhere (spec 3.4, polymorphic stacks). */
  private deadCode(): void {
    const operator = this.random.pick(this.plain);
    this.emit(...operator.opcode);
    if (operator.lanes === 32) this.emit(...new Array<number>(16).fill(3));
    else if (operator.lanes > 0) this.emit(operator.lanes - 1);
    this.emit(OP.drop);
    if (this.random.chance(0.5)) this.emit(OP.block, 0x40, OP.nop, OP.unreachable, OP.end);
    if (this.random.chance(0.3))
      this.emit(
        OP.i32Const,
        1,
        OP.if,
        TYPE_CODES.i,
        OP.i32Const,
        2,
        OP.else,
        OP.i32Const,
        3,
        OP.end,
        OP.drop,
        OP.br,
        0,
      );
    if (this.random.chance(0.3)) this.emit(OP.unreachable);
  }

  /** Leaves exactly `results` above the base. */
  private settle(results: readonly TypeLetter[]): void {
    const above = this.stack.length - this.base;
    if (above === results.length && this.topIs(results)) return;
    if (this.random.chance(0.5) && !this.labels.at(-1)!.isLoop) {
      // A branch carries the results over whatever lies under them.
      this.ensure(results);
      this.emit(OP.br, 0);
      this.stack.length = this.base;
      return;
    }
    let matching = 0;
    while (
      matching < above &&
      matching < results.length &&
      this.stack[this.base + matching] === results[matching]
    )
      matching++;
    for (let left = above - matching; left > 0; left--) {
      if (this.random.chance(0.4)) this.setLocal();
      else this.dropTop();
    }
    for (const type of results.slice(matching)) this.pushLeaf(type);
  }
}
