import { Trap } from '../errors.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import type { Func } from '../runtime/func.js';
import type { GlobalValues } from '../runtime/global-values.js';
import { RegisterFiles } from './register-files.js';

/**
 * Fuel kept in the 32-bit counter that the loop works on; the rest waits in the reserve. Small enough for the refill to have run
 * before V8 optimises the loop: met first afterwards, it throws the optimised code away.
 */
const SLICE = 2 ** 18;
/** Calls from WebAssembly to the host and back in, nested: each holds an interpreter frame on the host's own stack. */
const MAXIMUM_ACTIVATIONS = 200;

/** What the call stack needs of its store: the two things that reach out of a run. */
export interface CallStackOwner {
  /**
   * Makes a function ready on its first use in this store, after charging for it. Returns false, with nothing charged and
   * `requireFuel` called, if the fuel does not suffice.
   */
  prepare(func: Func): boolean;
  /** Calls a host function: arguments from, and results to, the slots from `argumentsAt`. */
  callHost(func: Func, argumentsAt: number): void;
}

/** A host function that threw: the call that a resumption continues behind. */
export interface FailedHostCall {
  readonly func: Func;
  readonly argumentsAt: number;
  /** Frame of the caller. */
  readonly depth: number;
}

/**
 * Registers, frames and fuel of a store. Frame `i` is described by `frameFunctions[i]`, `framePointers[i]` and
 * `returnAddresses[i]` (where it goes on); the running frame lives in the interpreter's locals and is written here
 * when it calls, suspends or reaches out to the host.
 */
export class CallStack {
  readonly files: RegisterFiles;
  readonly returnAddresses: Int32Array;
  readonly framePointers: Int32Array;
  readonly frameFunctions: Func[] = [];
  readonly slotLimit: number;
  readonly depthLimit: number;

  // The frame to run, set before `interpret`.
  func!: Func;
  pc = 0;
  fp = 0;
  depth = 0;
  /** First slot that no running call uses. */
  top = 0;

  fuelSlice = 0;
  private fuelReserve = 0n;
  /** Of the step that found too little fuel. */
  requiredFuel = 0n;
  requiredStep = '';
  failedHostCall: FailedHostCall | undefined;
  private activations = 0;

  constructor(
    limits: EnforcedLimits,
    readonly globals: GlobalValues,
    private readonly owner: CallStackOwner,
  ) {
    this.files = new RegisterFiles(limits.maximumStackSlots);
    this.slotLimit = limits.maximumStackSlots;
    this.depthLimit = limits.maximumCallDepth;
    this.returnAddresses = new Int32Array(limits.maximumCallDepth + 1);
    this.framePointers = new Int32Array(limits.maximumCallDepth + 1);
  }

  // Fuel

  get fuel(): bigint {
    return this.fuelReserve + BigInt(this.fuelSlice);
  }

  set fuel(fuel: bigint) {
    this.fuelSlice = fuel > SLICE ? SLICE : Number(fuel);
    this.fuelReserve = fuel - BigInt(this.fuelSlice);
  }

  /** Given a slice overdrawn by a charge: a new slice that covers it, or, when the reserve cannot, the same number. */
  refill(slice: number): number {
    const fuel = this.fuelReserve + BigInt(slice);
    if (fuel < 0n) return slice;
    this.fuel = fuel;
    return this.fuelSlice;
  }

  /**
   * Charges a whole number of fuel; false, with nothing charged, if it does not suffice. `step` is kept for the message then: a
   * plain name, because this runs too often to compose one.
   */
  charge(fuel: number, step = 'the next basic block'): boolean {
    const slice = this.fuelSlice - fuel;
    if (slice >= 0) {
      this.fuelSlice = slice;
      return true;
    }
    return this.chargeStep(BigInt(fuel), step);
  }

  /** Like `charge`, for amounts of any size. */
  chargeStep(fuel: bigint, step: string): boolean {
    if (fuel <= this.fuelSlice) {
      this.fuelSlice -= Number(fuel);
      return true;
    }
    const remaining = this.fuel - fuel;
    if (remaining < 0n) {
      this.requireFuel(fuel, step);
      return false;
    }
    this.fuel = remaining;
    return true;
  }

  /** Notes what the step that cannot be paid for requires. */
  requireFuel(fuel: number | bigint, step = 'the next basic block'): void {
    this.requiredFuel = BigInt(fuel);
    this.requiredStep = step;
  }

  // Frames

  /** Writes the running frame down: it goes on at `pc` when resumed. */
  suspend(func: Func, pc: number, fp: number, depth: number): void {
    this.frameFunctions[depth] = func;
    this.returnAddresses[depth] = pc;
    this.framePointers[depth] = fp;
    this.depth = depth;
  }

  prepare(func: Func): boolean {
    return this.owner.prepare(func);
  }

  callHost(func: Func, argumentsAt: number, top: number, depth: number): void {
    const outerTop = this.top;
    const outerDepth = this.depth;
    this.top = top;
    this.depth = depth;
    try {
      this.owner.callHost(func, argumentsAt);
    } catch (error) {
      this.failedHostCall = { func, argumentsAt, depth: depth - 1 };
      throw error;
    } finally {
      this.top = outerTop;
      this.depth = outerDepth;
    }
  }

  /** Entered before and left after each run of the interpreter: host and WebAssembly calling each other have an end. */
  enterActivation(): void {
    if (this.activations >= MAXIMUM_ACTIVATIONS) throw new Trap('stack-exhausted');
    this.activations++;
  }

  leaveActivation(): void {
    this.activations--;
  }
}
