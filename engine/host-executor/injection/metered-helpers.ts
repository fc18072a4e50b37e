import type { ParsedModule } from '../../binary/parsed-module.js';
import { Operator, OperatorPrefix } from '../../binary/operator.js';
import type { ExecutionCosts } from '../../fuel/execution-costs.js';
import type { AddressType } from '../../types/external-type.js';
import { ValueType } from '../../types/value-type.js';
import { ByteWriter } from '../../binary/byte-writer.js';
import { RefusalAnswer, refusedStep, RefusedStepKind } from './refused-step.js';

/** A function that the injection appends to the module. */
interface Helper {
  /** Index among the appended types. */
  readonly type: number;
  /** The body: local declarations, operators, `end`. */
  readonly body: Uint8Array;
}

/** The globals that helpers use; indices in the injected module. */
export interface HelperGlobals {
  readonly fuelGlobal: number;
  readonly requiredGlobal: number;
  readonly stepGlobal: number;
  readonly calledTableGlobal: number;
  readonly stackGlobal: number;
  /** Immutable functions that resumable modules ask, and wait in, when a step is refused; -1 in others. */
  readonly refusedGlobal: number;
  readonly waitGlobal: number;
  /** Mutable i64: bytes, and elements, that all memories and all tables of the store may still grow by. */
  readonly storeMemoryGlobal: number;
  readonly storeTableGlobal: number;
  /** Immutable i64: pages that memory 0 may have; the next memories have the next globals. */
  readonly firstMemoryMaximumGlobal: number;
  /** Immutable i64: elements that table 0 may have; the next tables have the next globals. */
  readonly firstTableMaximumGlobal: number;
}

const EMPTY_BLOCK_TYPE = 0x40;
/** Calls the function that a reference is to: with the type's index. */
const CALL_REF = 0x14;

/** What sizes cost. */
export interface SizeCosts {
  /** Bytes that are charged as one. */
  readonly bytesPerFuel: number;
  readonly execution: ExecutionCosts;
}

/** What the size of an operator is counted in: elements, or units of so many bytes. */
interface SizeUnit {
  readonly of: 'bulkBytes' | 'growthBytes' | 'tableElements';
  readonly bytes: number;
}
const BYTE: SizeUnit = { of: 'bulkBytes', bytes: 1 };
const ELEMENT: SizeUnit = { of: 'tableElements', bytes: 1 };

/** A memory or a table, as what bulk operators work on. */
interface Space {
  readonly index: number;
  readonly address: AddressType;
  /** What `fill` fills it with. */
  readonly filled: ValueType;
  readonly unit: SizeUnit;
  /** Begins an operator on it. */
  readonly begin: (code: Assembler) => void;
  /** Pushes whether `start + length` (locals) is within it. */
  readonly fits: (code: Assembler, start: AddressLocal, length: AddressLocal) => void;
}

/** Operator bytes of a helper, under construction. */
class Assembler {
  readonly out = new ByteWriter(64);

  operators(...operators: Operator[]): this {
    for (const operator of operators) {
      this.out.reserve(1);
      this.out.byte(operator);
    }
    return this;
  }

  /** An operator with integer immediates; the numbers from 0x100 on carry the prefix 0xfc. */
  with(operator: Operator, ...immediates: number[]): this {
    const { out } = this;
    out.reserve(8 + 5 * immediates.length);
    if ((operator as number) >= OperatorPrefix.MiscellaneousBase) {
      out.byte(OperatorPrefix.Miscellaneous);
      out.unsigned32(operator - OperatorPrefix.MiscellaneousBase);
    } else {
      out.byte(operator);
    }
    for (const immediate of immediates) out.unsigned32(immediate);
    return this;
  }

  constant(operator: Operator.I32Const | Operator.I64Const, value: number): this {
    this.out.reserve(10);
    this.out.byte(operator);
    this.out.signed(value);
    return this;
  }

  local(index: number): this {
    return this.with(Operator.LocalGet, index);
  }

  /** A local of an address type, as an i64. */
  wide(index: number, type: AddressType): this {
    this.local(index);
    return type === 'i32' ? this.operators(Operator.I64ExtendI32U) : this;
  }

  if(): this {
    return this.with(Operator.If, EMPTY_BLOCK_TYPE);
  }

