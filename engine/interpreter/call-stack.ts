import { Trap } from '../errors.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import { requireStackForNesting } from '../host/host-stack-room.js';
import type { CallTier } from '../runtime/engine-parts.js';
import type { Func } from '../runtime/func.js';
import { checkNesting, NESTED_CALLS } from '../runtime/nested-calls.js';
import { OUTSIDE_CALL_COST } from '../types/frame-cost.js';
import type { GlobalValues } from './global-values.js';
import { RUNNING_FRAMES, STACK_SLOTS } from './loop-layout.js';
import { SHARED_STACK } from './shared-stack.js';
import { Turn } from '../runtime/turn.js';
import type { StackPlace } from './stack-places.js';

/**
 * Fuel kept in the 32-bit counter that the loop works on; the rest waits in the reserve. The loop is left and entered again at each
 * refill, and only on entry can V8 put optimised code in its place that knows the arrays' shapes: this happens often enough for
 * that, and seldom enough to cost nothing.
 */
const SLICE = 2 ** 14;

/** What the call stack needs of its store: the two things that reach out of a run. */
export interface CallStackOwner {
  /**
   * Makes a function ready on its first use in this store, after charging for it. Returns false, with nothing charged and
   * `requireFuel` called, if the fuel does not suffice.
   */
  prepare(func: Func): boolean;
  /**
   * Calls an embedder function: arguments from, and results to, the slots from `argumentsAt`. Returns false, with nothing done and
   * `requireFuel` called, if the fuel does not suffice for its step.
   */
  callEmbedder(func: Func, argumentsAt: number): boolean;
}

/** An embedder function that threw: the call that a resumption continues behind. */
export interface FailedEmbedderCall {
  readonly func: Func;
  readonly argumentsAt: number;
  /** Frame of the caller. */
  readonly depth: number;
  /** What the frames up to there left of the stack. */
  readonly slotsLeft: number;
}

/**
 * A store's view of the shared stack, and its fuel. Frame `i` is described by `frameFunctions[i]`, `framePointers[i]` and
 * `returnAddresses[i]` (where it goes on); the running frame lives in the interpreter's locals and is written here
 * when it calls, suspends or reaches out to the host.
 */
export class CallStack {
  readonly files = SHARED_STACK.files;
  readonly returnAddresses = SHARED_STACK.returnAddresses;
  readonly framePointers = SHARED_STACK.framePointers;
  readonly frameFunctions = SHARED_STACK.frameFunctions as Func[];
  /** What the store's calls must not exceed of `SHARED_STACK.used`, and the first depth that they must not reach. */
  private usedLimit = 0;
  depthLimit = 0;
  /** What the running frames leave of the first. */
  slotsLeft = 0;

  // The frame to run, set before `interpret`.
  func!: Func;
  pc = 0;
  fp = 0;

  fuelSlice = 0;
  /** Fuel of the basic block that the loop stopped at because the slice could not pay it; else 0. */
  owedFuel = 0;
  private fuelReserve = 0n;
  /** That of the call that runs in turns, if one does. */
  turn: Turn | undefined;
  /** Of the step that found too little fuel. */
  requiredFuel = 0n;
  requiredStep = '';
  failedEmbedderCall: FailedEmbedderCall | undefined;
  /** See Execution.ran. */
  ran: CallTier | undefined;
  private activations = 0;

  constructor(
    private readonly limits: EnforcedLimits,
    readonly globals: GlobalValues,
    private readonly owner: CallStackOwner,
  ) {}

  /** First slot that no running call uses. */
  get top(): number {
    return SHARED_STACK.top;
  }

  set top(top: number) {
    SHARED_STACK.top = top;
  }

  get depth(): number {
    return SHARED_STACK.depth;
  }

  set depth(depth: number) {
    SHARED_STACK.depth = depth;
  }

  /** First frame of all calls that run. */
  get firstDepth(): number {
    return SHARED_STACK.place.depth;
  }

  // Fuel

  get fuel(): bigint {
    return this.fuelReserve + BigInt(this.fuelSlice);
  }

  set fuel(fuel: bigint) {
    this.turn?.shift(fuel - this.fuel);
    this.divide(fuel);
  }

  /** Divides fuel between the slice, which gets `least` at least, and the reserve. */
  private divide(fuel: bigint, least = 0): void {
    const slice = Math.max(this.turn?.slice(fuel, SLICE) ?? SLICE, least);
    this.fuelSlice = fuel > slice ? slice : Number(fuel);
    this.fuelReserve = fuel - BigInt(this.fuelSlice);
  }

  /** Puts at least `fuel` into the slice, if there is as much; else false, with nothing changed. */
  refill(fuel: number): boolean {
    const total = this.fuel;
    if (total < fuel) return false;
    // What goes on though the turn is over is a call within the call that has it.
    this.divide(total, this.turn?.slice(total, SLICE) === 0 ? Math.max(fuel, SLICE) : fuel);
    return true;
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
    this.divide(remaining);
    return true;
  }

