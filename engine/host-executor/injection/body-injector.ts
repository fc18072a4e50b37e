import { afterLeb128, decodeUnsigned32 } from '../../binary/leb128.js';
import { Operator, OperatorPrefix } from '../../binary/operator.js';
import { skipImmediates } from '../../binary/operator-immediate.js';
import { memoryAccesses } from '../../binary/operator-signature.js';
import { functionTypeAt, type ParsedModule } from '../../binary/parsed-module.js';
import {
  callValuesFuel,
  carriedFuel,
  IMPORT_CALL,
  INVALID_CALL_FUEL,
  localsFuel,
  MOST_BLOCK_FUEL,
  tailCallValuesFuel,
} from '../../fuel/schedule.js';
import type { FunctionType } from '../../types/function-type.js';
import { ValueType } from '../../types/value-type.js';
import { ControlLabels, LabelKind } from './control-labels.js';
import type { ByteWriter } from '../../binary/byte-writer.js';
import { ChargeWriter } from './charge-writer.js';
import { CoreInjector } from './core-injector.js';
import { DirtyLabels } from './dirty-labels.js';
import type { InjectionLayout } from './injection-layout.js';
import { OperatorAction, operatorActions } from './operator-action.js';

/** What replaces or precedes a stretch of the original body. */
const enum Patch {
  /** A call of the function whose index is the value, instead of the operator. */
  Call,
  /** The value as an index, instead of the original global index. */
  GlobalIndex,
  /** Note of the table (the value) and element that the `call_indirect` behind it goes through. */
  NoteIndirectCall,
  /** Note that a table operator, not a `call_indirect`, comes. */
  NoteTableOperator,
  /** Behind a call: what this frame leaves of the stack. */
  RestoreFrame,
  /** Before a tail call: what this frame's caller leaves of it. */
  ReleaseFrame,
}

const enum BlockFlag {
  /** The store's fuel must be exact from the block's first operator on: it may trap, call or return. */
  Exposed = 1,
  /** The block calls: the cached fuel is out of date behind it. */
  Calls = 2,
}

/** Room that one block's charge and hand-over need at most. */
const MAXIMUM_CHARGE_BYTES = 128;
const MAXIMUM_PATCH_BYTES = 32;
const EMPTY_BLOCK_TYPE = 0x40;

/** Injects fuel accounting into function bodies, one at a time, appending them to a code section under construction. */
export class BodyInjector {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly charges: ChargeWriter;
  private readonly core: CoreInjector;
  private readonly labels = new ControlLabels();
  private readonly mayBeDirty: DirtyLabels = new DirtyLabels();
  private patchFrom: number[] = [];
  private patchTo: number[] = [];
  private patchKind: Patch[] = [];
  private patchValue: number[] = [];
  private patchCount = 0;

  private functionIndex = 0;
  private compact = false;
  /** Whether the function's fuel local may hold less than the fuel global. */
  private dirty = false;
  private fuelLoaded = false;
  private changed = false;
  private frameCost = 0;
  /** Holds what the frame leaves of the stack, in functions that call; else -1. */
  private leftLocal = -1;

  constructor(
    private readonly module: ParsedModule,
    private readonly layout: InjectionLayout,
    private readonly out: ByteWriter,
  ) {
    this.bytes = module.bytes;
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.charges = new ChargeWriter(out, layout);
    this.core = new CoreInjector(module, layout);
  }

  /**
   * Appends the body (its size first) of the defined function number `definedIndex`.
   * `compilationFuel` is charged on the first call; 0 charges nothing.
   */
  inject(definedIndex: number, compilationFuel: bigint): void {
    const { out } = this;
    const made = this.core.inject(definedIndex, compilationFuel);
    if (made !== undefined) {
      out.bytes(made);
      return;
    }
    const start = out.position;
    if (!this.layout.chargeExecution) {
      this.attempt(definedIndex, compilationFuel, true);
      return;
    }
    if (!this.attempt(definedIndex, compilationFuel, false)) {
      out.position = start;
      this.attempt(definedIndex, compilationFuel, true);
    }
  }