  loop(): this {
    return this.with(Operator.Loop, EMPTY_BLOCK_TYPE);
  }

  end(): this {
    return this.operators(Operator.End);
  }

  /** Calls the function in a global, of this type. */
  callGlobal(global: number, type: number): this {
    return this.with(Operator.GlobalGet, global).with(CALL_REF as Operator, type);
  }
}

/**
 * The functions that injected code calls: charges out of line, operators that are paid by size, and conversions whose
 * two traps the host does not tell apart. Each is made when first asked for and has an index behind the module's own
 * functions, so that no function is renumbered.
 */
export class MeteredHelpers {
  /** Types of the helpers, to be appended to the type section: parameters, results. */
  readonly types: (readonly [parameters: readonly ValueType[], results: readonly ValueType[]])[] = [];
  readonly helpers: Helper[] = [];
  private readonly indices = new Map<string, number>();
  private readonly typeIndices = new Map<string, number>();
  private readonly firstIndex: number;
  private readonly truncationIndices: (number | undefined)[] = [];
  private refuseBlockIndex = -1;
  private refuseFrameIndex = -1;
  private chargeIndex = -1;
  private chargeOrWaitIndex = -1;
  private stopIndex = -1;
  private readonly resumable: boolean;
  /** Type indices of the functions that it asks and waits in. */
  private readonly refusedType: number = -1;
  private readonly waitType: number = -1;

  constructor(
    private readonly module: ParsedModule,
    private readonly globals: HelperGlobals,
    /** Undefined: sizes cost nothing. */
    private readonly costs: SizeCosts | undefined,
  ) {
    this.firstIndex = module.functionTypeIndices.length;
    this.resumable = globals.refusedGlobal >= 0;
    if (!this.resumable) return;
    // The imported globals name these types.
    this.refusedType = module.types.length + this.typeOf([ValueType.I32], [ValueType.I32]);
    this.waitType = module.types.length + this.typeOf([], [ValueType.I32]);
  }

  /**
   * `(fuel after the charge, charge)`: undoes the charge of a block that does not fit and traps; in resumable modules, where it may wait, it
   * charges in the end, and gives the fuel then left.
   */
  refuseBlock(): number {
    if (this.refuseBlockIndex < 0) {
      const { fuelGlobal } = this.globals;
      const code = new Assembler().local(0).local(1).operators(Operator.I64Add);
      code.with(Operator.GlobalSet, fuelGlobal);
      const step = () => code.constant(Operator.I32Const, refusedStep(RefusedStepKind.Block, 0));
      this.refuse(code, () => code.local(1), step);
      if (this.resumable) {
        code.with(Operator.GlobalGet, fuelGlobal).local(1).operators(Operator.I64Sub);
        code.with(Operator.GlobalSet, fuelGlobal).with(Operator.GlobalGet, fuelGlobal);
      }
      const results = this.resumable ? [ValueType.I64] : [];
      this.refuseBlockIndex = this.add([ValueType.I64, ValueType.I64], results, [], code);
    }
    return this.refuseBlockIndex;
  }

  /** Notes what a step requires, which the fuel does not suffice for, and traps, or waits until it does. */
  private refuse(code: Assembler, required: () => Assembler, step: () => Assembler): void {
    const { requiredGlobal, stepGlobal } = this.globals;
    required().with(Operator.GlobalSet, requiredGlobal);
    step().with(Operator.GlobalSet, stepGlobal);
    if (this.resumable) code.with(Operator.Call, this.stop());
    else code.operators(Operator.Unreachable);
  }

  /** `()`: asks what to do about the refused step: to trap, to wait and ask again, or to go on, with what this frame leaves of the stack. */
  private stop(): number {
    if (this.stopIndex < 0) {
      const { refusedGlobal, stackGlobal, waitGlobal } = this.globals;
      const [left, token, answer] = [0, 1, 2];
      const code = new Assembler().with(Operator.GlobalGet, stackGlobal).with(Operator.LocalSet, left).loop();
      code.local(token).callGlobal(refusedGlobal, this.refusedType).with(Operator.LocalTee, answer);
      code.constant(Operator.I32Const, RefusalAnswer.Wait).operators(Operator.I32Eq).if();
      code.callGlobal(waitGlobal, this.waitType).with(Operator.LocalSet, token).with(Operator.Br, 1).end();
      code.local(answer).if().operators(Operator.Unreachable).end().end();
      code.local(left).with(Operator.GlobalSet, stackGlobal);
      this.stopIndex = this.add([], [], [ValueType.I32, ValueType.I32, ValueType.I32], code);
    }
    return this.stopIndex;
  }