  /** Notes what the step that cannot be paid for requires. */
  requireFuel(fuel: number | bigint, step = 'the next basic block'): void {
    this.requiredFuel = BigInt(fuel);
    this.requiredStep = step;
  }

  /** See Execution.inTurn. */
  inTurn<Result>(fuel: bigint, run: () => Result): Result {
    const outer = this.turn;
    this.turn = new Turn(this.fuel, fuel);
    this.divide(this.fuel);
    try {
      return run();
    } finally {
      this.turn = outer;
    }
  }

  /** Whether the call whose first frame is at `base` is to stop before the block that `owedFuel` is of. */
  isTurnOver(base: number): boolean {
    return this.turn !== undefined && this.turn.isOver(base, this.fuel, this.owedFuel);
  }

  // Frames

  /** Writes the running frame down: it goes on at `pc` when resumed. */
  suspend(func: Func, pc: number, fp: number, depth: number): void {
    this.frameFunctions[depth] = func;
    this.returnAddresses[depth] = pc;
    this.framePointers[depth] = fp;
    this.depth = depth;
  }

  /**
   * Makes a callee ready, for the frame set up here. Who listens to that may call into the store: such calls nest above `top`.
   */
  prepare(callee: Func, top: number): boolean {
    const { depth, fp, func, pc, slotsLeft } = this;
    const outerTop = this.top;
    this.suspend(func, pc, fp, depth);
    SHARED_STACK.used = this.usedLimit - slotsLeft;
    this.top = top;
    this.depth = depth + 1;
    try {
      return this.owner.prepare(callee);
    } finally {
      this.failedEmbedderCall = undefined;
      this.func = func;
      this.pc = pc;
      this.fp = fp;
      this.slotsLeft = slotsLeft;
      this.top = outerTop;
      this.depth = depth;
    }
  }

  /** See CallStackOwner. */
  callEmbedder(func: Func, argumentsAt: number, top: number, depth: number): boolean {
    const outerTop = this.top;
    const outerDepth = this.depth;
    const { slotsLeft } = this;
    SHARED_STACK.used = this.usedLimit - slotsLeft;
    this.top = top;
    this.depth = depth;
    try {
      const isDone = this.owner.callEmbedder(func, argumentsAt);
      // What failed while it ran is no business of its caller's.
      this.failedEmbedderCall = undefined;
      return isDone;
    } catch (error) {
      this.failedEmbedderCall = { func, argumentsAt, depth: depth - 1, slotsLeft };
      throw error;
    } finally {
      this.slotsLeft = slotsLeft;
      this.top = outerTop;
      this.depth = outerDepth;
      // Calls in between may have used the turn up.
      if (this.turn !== undefined) this.divide(this.fuel);
    }
  }

  /**
   * Claims a place on the stack for a call from outside that needs so many slots at first: the next one, or `own` for an outermost call that has
   * its frames there. A store's limits count from where its first running call begins.
   * @throws Trap when there is no room for it; ExecutorError when the host's stack has none for the calls that may nest
   */
  enterActivation(slots: number, own?: StackPlace): void {
    const { limits } = this;
    checkNesting(limits.maximumNestedCalls);
    if (NESTED_CALLS.count > 0) requireStackForNesting(limits);
    const isFirst = this.activations === 0;
    const usedLimit = isFirst
      ? Math.min(STACK_SLOTS, SHARED_STACK.used + limits.maximumStackSlots)
      : this.usedLimit;
    const used = SHARED_STACK.used + OUTSIDE_CALL_COST + slots;
    if (used > usedLimit || !this.hasFrames(isFirst)) throw new Trap('stack-exhausted');
    SHARED_STACK.enter(usedLimit, limits, own);
    if (isFirst) {
      this.usedLimit = usedLimit;
      this.depthLimit = Math.min(this.firstDepth + RUNNING_FRAMES, this.depth + limits.maximumCallDepth);
    }
    SHARED_STACK.used = used;
    this.slotsLeft = usedLimit - used;
    this.activations++;
    NESTED_CALLS.enter();
  }

  /** Whether there is a frame left for a call from outside. */
  private hasFrames(isFirst: boolean): boolean {
    if (!isFirst) return this.depth < this.depthLimit;
    const running = SHARED_STACK.isInUse ? this.depth - this.firstDepth : 0;
    return running < RUNNING_FRAMES && this.limits.maximumCallDepth > 0;
  }

  leaveActivation(hasFailed: boolean): void {
    this.activations--;
    NESTED_CALLS.leave(hasFailed);
  }

  /** Counts frames that are put back. @throws Trap when there is no room for them */
  takeSlots(count: number): void {
    if (count > this.slotsLeft) throw new Trap('stack-exhausted');
    this.slotsLeft -= count;
  }
}
