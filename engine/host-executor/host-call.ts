import { ResourceLimitError } from '../errors.js';
import type { AsyncCallState, SuspendedAsyncCall } from '../runtime/async-call-state.js';
import type { CallOutcome } from '../runtime/call-event.js';
import type { Func } from '../runtime/func.js';
import { isHostStackEnd } from '../host/host-stack-end.js';
import { outcomeOfError } from '../runtime/observers.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { shareFor, type Share } from '../runtime/store-holdings.js';
import { Turn } from '../runtime/turn.js';
import type { RawValue } from '../runtime/value.js';
import type { HostMeter, Refusal, StepNotes } from './host-meter.js';
import { HOST_STACK } from './host-stack.js';
import { RefusalAnswer } from './injection/refused-step.js';
import { type StandIn, SUSPENSION } from './suspension.js';

/** What a suspended call counts as, for the store's ceiling: the pages of its stack that the host keeps, and eight bytes for each slot. */
const STACK_BYTES = 65_536;
const SLOT_BYTES = 8;

/** What a suspendable call needs of its store's execution. */
export interface HostCallOwner {
  readonly meter: HostMeter;
  /** Runs its first stretch, as a call from outside. */
  enter(func: Func, step: () => void): void;
  /** Runs what an embedder function does that it calls in a later stretch. */
  reenter<Result>(func: Func, work: () => Result): Result;
  /** Tells of what was compiled in a later stretch; `begin` comes first. */
  beginStretch(): void;
  endStretch(): void;
}

/** Why a call stops: a step that was refused, or an embedder function that found too little fuel and did nothing, or that failed. */
type Stop =
  | { readonly kind: 'step'; readonly refusal: Refusal }
  | { readonly kind: 'undone'; readonly refusal: Pick<Refusal, 'required' | 'step'> }
  | { readonly kind: 'error'; readonly error: unknown; readonly standIn: StandIn<unknown> };

/** What the embedder waits for: the call's next stop, or its end. */
class Stretch {
  resolve!: (state: AsyncCallState<unknown>) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<AsyncCallState<unknown>>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/**
 * A call on a stack of its own that the host can put aside (JavaScript Promise Integration). Its first stretch runs at once; what follows runs in
 * microtasks, and ends where JavaScript does not see it: see `Suspension`.
 */
export class HostCall {
  numbers: RawValue[] = [];
  answers: unknown;
  private stretch = new Stretch();
  /** Whether the event loop gets turns while it runs: then each stretch is one. */
  private isInTurns = false;
  private turn: Turn | undefined;
  private isFirstStretch = true;
  private slotsAtStart = 0;
  private stop: Stop | undefined;
  /** How often it has stopped: a handle is of one stop. */
  private stops = 0;
  private goOn: ((token: number) => void) | undefined;
  private share: Share | undefined;
  /** Why it cannot be suspended. */
  private ceiling: ResourceLimitError | undefined;
  /** What was noted when it ended. */
  private notes: StepNotes | undefined;
  private tell: ((outcome: CallOutcome) => void) | undefined;

  constructor(
    private readonly owner: HostCallOwner,
    private readonly func: Func,
    /** The call itself: it promises the references among its results. */
    private readonly make: () => Promise<unknown>,
    /** The results, as the embedder gets them. */
    private readonly results: (numbers: readonly RawValue[], references: unknown) => unknown[],
  ) {}

  /** Begins the call; settled when it stops for the first time, or ends. */
  start(isInTurns: boolean): Promise<AsyncCallState<unknown>> {
    const { func, owner } = this;
    this.isInTurns = isInTurns;
    this.observe('call');
    const outerTurn = owner.meter.turn;
    const { observers } = func.store.engine;
    const first = () => {
      this.slotsAtStart = HOST_STACK.leftGlobal.value as number;
      this.beginTurn();
      SUSPENSION.run(this);
      let ending: Promise<unknown>;
      try {
        ending = this.make();
      } catch (error) {
        ending = Promise.reject(error as Error);
      }
      // Unless it waits, it has ended.
      SUSPENSION.settle();
      ending.then(
        (given) => this.finish(given),
        (error: unknown) => this.fail(error),
      );
    };
    observers.within(func.store, () => owner.enter(func, first));
    owner.meter.turn = outerTurn;
    this.isFirstStretch = false;
    return this.stretch.promise;
  }

  private observe(phase: 'call' | 'resume'): void {
    const { func } = this;
    const { store } = func;
    const { observers } = store.engine;
    if (observers.hearCalls)
      this.tell = observers.begin({ phase, store, module: func.instance?.module, func });
  }

  private beginTurn(): void {
    const { meter } = this.owner;
    const { fuelYieldInterval } = this.func.store;
    this.turn =
      this.isInTurns && fuelYieldInterval !== undefined ? new Turn(meter.fuel, fuelYieldInterval) : undefined;
    this.turn?.begin(0);
    meter.turn = this.turn;
  }

  // As Suspension knows it

  refused(hasWaited: boolean): RefusalAnswer {
    const { meter } = this.owner;
    if (hasWaited) this.enterStretch();
    else this.stop = { kind: 'step', refusal: meter.takeRefusal() };
    const stop = this.stop!;
    if (stop.kind !== 'step') return stop.kind === 'error' ? RefusalAnswer.GoOn : RefusalAnswer.Anew;
    const { isBlock, required } = stop.refusal;
    // What a step other than a block requires may be another by now: it is looked at again, and refused again if it must.
    if (meter.affords(required, isBlock) || (hasWaited && !isBlock)) return RefusalAnswer.GoOn;
    return this.hold() ? RefusalAnswer.Wait : RefusalAnswer.Trap;
  }