  /**
   * `(charge, step)`, in resumable modules: takes the charge off the store's fuel and gives 0; or gives 1, having waited until there is as much, with
   * nothing taken: what the step depends on may have changed meanwhile.
   */
  chargeOrWait(): number {
    if (this.chargeOrWaitIndex < 0) {
      const code = this.refusedUnlessCovered();
      code.constant(Operator.I32Const, 1).operators(Operator.Return).end();
      this.takeCharge(code).constant(Operator.I32Const, 0);
      this.chargeOrWaitIndex = this.add([ValueType.I64, ValueType.I32], [ValueType.I32], [], code);
    }
    return this.chargeOrWaitIndex;
  }

  /** `()`: traps, for want of stack. */
  refuseFrame(): number {
    if (this.refuseFrameIndex < 0) {
      const code = new Assembler()
        .constant(Operator.I32Const, refusedStep(RefusedStepKind.Frame, 0))
        .with(Operator.GlobalSet, this.globals.stepGlobal)
        .operators(Operator.Unreachable);
      this.refuseFrameIndex = this.add([], [], [], code);
    }
    return this.refuseFrameIndex;
  }

  /** `(charge, step)`: takes the charge off the store's fuel, or traps and takes nothing; in resumable modules it may wait before. */
  charge(): number {
    if (this.chargeIndex < 0) {
      const code = this.takeCharge(this.refusedUnlessCovered().end());
      this.chargeIndex = this.add([ValueType.I64, ValueType.I32], [], [], code);
    }
    return this.chargeIndex;
  }

  /** Of a helper `(charge, step)`: where the store's fuel does not cover the charge, its step is refused; the `if` stays open. */
  private refusedUnlessCovered(): Assembler {
    const code = new Assembler();
    code.with(Operator.GlobalGet, this.globals.fuelGlobal).local(0).operators(Operator.I64LtS).if();
    this.refuse(
      code,
      () => code.local(0),
      () => code.local(1),
    );
    return code;
  }

  private takeCharge(code: Assembler): Assembler {
    const { fuelGlobal } = this.globals;
    code.with(Operator.GlobalGet, fuelGlobal).local(0).operators(Operator.I64Sub);
    return code.with(Operator.GlobalSet, fuelGlobal);
  }

  /** The truncation of one operator, naming the trap of a NaN itself. */
  truncation(operator: Operator): number {
    const known = this.truncationIndices[operator];
    return known ?? (this.truncationIndices[operator] = this.newTruncation(operator));
  }

  private newTruncation(operator: Operator): number {
    const from64 =
      operator === Operator.I32TruncF64S ||
      operator === Operator.I32TruncF64U ||
      operator === Operator.I64TruncF64S ||
      operator === Operator.I64TruncF64U;
    const code = new Assembler()
      .local(0)
      .local(0)
      .operators(from64 ? Operator.F64Ne : Operator.F32Ne)
      .if()
      .constant(Operator.I32Const, refusedStep(RefusedStepKind.Conversion, 0))
      .with(Operator.GlobalSet, this.globals.stepGlobal)
      .operators(Operator.Unreachable)
      .end()
      .local(0)
      .operators(operator);
    const result = operator >= Operator.I64TruncF32S ? ValueType.I64 : ValueType.I32;
    return this.add([from64 ? ValueType.F64 : ValueType.F32], [result], [], code);
  }

  memoryFill(memory: number): number {
    return this.fill('memory.fill', Operator.MemoryFill, this.memorySpace(memory));
  }

  memoryCopy(destination: number, source: number): number {
    const [to, from] = [this.memorySpace(destination), this.memorySpace(source)];
    return this.copy('memory.copy', Operator.MemoryCopy, to, from);
  }

  memoryInit(segment: number, memory: number): number {
    return this.init('memory.init', Operator.MemoryInit, segment, this.memorySpace(memory));
  }

