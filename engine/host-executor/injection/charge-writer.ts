import { Operator } from '../../binary/operator.js';
import { ByteWriter } from '../../binary/byte-writer.js';
import type { InjectionLayout } from './injection-layout.js';
import { refusedStep, RefusedStepKind } from './refused-step.js';

const EMPTY_BLOCK_TYPE = 0x40;
const SEQUENCE_BYTES = 64;
/** The largest amount that is one byte as an i64 constant. */
const LARGEST_BYTE = 0x3f;

/**
 * Writes the operators that account for fuel into function bodies. `begin` comes first for every function; room is
 * reserved by the caller.
 *
 * The operators of a charge are the same all over a function but for the amount, so their bytes are made once, with a byte for each of
 * the two places where the amount goes, and copied; so are those that hand the fuel over. They hold for all functions whose fuel local
 * has the same index.
 */
export class ChargeWriter {
  private readonly sequence = new ByteWriter(SEQUENCE_BYTES);
  private readonly loading = new ByteWriter(SEQUENCE_BYTES);
  private readonly storing = new ByteWriter(SEQUENCE_BYTES);
  /** Where in the sequence the amount goes. */
  private firstAmount = 0;
  private secondAmount = 0;
  private fuelLocal = -1;

  constructor(
    private readonly out: ByteWriter,
    private readonly layout: InjectionLayout,
  ) {}

  /** Begins a function whose fuel local has this index. */
  begin(fuelLocal: number): void {
    if (fuelLocal === this.fuelLocal) return;
    this.fuelLocal = fuelLocal;
    this.makeCharge();
    this.makeHandOver();
  }

  private makeCharge(): void {
    const { fuelLocal, sequence } = this;
    sequence.position = 0;
    sequence.byte(Operator.LocalGet);
    sequence.unsigned32(fuelLocal);
    sequence.byte(Operator.I64Const);
    this.firstAmount = sequence.position++;
    sequence.byte(Operator.I64Sub);
    sequence.byte(Operator.LocalTee);
    sequence.unsigned32(fuelLocal);
    sequence.byte(Operator.I64Const);
    sequence.byte(0);
    sequence.byte(Operator.I64LtS);
    sequence.byte(Operator.If);
    sequence.byte(EMPTY_BLOCK_TYPE);
    sequence.byte(Operator.LocalGet);
    sequence.unsigned32(fuelLocal);
    sequence.byte(Operator.I64Const);
    this.secondAmount = sequence.position++;
    sequence.byte(Operator.Call);
    sequence.unsigned32(this.layout.helpers.refuseBlock());
    if (this.layout.resumable) {
      sequence.byte(Operator.LocalSet);
      sequence.unsigned32(fuelLocal);
    } else {
      sequence.byte(Operator.Unreachable);
    }
    sequence.byte(Operator.End);
  }

  private makeHandOver(): void {
    const { fuelLocal, loading, storing } = this;
    const { fuelGlobal } = this.layout;
    loading.position = storing.position = 0;
    loading.byte(Operator.GlobalGet);
    loading.unsigned32(fuelGlobal);
    loading.byte(Operator.LocalSet);
    loading.unsigned32(fuelLocal);
    storing.byte(Operator.LocalGet);
    storing.unsigned32(fuelLocal);
    storing.byte(Operator.GlobalSet);
    storing.unsigned32(fuelGlobal);
  }

  /** fuel local -= amount; if that is negative, the block does not fit: an out-of-line call says so, and returns only where it may wait. */
  charge(amount: number): void {
    const { out, sequence, firstAmount } = this;
    if (amount > LARGEST_BYTE) {
      out.copyWords(sequence.view, 0, firstAmount);
      out.signed(amount);
      this.checkCharged(amount);
      return;
    }
    const { position } = out;
    out.copyWords(sequence.view, 0, sequence.position);
    out.buffer[position + firstAmount] = amount;
    out.buffer[position + this.secondAmount] = amount;
  }