  /** Appends, in place of an invalid body, one that pays for having been compiled, and refuses each call. */
  injectRefusal(definedIndex: number, compilationFuel: bigint): void {
    const { charges, layout, module, out } = this;
    const functionIndex = module.importedFunctionCount + definedIndex;
    const sizePosition = out.position;
    out.reserve(2 * MAXIMUM_CHARGE_BYTES);
    out.position += 5;
    const contentPosition = out.position;
    out.byte(0);
    if (compilationFuel > 0n) charges.chargeCompilation(definedIndex, functionIndex, compilationFuel);
    if (layout.chargeExecution) charges.chargeByCall(INVALID_CALL_FUEL);
    charges.refuse(functionIndex);
    out.paddedUnsigned32At(sizePosition, out.position - contentPosition);
  }

  private attempt(definedIndex: number, compilationFuel: bigint, compact: boolean): boolean {
    const { bytes, module, out } = this;
    const bodyOffset = module.bodyOffsets[definedIndex]!;
    const bodyEnd = bodyOffset + module.bodyLengths[definedIndex]!;
    this.functionIndex = module.importedFunctionCount + definedIndex;
    this.compact = compact;
    const sizePosition = out.position;
    out.reserve(bodyEnd - bodyOffset + MAXIMUM_CHARGE_BYTES);
    out.position += 5;
    const contentPosition = out.position;

    // Local declarations, with the fuel local behind them.
    let offset = bodyOffset;
    const groupCount = decodeUnsigned32(bytes, offset);
    offset = afterLeb128(bytes, offset);
    const groupsOffset = offset;
    let locals = 0;
    let rare = 0;
    for (let group = 0; group < groupCount; group++) {
      const count = decodeUnsigned32(bytes, offset);
      offset = afterLeb128(bytes, offset);
      locals += count;
      if (bytes[offset]! <= ValueType.V128) rare += count;
      offset = afterLeb128(bytes, offset);
    }
    const parameterCount = functionTypeAt(module, this.functionIndex).parameters.length;
    const fuelLocal = parameterCount + locals;
    if (!compact && fuelLocal >= MAXIMUM_LOCALS) return false;
    this.charges.begin(fuelLocal);
    this.frameCost = module.frameCosts[definedIndex]!;
    const leftLocal = compact ? fuelLocal : fuelLocal + 1;
    const keepsLeft = module.makesCalls[definedIndex] !== 0;
    if (!compact && keepsLeft && leftLocal >= MAXIMUM_LOCALS) return false;
    // A function of as many locals as a host allows has none to keep its number in: behind its calls there is less than could be.
    this.leftLocal = keepsLeft && leftLocal < MAXIMUM_LOCALS ? leftLocal : -1;
    out.unsigned32(groupCount + (compact ? 0 : 1) + (this.leftLocal < 0 ? 0 : 1));
    this.copy(groupsOffset, offset);
    if (!compact) {
      out.byte(1);
      out.byte(ValueType.I64);
    }
    if (this.leftLocal >= 0) {
      out.byte(1);
      out.byte(ValueType.I32);
    }
    this.changed = false;
    if (compilationFuel > 0n) {
      this.changed = true;
      this.charges.chargeCompilation(definedIndex, this.functionIndex, compilationFuel);
    }
    this.beginFrame();
    this.injectOperators(offset, bodyEnd, localsFuel(locals, rare, this.layout.bytesPerFuel));

    if (!this.changed) {
      out.position = contentPosition;
      this.copy(bodyOffset, bodyEnd);
    }
    const size = out.position - contentPosition;
    if (!compact && size > MAXIMUM_BODY_BYTES) return false;
    out.paddedUnsigned32At(sizePosition, size);
    return true;
  }

  private beginFrame(): void {
    if (this.frameCost === 0) return;
    this.changed = true;
    if (this.leftLocal >= 0) this.charges.claimFrame(this.frameCost, this.leftLocal);
    else this.charges.checkFrame(this.frameCost);
  }

