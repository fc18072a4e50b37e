import { Operator, RefusedStepKind } from '../generated/tables';
import { byte, constant32, constant64, indexed } from './injected-bytes';
import { Helper, firstPaidGlobal, fuelGlobal, helper, isResumable, stackGlobal } from './injection-layout';

/* The operators that account for fuel and frames, as `engine/host-executor/injection/charge-writer.ts` writes them. */

const EMPTY_BLOCK_TYPE = 0x40;
const STEP_KIND_BITS = 3;

/** Index of the function's local that caches the fuel. */
let fuelLocal: u32 = 0;

export function beginFunction(local: u32): void {
  fuelLocal = local;
  helper(Helper.RefuseBlock);
}

/** fuel local -= amount, and refuse if that is negative. */
export function charge(amount: i64): void {
  indexed(Operator.LocalGet, fuelLocal);
  takeAmount(amount);
}

/** The first charge of a function, from the store's fuel. */
export function chargeEntry(amount: i64): void {
  indexed(Operator.GlobalGet, fuelGlobal());
  takeAmount(amount);
}

function takeAmount(amount: i64): void {
  constant64(amount);
  byte(Operator.I64Sub);
  indexed(Operator.LocalTee, fuelLocal);
  constant64(0);
  byte(Operator.I64LtS);
  byte(Operator.If);
  byte(EMPTY_BLOCK_TYPE);
  indexed(Operator.LocalGet, fuelLocal);
  constant64(amount);
  indexed(Operator.Call, helper(Helper.RefuseBlock));
  if (isResumable()) indexed(Operator.LocalSet, fuelLocal);
  else byte(Operator.Unreachable);
  byte(Operator.End);
}

/** fuel local = store's fuel */
export function loadFuel(): void {
  indexed(Operator.GlobalGet, fuelGlobal());
  indexed(Operator.LocalSet, fuelLocal);
}

/** store's fuel = fuel local */
export function storeFuel(): void {
  indexed(Operator.LocalGet, fuelLocal);
  indexed(Operator.GlobalSet, fuelGlobal());
}

/** Takes a frame off what is left of the stack, or traps; keeps what then is left in a local. */
export function claimFrame(cost: u32, leftLocal: u32): void {
  indexed(Operator.GlobalGet, stackGlobal());
  constant32(cost);
  byte(Operator.I32Sub);
  indexed(Operator.LocalTee, leftLocal);
  constant32(0);
  byte(Operator.I32LtS);
  refuseFrame();
  restoreFrame(leftLocal);
}

/** Traps unless what is left of the stack covers a frame. */
export function checkFrame(cost: u32): void {
  indexed(Operator.GlobalGet, stackGlobal());
  constant32(cost);
  byte(Operator.I32LtS);
  refuseFrame();
}

function refuseFrame(): void {
  byte(Operator.If);
  byte(EMPTY_BLOCK_TYPE);
  indexed(Operator.Call, helper(Helper.RefuseFrame));
  byte(Operator.End);
}

/** Behind a call: what this frame leaves of the stack. */
export function restoreFrame(leftLocal: u32): void {
  indexed(Operator.LocalGet, leftLocal);
  indexed(Operator.GlobalSet, stackGlobal());
}

/** Before a tail call: what this frame's caller left of the stack. */
export function releaseFrame(cost: u32, leftLocal: u32): void {
  indexed(Operator.LocalGet, leftLocal);
  constant32(cost);
  byte(Operator.I32Add);
  indexed(Operator.GlobalSet, stackGlobal());
}

/** Charges the function's compilation unless its bit says that this was done, and sets the bit. */
export function chargeCompilation(definedIndex: u32, functionIndex: u32, amount: i64): void {
  const paidGlobal = firstPaidGlobal() + (definedIndex >>> 5);
  const mask = 1 << (definedIndex & 31);
  indexed(Operator.GlobalGet, paidGlobal);
  constant32(mask);
  byte(Operator.I32And);
  byte(Operator.I32Eqz);
  byte(Operator.If);
  byte(EMPTY_BLOCK_TYPE);
  const resumable = isResumable();
  if (resumable) {
    byte(Operator.Loop);
    byte(EMPTY_BLOCK_TYPE);
  }
  constant64(amount);
  constant32((functionIndex << STEP_KIND_BITS) | RefusedStepKind.Compilation);
  indexed(Operator.Call, helper(resumable ? Helper.ChargeOrWait : Helper.Charge));
  if (resumable) {
    indexed(Operator.GlobalGet, paidGlobal);
    constant32(mask);
    byte(Operator.I32And);
    byte(Operator.I32Eqz);
    byte(Operator.I32And);
    indexed(Operator.BrIf, 0);
    byte(Operator.End);
  }
  indexed(Operator.GlobalGet, paidGlobal);
  constant32(mask);
  byte(Operator.I32Or);
  indexed(Operator.GlobalSet, paidGlobal);
  byte(Operator.End);
}