  /** The first charge of a function, from the store's fuel. */
  chargeEntry(amount: number): void {
    const { out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(this.layout.fuelGlobal);
    out.byte(Operator.I64Const);
    out.signed(amount);
    this.checkCharged(amount);
  }

  /** What follows the amount to subtract. */
  private checkCharged(amount: number): void {
    const { out, sequence } = this;
    out.copyWords(sequence.view, this.firstAmount + 1, this.secondAmount);
    out.signed(amount);
    out.copyWords(sequence.view, this.secondAmount + 1, sequence.position);
  }

  /** Takes a frame off what is left of the stack, or traps; keeps what then is left in a local. */
  claimFrame(cost: number, leftLocal: number): void {
    const { layout, out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(layout.stackGlobal);
    out.byte(Operator.I32Const);
    out.signed(cost);
    out.byte(Operator.I32Sub);
    out.byte(Operator.LocalTee);
    out.unsigned32(leftLocal);
    out.byte(Operator.I32Const);
    out.byte(0);
    out.byte(Operator.I32LtS);
    this.refuseFrame();
    this.restoreFrame(leftLocal);
  }

  /** Traps unless what is left of the stack covers a frame: for functions that call nothing. */
  checkFrame(cost: number): void {
    const { layout, out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(layout.stackGlobal);
    out.byte(Operator.I32Const);
    out.signed(cost);
    out.byte(Operator.I32LtS);
    this.refuseFrame();
  }

  private refuseFrame(): void {
    const { layout, out } = this;
    out.byte(Operator.If);
    out.byte(EMPTY_BLOCK_TYPE);
    out.byte(Operator.Call);
    out.unsigned32(layout.helpers.refuseFrame());
    out.byte(Operator.End);
  }

  /** Behind a call, which has left its own number there: what this frame leaves of the stack. */
  restoreFrame(leftLocal: number): void {
    const { layout, out } = this;
    out.byte(Operator.LocalGet);
    out.unsigned32(leftLocal);
    out.byte(Operator.GlobalSet);
    out.unsigned32(layout.stackGlobal);
  }

  /** Before a tail call: what this frame's caller left of the stack. */
  releaseFrame(cost: number, leftLocal: number): void {
    const { layout, out } = this;
    out.byte(Operator.LocalGet);
    out.unsigned32(leftLocal);
    out.byte(Operator.I32Const);
    out.signed(cost);
    out.byte(Operator.I32Add);
    out.byte(Operator.GlobalSet);
    out.unsigned32(layout.stackGlobal);
  }

  /** A charge without a local, by a call: shorter, and slower. */
  chargeByCall(amount: number): void {
    const { out } = this;
    out.byte(Operator.I64Const);
    out.signed(amount);
    out.byte(Operator.I32Const);
    out.signed(refusedStep(RefusedStepKind.Block, 0));
    out.byte(Operator.Call);
    out.unsigned32(this.layout.helpers.charge());
  }

  /** fuel local = store's fuel */
  loadFuel(): void {
    this.out.copyWords(this.loading.view, 0, this.loading.position);
  }

  /** store's fuel = fuel local */
  storeFuel(): void {
    this.out.copyWords(this.storing.view, 0, this.storing.position);
  }

  /** Charges the function's compilation unless its bit says that this was done, and sets the bit. */
  chargeCompilation(definedIndex: number, functionIndex: number, amount: bigint): void {
    const { layout, out } = this;
    const paidGlobal = layout.firstPaidGlobal + (definedIndex >>> 5);
    const mask = 1 << (definedIndex & 31);
    this.isUnpaid(paidGlobal, mask);
    out.byte(Operator.If);
    out.byte(EMPTY_BLOCK_TYPE);
    if (layout.resumable) {
      out.byte(Operator.Loop);
      out.byte(EMPTY_BLOCK_TYPE);
    }
    out.byte(Operator.I64Const);
    out.signedBigInt(amount);
    out.byte(Operator.I32Const);
    out.signed(refusedStep(RefusedStepKind.Compilation, functionIndex));
    out.byte(Operator.Call);
    out.unsigned32(layout.resumable ? layout.helpers.chargeOrWait() : layout.helpers.charge());
    if (layout.resumable) {
      // While it waited somebody else may have paid.
      this.isUnpaid(paidGlobal, mask);
      out.byte(Operator.I32And);
      out.byte(Operator.BrIf);
      out.byte(0);
      out.byte(Operator.End);
    }
    out.byte(Operator.GlobalGet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.I32Const);
    out.signed(mask);
    out.byte(Operator.I32Or);
    out.byte(Operator.GlobalSet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.End);
  }

  /** Whether a function's bit does not say that its compilation was charged. */
  private isUnpaid(paidGlobal: number, mask: number): void {
    const { out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.I32Const);
    out.signed(mask);
    out.byte(Operator.I32And);
    out.byte(Operator.I32Eqz);
  }

  /** Leaves an invalid function: notes which, and the instance by the tag of its tables, and ends the body. */
  refuse(functionIndex: number): void {
    const { layout, out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(layout.tableTagGlobal);
    out.byte(Operator.GlobalSet);
    out.unsigned32(layout.calledTableGlobal);
    out.byte(Operator.I32Const);
    out.signed(refusedStep(RefusedStepKind.InvalidFunction, functionIndex));
    out.byte(Operator.GlobalSet);
    out.unsigned32(layout.stepGlobal);
    out.byte(Operator.Unreachable);
    out.byte(Operator.End);
  }
}