  /** The one pass over the operators of a body. */
  private injectOperators(offset: number, end: number, entryFuel: number): void {
    const { bytes, labels } = this;
    const costs = this.layout.execution.operators;
    const firstMovedGlobal = this.layout.importedGlobalCount;
    const addedGlobals = this.layout.addedGlobalCount;
    labels.reset(functionTypeAt(this.module, this.functionIndex).results.length);
    this.mayBeDirty.reset();
    this.dirty = false;
    this.fuelLoaded = false;
    this.patchCount = 0;
    let blockOffset = offset;
    let fuel = entryFuel;
    let flags = 0;

    while (offset < end) {
      const start = offset;
      const opcode = bytes[offset++]!;
      switch (operatorActions[opcode]! as OperatorAction) {
        case OperatorAction.Plain:
          fuel += costs[opcode]!;
          break;
        case OperatorAction.Free:
          break;
        case OperatorAction.PlainTrap:
          fuel += costs[opcode]!;
          flags |= BlockFlag.Exposed;
          break;
        case OperatorAction.Integer:
          fuel += costs[opcode]!;
          while (bytes[offset++]! > 0x7f);
          break;
        case OperatorAction.IntegerTrap:
          fuel += costs[opcode]!;
          flags |= BlockFlag.Exposed;
          while (bytes[offset++]! > 0x7f);
          this.patch(start, start, Patch.NoteTableOperator, 0);
          break;
        case OperatorAction.MemoryAccess: {
          fuel += costs[opcode]!;
          flags |= BlockFlag.Exposed;
          const alignment = bytes[offset]!;
          while (bytes[offset++]! > 0x7f);
          if (alignment & 0x40) while (bytes[offset++]! > 0x7f);
          while (bytes[offset++]! > 0x7f);
          break;
        }
        case OperatorAction.Bytes4:
          fuel += costs[opcode]!;
          offset += 4;
          break;
        case OperatorAction.Bytes8:
          fuel += costs[opcode]!;
          offset += 8;
          break;
        case OperatorAction.ValueTypes:
          fuel += costs[opcode]!;
          offset = skipImmediates(bytes, opcode, offset);
          break;
        case OperatorAction.Global: {
          fuel += costs[opcode]!;
          const index = decodeUnsigned32(bytes, offset);
          const indexOffset = offset;
          while (bytes[offset++]! > 0x7f);
          if (index >= firstMovedGlobal)
            this.patch(indexOffset, offset, Patch.GlobalIndex, index + addedGlobals);
          break;
        }
        case OperatorAction.Truncation:
          fuel += costs[opcode]!;
          flags |= BlockFlag.Exposed;
          this.patch(start, offset, Patch.Call, this.layout.helpers.truncation(opcode));
          break;
        case OperatorAction.MemoryGrow: {
          fuel += costs[opcode]!;
          const memory = decodeUnsigned32(bytes, offset);
          offset = afterLeb128(bytes, offset);
          flags |= BlockFlag.Exposed | BlockFlag.Calls;
          this.patch(start, offset, Patch.Call, this.layout.helpers.memoryGrow(memory));
          break;
        }
        case OperatorAction.Miscellaneous:
          fuel += costs[OperatorPrefix.MiscellaneousBase + decodeUnsigned32(bytes, offset)]!;
          offset = afterLeb128(bytes, offset);
          offset = this.miscellaneous(start, offset);
          flags |= this.miscellaneousFlags;
          break;
        case OperatorAction.Vector: {
          const operator = OperatorPrefix.VectorBase + decodeUnsigned32(bytes, offset);
          fuel += costs[operator]!;
          offset = skipImmediates(bytes, operator, afterLeb128(bytes, offset));
          if (memoryAccesses[operator] !== 0) flags |= BlockFlag.Exposed;
          break;
        }
        case OperatorAction.Block:
          while (bytes[offset++]! > 0x7f);
          labels.open(LabelKind.Block, this.resultCount(start + 1));
          this.mayBeDirty.open();
          break;
        case OperatorAction.Loop:
          while (bytes[offset++]! > 0x7f);
          if (labels.reachable) {
            this.endBlock(blockOffset, start, offset, fuel + costs[opcode]!, flags);
            blockOffset = offset;
            fuel = flags = 0;
            // The branches back are not known yet.
            this.dirty = true;
          }
          labels.open(LabelKind.Loop, this.parameterCount(start + 1));
          this.mayBeDirty.open();
          break;
        case OperatorAction.If:
          while (bytes[offset++]! > 0x7f);
          labels.open(LabelKind.If, this.resultCount(start + 1));
          if (labels.reachable) {
            this.endBlock(blockOffset, start, offset, fuel + costs[opcode]!, flags);
            blockOffset = offset;
            fuel = flags = 0;
          }
          this.mayBeDirty.openIf(this.dirty);
          break;
        case OperatorAction.Else: {
          const reachable = labels.reachable;
          this.endBlock(blockOffset, start, offset, reachable ? fuel : 0, reachable ? flags : 0);
          if (reachable) this.mayBeDirty.branch(0, this.dirty);
          this.dirty = this.mayBeDirty.atIf();
          labels.enterElse();
          blockOffset = offset;
          fuel = flags = 0;
          break;
        }
        case OperatorAction.End: {
          const reachable = labels.reachable;
          if (labels.depth === 1) {
            if (reachable) flags |= BlockFlag.Exposed;
            this.endBlock(blockOffset, -1, offset, reachable ? fuel : 0, reachable ? flags : 0);
            return;
          }
          if (labels.close()) {
            this.endBlock(blockOffset, start, offset, reachable ? fuel : 0, reachable ? flags : 0);
            this.dirty = this.mayBeDirty.close(reachable && this.dirty);
            blockOffset = offset;
            fuel = flags = 0;
          } else {
            this.mayBeDirty.close(false);
          }
          break;
        }
        case OperatorAction.Branch:
        case OperatorAction.BranchIf: {
          const label = decodeUnsigned32(bytes, offset);
          while (bytes[offset++]! > 0x7f);
          if (!labels.reachable) break;
          if (labels.isFunction(label)) flags |= BlockFlag.Exposed;
          labels.target(label);
          fuel += costs[opcode]! + carriedFuel(labels.arity(label));
          this.endBlock(blockOffset, start, offset, fuel, flags);
          this.mayBeDirty.branch(label, this.dirty);
          blockOffset = offset;
          fuel = flags = 0;
          if (opcode === Operator.Br) labels.reachable = false;
          break;
        }
        case OperatorAction.BranchTable: {
          let count = decodeUnsigned32(bytes, offset);
          offset = afterLeb128(bytes, offset);
          const targetsOffset = offset;
          for (let index = 0; index <= count; index++) {
            const label = decodeUnsigned32(bytes, offset);
            offset = afterLeb128(bytes, offset);
            if (labels.reachable && labels.isFunction(label)) flags |= BlockFlag.Exposed;
          }
          if (!labels.reachable) break;
          fuel += costs[opcode]! + carriedFuel(labels.arity(decodeUnsigned32(bytes, targetsOffset)));
          this.endBlock(blockOffset, start, offset, fuel, flags);
          for (let target = targetsOffset; count >= 0; count--) {
            const label = decodeUnsigned32(bytes, target);
            target = afterLeb128(bytes, target);
            labels.target(label);
            this.mayBeDirty.branch(label, this.dirty);
          }
          blockOffset = offset;
          fuel = flags = 0;
          labels.reachable = false;
          break;
        }
        case OperatorAction.Leave:
          if (!labels.reachable) break;
          this.endBlock(blockOffset, -1, offset, fuel, flags | BlockFlag.Exposed);
          blockOffset = offset;
          fuel = flags = 0;
          labels.reachable = false;
          break;
        case OperatorAction.Call: {
          const index = decodeUnsigned32(bytes, offset);
          fuel += costs[this.callee(opcode, index)]! + callValuesFuel(functionTypeAt(this.module, index));
          flags |= BlockFlag.Exposed | BlockFlag.Calls;
          while (bytes[offset++]! > 0x7f);
          this.patch(offset, offset, Patch.RestoreFrame, 0);
          break;
        }
        case OperatorAction.CallIndirect: {
          const type = this.module.types[decodeUnsigned32(bytes, offset)]!;
          fuel += costs[opcode]! + callValuesFuel(type);
          flags |= BlockFlag.Exposed | BlockFlag.Calls;
          while (bytes[offset++]! > 0x7f);
          this.patch(start, start, Patch.NoteIndirectCall, decodeUnsigned32(bytes, offset));
          while (bytes[offset++]! > 0x7f);
          this.patch(offset, offset, Patch.RestoreFrame, 0);
          break;
        }
        case OperatorAction.ReturnCall:
        case OperatorAction.ReturnCallIndirect: {
          const index = decodeUnsigned32(bytes, offset);
          const type =
            opcode === Operator.ReturnCall ? functionTypeAt(this.module, index) : this.module.types[index]!;
          while (bytes[offset++]! > 0x7f);
          if (opcode === Operator.ReturnCallIndirect) {
            this.patch(start, start, Patch.NoteIndirectCall, decodeUnsigned32(bytes, offset));
            while (bytes[offset++]! > 0x7f);
          }
          this.patch(start, start, Patch.ReleaseFrame, 0);
          if (!labels.reachable) break;
          fuel += costs[this.callee(opcode, index)]! + tailCallValuesFuel(type);
          this.endBlock(blockOffset, -1, offset, fuel, flags | BlockFlag.Exposed);
          blockOffset = offset;
          fuel = flags = 0;
          labels.reachable = false;
          break;
        }
      }
    }
  }