  private enterStretch(): void {
    this.share!.giveBack();
    this.observe('resume');
    this.owner.beginStretch();
    this.beginTurn();
  }

  /** Whether the store may hold the call while it is suspended. */
  private hold(): boolean {
    const { holdings } = this.func.store.execution;
    const slots = this.slotsAtStart - (HOST_STACK.leftGlobal.value as number);
    const bytes = STACK_BYTES + Math.max(0, slots) * SLOT_BYTES;
    if (bytes > holdings.remaining('suspendedBytes')) {
      this.ceiling = new ResourceLimitError(
        'maximumSuspendedBytes',
        holdings.refusal('suspendedBytes', bytes),
      );
      return false;
    }
    if (this.share === undefined) this.share = shareFor(this, holdings, 'suspendedBytes', bytes);
    else this.share.take(bytes);
    return true;
  }

  wait(): Promise<number> {
    const goesOn = new Promise<number>((resolve) => (this.goOn = resolve));
    const stop = this.stop!;
    this.stops++;
    this.owner.meter.turn = undefined;
    this.endStretch(stop.kind === 'error' ? 'error' : 'out-of-fuel');
    this.stretch.resolve(stop.kind === 'error' ? this.asFailed(stop.error) : this.asSuspended(stop.refusal));
    return goesOn;
  }

  over(): void {
    const { meter } = this.owner;
    this.notes ??= meter.takeNotes();
    meter.turn = undefined;
  }

  // Embedder functions

  /** Runs what an embedder function does that the call's WebAssembly calls. */
  outside<Result>(work: () => Result, standIn: StandIn<Result>): Result {
    try {
      if (this.isFirstStretch) return work();
      const { store } = this.func;
      return store.engine.observers.within(store, () => this.owner.reenter(this.func, work));
    } catch (error) {
      if (!this.stopsAt(error, standIn)) throw error;
      SUSPENSION.stopped.value = 1;
      return standIn.neutral;
    } finally {
      this.owner.meter.turn = this.turn;
      SUSPENSION.run(this);
    }
  }

  /** Whether the call stops where an embedder function failed. In turns it ends with the error: nobody could answer it. */
  private stopsAt(error: unknown, standIn: StandIn<unknown>): boolean {
    if (OutOfFuelError.isOfUndoneStep(error, this.func.store)) {
      const { requiredFuel, step } = error;
      this.stop = { kind: 'undone', refusal: { required: requiredFuel, step } };
    } else if (this.isInTurns || isHostStackEnd(error)) return false;
    else this.stop = { kind: 'error', error, standIn };
    return this.hold();
  }

  // What the embedder has of it

  private asFailed(error: unknown): AsyncCallState<unknown> {
    const { stops } = this;
    return {
      state: 'embedder-error',
      error,
      resume: (...results: unknown[]) => this.resume(stops, false, results),
    };
  }

  private asSuspended({ required, step }: Pick<Refusal, 'required' | 'step'>): SuspendedAsyncCall<unknown> {
    const { stops } = this;
    const resume = (isInTurns: boolean) => this.resume(stops, isInTurns);
    return {
      state: 'out-of-fuel',
      requiredFuel: required,
      step,
      resume: () => resume(false),
      resumeInTurn: () => resume(true),
    };
  }

  private async resume(
    stops: number,
    isInTurns: boolean,
    answers: readonly unknown[] = [],
  ): Promise<AsyncCallState<unknown>> {
    const { stop } = this;
    this.requireSuspended(stops);
    const crossed = stop?.kind === 'error' ? stop.standIn.cross(answers) : undefined;
    // Looking at the answers may have run the embedder's code.
    const goOn = this.requireSuspended(stops);
    this.goOn = undefined;
    this.answers = crossed;
    this.isInTurns = isInTurns;
    this.stretch = new Stretch();
    goOn(SUSPENSION.tokenFor(this));
    return this.stretch.promise;
  }

  /** What has it go on. @throws TypeError unless it stands where it had stopped so often */
  private requireSuspended(stops: number): (token: number) => void {
    const { goOn } = this;
    if (goOn === undefined || stops !== this.stops) throw new TypeError('this call was resumed already');
    return goOn;
  }

  private finish(given: unknown): void {
    SUSPENSION.settle();
    try {
      const results = this.results(this.numbers, given);
      this.endStretch('finished');
      this.stretch.resolve({ state: 'finished', results });
    } catch (error) {
      this.stretch.reject(error);
    }
  }

  private fail(error: unknown): void {
    SUSPENSION.settle();
    try {
      const ending = this.endingOf(error);
      this.endStretch(outcomeOfError(ending));
      this.stretch.reject(ending);
    } catch (ofListener) {
      this.stretch.reject(ofListener);
    }
  }

  private endingOf(error: unknown): unknown {
    return this.ceiling === undefined ? this.owner.meter.translated(error, this.notes!) : this.outOfRoom();
  }

  private outOfRoom(): Error {
    const stop = this.stop!;
    if (stop.kind === 'error') return this.ceiling!;
    const { required, step } = stop.refusal;
    const error = new OutOfFuelError(required, this.func.store.fuel, step);
    error.cause = this.ceiling;
    return error;
  }

  private endStretch(outcome: CallOutcome): void {
    if (!this.isFirstStretch) this.owner.endStretch();
    const { tell } = this;
    this.tell = undefined;
    tell?.(outcome);
  }
}