  tableFill(table: number): number {
    return this.fill('table.fill', Operator.TableFill, this.tableSpace(table));
  }

  tableCopy(destination: number, source: number): number {
    const [to, from] = [this.tableSpace(destination), this.tableSpace(source)];
    return this.copy('table.copy', Operator.TableCopy, to, from);
  }

  tableInit(segment: number, table: number): number {
    return this.init('table.init', Operator.TableInit, segment, this.tableSpace(table));
  }

  private memorySpace(index: number): Space {
    return {
      index,
      address: this.module.memories[index]!.addressType,
      filled: ValueType.I32,
      unit: BYTE,
      begin: (code) => this.beginStep(code),
      fits: (code, start, length) => this.fitsMemory(code, index, start, length),
    };
  }

  private tableSpace(index: number): Space {
    const { addressType, element } = this.module.tables[index]!;
    return {
      index,
      address: addressType,
      filled: element,
      unit: ELEMENT,
      begin: (code) => {
        this.beginStep(code);
        this.noteTableOperator(code);
      },
      fits: (code, start, length) => this.fitsTable(code, index, start, length),
    };
  }

  private fill(
    name: string,
    operator: Operator,
    { address, begin, filled, fits, index, unit }: Space,
  ): number {
    return this.once(`${name} ${index}`, () => {
      const perform = (code: Assembler) => code.local(0).local(1).local(2).with(operator, index);
      const code = new Assembler();
      begin(code);
      this.trapUnless(code, () => fits(code, [0, address], [2, address]), perform);
      this.chargeSize(code, operator, [2, address], unit);
      perform(code);
      return this.add([valueType(address), filled, valueType(address)], [], [], code);
    });
  }

  private copy(name: string, operator: Operator, to: Space, from: Space): number {
    return this.once(`${name} ${to.index} ${from.index}`, () => {
      const length: AddressType = to.address === 'i64' && from.address === 'i64' ? 'i64' : 'i32';
      const perform = (code: Assembler) =>
        code.local(0).local(1).local(2).with(operator, to.index, from.index);
      const code = new Assembler();
      to.begin(code);
      this.trapUnless(code, () => to.fits(code, [0, to.address], [2, length]), perform);
      this.trapUnless(code, () => from.fits(code, [1, from.address], [2, length]), perform);
      this.chargeSize(code, operator, [2, length], to.unit);
      perform(code);
      return this.add([valueType(to.address), valueType(from.address), valueType(length)], [], [], code);
    });
  }

  private init(
    name: string,
    operator: Operator,
    segment: number,
    { address, begin, fits, index, unit }: Space,
  ): number {
    return this.once(`${name} ${segment} ${index}`, () => {
      const perform = (code: Assembler) => code.local(0).local(1).local(2).with(operator, segment, index);
      const code = new Assembler();
      begin(code);
      this.trapUnless(code, () => fits(code, [0, address], [2, 'i32']), perform);
      this.trapUnless(code, () => this.sumFitsWord(code, 1, 2), perform);
      // Whether the segment (empty once dropped) reaches that far only it knows: initialise nothing from its end on.
      addressConstant(code, address, 0)
        .local(1)
        .local(2)
        .operators(Operator.I32Add)
        .constant(Operator.I32Const, 0)
        .with(operator, segment, index);
      this.chargeSize(code, operator, [2, 'i32'], unit);
      perform(code);
      return this.add([valueType(address), ValueType.I32, ValueType.I32], [], [], code);
    });
  }

  memoryGrow(memory: number): number {
    return this.once(`memory.grow ${memory}`, () => {
      const { addressType, pageSizeLog2 } = this.module.memories[memory]!;
      const maximum = this.globals.firstMemoryMaximumGlobal + memory;
      const code = new Assembler();
      const size = () => code.with(Operator.MemorySize, memory);
      const perform = () => code.local(0).with(Operator.MemoryGrow, memory);
      const pageBytes = 2 ** pageSizeLog2;
      const left = { global: this.globals.storeMemoryGlobal, perUnit: pageBytes };
      const unit: SizeUnit = { of: 'growthBytes', bytes: pageBytes };
      this.grow(code, Operator.MemoryGrow, addressType, 0, maximum, left, unit, size, perform);
      const type = valueType(addressType);
      return this.add([type], [type], [ValueType.I64, type], code);
    });
  }