  /** Where the cost of a call stands: the operator, or the entry of calls of imported functions. */
  private callee(operator: Operator, index: number): number {
    const named = operator === Operator.Call || operator === Operator.ReturnCall;
    return named && index < this.module.importedFunctionCount ? IMPORT_CALL : operator;
  }

  /** Of the block type at `offset`. */
  private resultCount(offset: number): number {
    const byte = this.bytes[offset]!;
    if (byte < 0x40 || byte > 0x7f) return this.blockType(offset).results.length;
    return byte === EMPTY_BLOCK_TYPE ? 0 : 1;
  }

  private parameterCount(offset: number): number {
    const byte = this.bytes[offset]!;
    return byte < 0x40 || byte > 0x7f ? this.blockType(offset).parameters.length : 0;
  }

  private blockType(offset: number): FunctionType {
    return this.module.types[decodeUnsigned32(this.bytes, offset)]!;
  }

  private miscellaneousFlags = 0;

  /** An operator behind the prefix 0xfc, at `start` with its immediates at `offset`; returns the offset behind it. */
  private miscellaneous(start: number, offset: number): number {
    const { bytes } = this;
    const { helpers } = this.layout;
    const operator: Operator = OperatorPrefix.MiscellaneousBase + decodeUnsigned32(bytes, start + 1);
    const first = decodeUnsigned32(bytes, offset);
    const end = skipImmediates(bytes, operator, offset);
    this.miscellaneousFlags = BlockFlag.Exposed | BlockFlag.Calls;
    switch (operator) {
      case Operator.MemoryFill:
        this.patch(start, end, Patch.Call, helpers.memoryFill(first));
        break;
      case Operator.MemoryCopy:
        this.patch(
          start,
          end,
          Patch.Call,
          helpers.memoryCopy(first, decodeUnsigned32(bytes, afterLeb128(bytes, offset))),
        );
        break;
      case Operator.MemoryInit:
        this.patch(
          start,
          end,
          Patch.Call,
          helpers.memoryInit(first, decodeUnsigned32(bytes, afterLeb128(bytes, offset))),
        );
        break;
      case Operator.TableFill:
        this.patch(start, end, Patch.Call, helpers.tableFill(first));
        break;
      case Operator.TableGrow:
        this.patch(start, end, Patch.Call, helpers.tableGrow(first));
        break;
      case Operator.TableCopy:
        this.patch(
          start,
          end,
          Patch.Call,
          helpers.tableCopy(first, decodeUnsigned32(bytes, afterLeb128(bytes, offset))),
        );
        break;
      case Operator.TableInit:
        this.patch(
          start,
          end,
          Patch.Call,
          helpers.tableInit(first, decodeUnsigned32(bytes, afterLeb128(bytes, offset))),
        );
        break;
      default:
        this.miscellaneousFlags = 0;
    }
    return end;
  }

