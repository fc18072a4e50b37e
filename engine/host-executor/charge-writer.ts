import { Operator } from '../binary/operator.js';
import { ByteWriter } from './byte-writer.js';
import type { InjectionLayout } from './injection-layout.js';
import { refusedStep, RefusedStepKind } from './refused-step.js';

const EMPTY_BLOCK_TYPE = 0x40;
const SEQUENCE_BYTES = 64;

/**
 * Writes the operators that account for fuel into function bodies. `begin` comes first for every function; room is
 * reserved by the caller.
 *
 * The operators of a charge are the same all over a function but for the amount, so their bytes are made once per
 * function, in three pieces, and only copied.
 */
export class ChargeWriter {
  private readonly pieces = new ByteWriter(SEQUENCE_BYTES);
  /** Where the amounts go: the first two pieces end here, and the third at the writer's position. */
  private firstAmount = 0;
  private secondAmount = 0;
  private fuelLocal = 0;

  constructor(
    private readonly out: ByteWriter,
    private readonly layout: InjectionLayout,
  ) {}

  /** Begins a function whose fuel local has this index. */
  begin(fuelLocal: number): void {
    const { pieces } = this;
    this.fuelLocal = fuelLocal;
    pieces.position = 0;
    pieces.byte(Operator.LocalGet);
    pieces.unsigned32(fuelLocal);
    pieces.byte(Operator.I64Const);
    this.firstAmount = pieces.position;
    pieces.byte(Operator.I64Sub);
    pieces.byte(Operator.LocalTee);
    pieces.unsigned32(fuelLocal);
    pieces.byte(Operator.I64Const);
    pieces.byte(0);
    pieces.byte(Operator.I64LtS);
    pieces.byte(Operator.If);
    pieces.byte(EMPTY_BLOCK_TYPE);
    pieces.byte(Operator.LocalGet);
    pieces.unsigned32(fuelLocal);
    pieces.byte(Operator.I64Const);
    this.secondAmount = pieces.position;
    pieces.byte(Operator.Call);
    pieces.unsigned32(this.layout.helpers.refuseBlock());
    pieces.byte(Operator.Unreachable);
    pieces.byte(Operator.End);
  }

  /** fuel local -= amount; if that is negative, the block does not fit: an out-of-line call says so and never returns. */
  charge(amount: number): void {
    this.out.copyWords(this.pieces.view, 0, this.firstAmount);
    this.out.signed(amount);
    this.checkCharged(amount);
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

  private checkCharged(amount: number): void {
    const { out } = this;
    out.copyWords(this.pieces.view, this.firstAmount, this.secondAmount);
    out.signed(amount);
    out.copyWords(this.pieces.view, this.secondAmount, this.pieces.position);
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
    const { out } = this;
    out.byte(Operator.GlobalGet);
    out.unsigned32(this.layout.fuelGlobal);
    out.byte(Operator.LocalSet);
    out.unsigned32(this.fuelLocal);
  }

  /** store's fuel = fuel local */
  storeFuel(): void {
    const { out } = this;
    out.byte(Operator.LocalGet);
    out.unsigned32(this.fuelLocal);
    out.byte(Operator.GlobalSet);
    out.unsigned32(this.layout.fuelGlobal);
  }

  /** Charges the function's compilation unless its bit says that this was done, and sets the bit. */
  chargeCompilation(definedIndex: number, functionIndex: number, amount: number): void {
    const { layout, out } = this;
    const paidGlobal = layout.firstPaidGlobal + (definedIndex >>> 5);
    const mask = 1 << (definedIndex & 31);
    out.byte(Operator.GlobalGet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.I32Const);
    out.signed(mask);
    out.byte(Operator.I32And);
    out.byte(Operator.I32Eqz);
    out.byte(Operator.If);
    out.byte(EMPTY_BLOCK_TYPE);
    out.byte(Operator.I64Const);
    out.signed(amount);
    out.byte(Operator.I32Const);
    out.signed(refusedStep(RefusedStepKind.Compilation, functionIndex));
    out.byte(Operator.Call);
    out.unsigned32(layout.helpers.charge());
    out.byte(Operator.GlobalGet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.I32Const);
    out.signed(mask);
    out.byte(Operator.I32Or);
    out.byte(Operator.GlobalSet);
    out.unsigned32(paidGlobal);
    out.byte(Operator.End);
  }
}