  tableGrow(table: number): number {
    return this.once(`table.grow ${table}`, () => {
      const { addressType, element } = this.module.tables[table]!;
      const maximum = this.globals.firstTableMaximumGlobal + table;
      const code = new Assembler();
      const size = () => code.with(Operator.TableSize, table);
      const perform = () => code.local(0).local(1).with(Operator.TableGrow, table);
      const left = { global: this.globals.storeTableGlobal, perUnit: 1 };
      this.grow(code, Operator.TableGrow, addressType, 1, maximum, left, ELEMENT, size, perform);
      const type = valueType(addressType);
      return this.add([element, type], [type], [ValueType.I64, type], code);
    });
  }

  /**
   * Growth by the units in local `by`: -1 above the global `maximum`, or beyond what is left to the store; traps when the fuel does not suffice; then grows, and
   * charges if the host could. The two locals behind `by` are scratch: the charge (i64) and the result.
   */
  private grow(
    code: Assembler,
    operator: Operator,
    address: AddressType,
    by: number,
    maximum: number,
    left: { readonly global: number; readonly perUnit: number },
    unit: SizeUnit,
    size: () => Assembler,
    perform: () => Assembler,
  ): void {
    const { fuelGlobal } = this.globals;
    const chargeLocal = by + 1;
    const resultLocal = by + 2;
    const isWide = address === 'i64';
    this.beginStep(code);
    // maximum - size is signed: an imported memory or table may already be larger than we would let it grow.
    code.with(Operator.GlobalGet, maximum);
    size();
    if (!isWide) code.operators(Operator.I64ExtendI32U);
    code.operators(Operator.I64Sub).with(Operator.LocalTee, chargeLocal);
    code.constant(Operator.I64Const, 0).operators(Operator.I64LtS).if();
    addressConstant(code, address, -1).operators(Operator.Return).end();
    code.wide(by, address).local(chargeLocal).operators(Operator.I64GtU).if();
    addressConstant(code, address, -1).operators(Operator.Return).end();
    const taken = () => {
      code.wide(by, address);
      if (left.perUnit > 1) code.constant(Operator.I64Const, left.perUnit).operators(Operator.I64Mul);
    };
    taken();
    code.with(Operator.GlobalGet, left.global).operators(Operator.I64GtS).if();
    addressConstant(code, address, -1).operators(Operator.Return).end();

    this.fuelOfSize(code, [by, address], unit);
    code
      .with(Operator.LocalTee, chargeLocal)
      .with(Operator.GlobalGet, fuelGlobal)
      .operators(Operator.I64GtS)
      .if();
    this.refuse(
      code,
      () => code.local(chargeLocal),
      () => code.constant(Operator.I32Const, refusedStep(RefusedStepKind.Size, operator)),
    );
    if (this.resumable) code.with(Operator.Br, 1).end();
    code.end();

    perform().with(Operator.LocalTee, resultLocal);
    addressConstant(code, address, -1)
      .operators(isWide ? Operator.I64Ne : Operator.I32Ne)
      .if();
    code.with(Operator.GlobalGet, left.global);
    taken();
    code.operators(Operator.I64Sub).with(Operator.GlobalSet, left.global);
    code.with(Operator.GlobalGet, fuelGlobal).local(chargeLocal).operators(Operator.I64Sub);
    code.with(Operator.GlobalSet, fuelGlobal).end().local(resultLocal);
  }

  /** Pushes whether `start + length` (locals) is within the memory. */
  private fitsMemory(code: Assembler, memory: number, start: AddressLocal, length: AddressLocal): void {
    const { addressType, pageSizeLog2 } = this.module.memories[memory]!;
    fits(code, start, length, () => {
      code.with(Operator.MemorySize, memory);
      if (addressType === 'i32') code.operators(Operator.I64ExtendI32U);
      code.constant(Operator.I64Const, pageSizeLog2).operators(Operator.I64Shl);
    });
  }