  private patch(from: number, to: number, kind: Patch, value: number): void {
    const index = this.patchCount++;
    this.patchFrom[index] = from;
    this.patchTo[index] = to;
    this.patchKind[index] = kind;
    this.patchValue[index] = value;
  }

  /**
   * Writes the basic block `from .. to` behind its charge. `terminator` is where the operator begins that ends the
   * block and hands control to another block of this function; -1 when the function is left instead.
   */
  private endBlock(from: number, terminator: number, to: number, fuel: number, flags: number): void {
    const { out } = this;
    const needed = to - from + MAXIMUM_CHARGE_BYTES + this.patchCount * MAXIMUM_PATCH_BYTES;
    if (out.position + needed > out.buffer.length) out.reserve(needed);
    const { charges } = this;
    if (fuel > MOST_BLOCK_FUEL) fuel = MOST_BLOCK_FUEL;
    if (this.compact) {
      if (fuel > 0 && this.layout.chargeExecution) {
        this.changed = true;
        charges.chargeByCall(fuel);
      }
      this.copyPatched(from, to);
      return;
    }
    if (fuel > 0) this.changed = true;
    if (fuel > 0) {
      if (this.fuelLoaded) charges.charge(fuel);
      else charges.chargeEntry(fuel);
      this.dirty = true;
    } else if (!this.fuelLoaded) {
      charges.loadFuel();
    }
    this.fuelLoaded = true;
    if (flags & BlockFlag.Exposed && this.dirty) {
      charges.storeFuel();
      this.dirty = false;
    }
    if (flags & BlockFlag.Calls && terminator >= 0) {
      this.copyPatched(from, terminator);
      charges.loadFuel();
      this.copy(terminator, to);
    } else {
      this.copyPatched(from, to);
    }
  }

  private copy(from: number, to: number): void {
    if (to - from > LONG_COPY_BYTES || to + 4 > this.bytes.length)
      this.out.bytes(this.bytes.subarray(from, to));
    else this.out.copyWords(this.view, from, to);
  }

  private copyPatched(from: number, to: number): void {
    for (let index = 0; index < this.patchCount; index++) {
      this.copy(from, this.patchFrom[index]!);
      from = this.patchTo[index]!;
      this.applyPatch(this.patchKind[index]!, this.patchValue[index]!);
    }
    this.patchCount = 0;
    this.copy(from, to);
  }

  private applyPatch(kind: Patch, value: number): void {
    const { layout, out } = this;
    this.changed = true;
    switch (kind) {
      case Patch.Call:
        out.byte(Operator.Call);
        out.unsigned32(value);
        break;
      case Patch.GlobalIndex:
        out.unsigned32(value);
        break;
      case Patch.NoteIndirectCall: {
        const { calledElementGlobal, calledWideElementGlobal } = layout;
        const isWide = this.module.tables[value]!.addressType === 'i64';
        const elementGlobal = isWide ? calledWideElementGlobal : calledElementGlobal;
        out.byte(Operator.GlobalSet);
        out.unsigned32(elementGlobal);
        out.byte(Operator.GlobalGet);
        out.unsigned32(layout.tableTagGlobal);
        if (value > 0) {
          out.byte(Operator.I32Const);
          out.signed(value);
          out.byte(Operator.I32Add);
        }
        out.byte(Operator.GlobalSet);
        out.unsigned32(layout.calledTableGlobal);
        out.byte(Operator.GlobalGet);
        out.unsigned32(elementGlobal);
        break;
      }
      case Patch.RestoreFrame:
        if (this.leftLocal >= 0) this.charges.restoreFrame(this.leftLocal);
        break;
      case Patch.ReleaseFrame:
        if (this.leftLocal >= 0) this.charges.releaseFrame(this.frameCost, this.leftLocal);
        break;
      case Patch.NoteTableOperator:
        out.byte(Operator.I32Const);
        out.signed(-1);
        out.byte(Operator.GlobalSet);
        out.unsigned32(layout.calledTableGlobal);
        break;
    }
  }
}

/** Above this a loop over words is slower than the set-up of `TypedArray.prototype.set`. */
const LONG_COPY_BYTES = 256;

/** Bounds that WebAssembly hosts agree on (JavaScript API, implementation limits). */
const MAXIMUM_LOCALS = 50_000;
const MAXIMUM_BODY_BYTES = 7_654_321;