  /** Pushes whether `start + length` (locals) is within the table. */
  private fitsTable(code: Assembler, table: number, start: AddressLocal, length: AddressLocal): void {
    fits(code, start, length, () => {
      code.with(Operator.TableSize, table);
      if (this.module.tables[table]!.addressType === 'i32') code.operators(Operator.I64ExtendI32U);
    });
  }

  /** Pushes whether the sum of two i32 locals is an i32 too. */
  private sumFitsWord(code: Assembler, first: number, second: number): void {
    code.wide(first, 'i32').wide(second, 'i32').operators(Operator.I64Add);
    code.constant(Operator.I64Const, 0xffff_ffff).operators(Operator.I64LeU);
  }

  /** Where the condition does not hold, performs the operator all the same: it traps as it should. */
  private trapUnless(code: Assembler, condition: () => void, perform: (code: Assembler) => Assembler): void {
    condition();
    code.operators(Operator.I32Eqz).if();
    perform(code).operators(Operator.Unreachable).end();
  }

  /** Pushes the fuel of a size: elements, or begun units of `bytesPerFuel` bytes, each at its cost. */
  private fuelOfSize(code: Assembler, size: AddressLocal, unit: SizeUnit): void {
    if (this.costs === undefined) {
      code.constant(Operator.I64Const, 0);
      return;
    }
    const { bytesPerFuel, execution } = this.costs;
    const times = (factor: number) => {
      if (factor !== 1) code.constant(Operator.I64Const, factor).operators(Operator.I64Mul);
    };
    code.wide(...size);
    times(unit.bytes);
    if (unit.of !== 'tableElements') {
      code.constant(Operator.I64Const, bytesPerFuel - 1).operators(Operator.I64Add);
      code.constant(Operator.I64Const, bytesPerFuel).operators(Operator.I64DivU);
    }
    times(execution[unit.of]);
  }

  private chargeSize(code: Assembler, operator: Operator, size: AddressLocal, unit: SizeUnit): void {
    if (this.costs === undefined) return;
    this.fuelOfSize(code, size, unit);
    code.constant(Operator.I32Const, refusedStep(RefusedStepKind.Size, operator));
    if (this.resumable) code.with(Operator.Call, this.chargeOrWait()).with(Operator.BrIf, 0).end();
    else code.with(Operator.Call, this.charge());
  }

  /** Where an operator begins that is paid by size: if it has to wait for that, bounds and limits are looked at again behind it. */
  private beginStep(code: Assembler): void {
    if (this.resumable) code.loop();
  }

  private noteTableOperator(code: Assembler): void {
    code.constant(Operator.I32Const, -1).with(Operator.GlobalSet, this.globals.calledTableGlobal);
  }

  private once(key: string, make: () => number): number {
    let index = this.indices.get(key);
    if (index === undefined) {
      index = make();
      this.indices.set(key, index);
    }
    return index;
  }

  private add(
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    locals: readonly ValueType[],
    code: Assembler,
  ): number {
    const type = this.typeOf(parameters, results);
    const body = new ByteWriter(1 + 2 * locals.length + code.out.position + 1);
    body.unsigned32(locals.length);
    for (const local of locals) {
      body.byte(1);
      body.byte(local);
    }
    body.bytes(code.out.written());
    body.byte(Operator.End);
    return this.firstIndex + this.helpers.push({ type, body: body.written() }) - 1;
  }

  /** Index among the appended types. */
  private typeOf(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    let type = this.typeIndices.get(key);
    if (type === undefined) {
      type = this.types.push([parameters, results]) - 1;
      this.typeIndices.set(key, type);
    }
    return type;
  }
}

type AddressLocal = readonly [local: number, type: AddressType];

/** Pushes `length <= size && start <= size - length`, all unsigned; `size` pushes an i64. */
function fits(code: Assembler, start: AddressLocal, length: AddressLocal, size: () => void): void {
  code.wide(...length);
  size();
  code.operators(Operator.I64LeU).wide(...start);
  size();
  code.wide(...length).operators(Operator.I64Sub, Operator.I64LeU, Operator.I32And);
}

function valueType(address: AddressType): ValueType {
  return address === 'i64' ? ValueType.I64 : ValueType.I32;
}

function addressConstant(code: Assembler, address: AddressType, value: number): Assembler {
  return code.constant(address === 'i64' ? Operator.I64Const : Operator.I32Const, value);
}
