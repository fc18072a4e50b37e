import { counted } from '../counted.js';
import { ResourceLimitError, Trap } from '../errors.js';
import { execute, Outcome } from './execute.js';
import { SHARED_STACK } from './shared-stack.js';
import type { ParkedCall, StackPlace } from './stack-places.js';
import type { CallStack, FailedEmbedderCall } from './call-stack.js';
import { Func } from '../runtime/func.js';
import { isHostStackEnd } from '../host/host-stack-end.js';
import type { ValueForm } from '../runtime/engine-parts.js';
import { resume } from '../runtime/observed-call.js';
import type { OutOfFuelCall, Resumable } from '../runtime/resumable-call.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { shareFor, type Share } from '../runtime/store-holdings.js';
import { Ir } from '../translate/ir.js';
import { readRaw, readValue, writeRaw, writeValue } from './register-values.js';

/** What a suspended call counts as, for the store's ceiling: a frame, and a slot in all register files. */
const FRAME_BYTES = 16;
const SLOT_BYTES = 36;

/** Where the frames of an embedder function begin, which has none: calls that it makes are no part of its turn. */
const NO_FRAMES = -1;

/** How values cross the border to the host: checked, or bit by bit. */
interface Crossing {
  readonly write: typeof writeValue;
  readonly read: typeof readValue;
}

const CROSSINGS: Readonly<Record<ValueForm, Crossing>> = {
  value: { write: writeValue, read: readValue },
  raw: { write: writeRaw, read: readRaw },
};

/** See Execution.call. */
export function call(stack: CallStack, func: Func, values: readonly unknown[], form: ValueForm): unknown[] {
  const activation = new Activation(stack, func, CROSSINGS[form]);
  let suspended: SuspendedCall;
  try {
    activation.writeArguments(values);
    if (activation.start() === Outcome.Finished) return activation.finish();
    suspended = activation.suspend();
  } catch (error) {
    activation.leave(true);
    throw asEndOfCall(error);
  }
  const error = new OutOfFuelError(suspended.requiredFuel, stack.fuel, suspended.step);
  error.suspendedCall = suspended.asResumable();
  throw error;
}

/**
 * What a call ends with that an error went through. An error that leads to a suspended call is of a call that an embedder function had
 * made in this one: its handle would pass the inner call's results off as this one's.
 */
function asEndOfCall(error: unknown): unknown {
  if (isHostStackEnd(error)) return new Trap('stack-exhausted');
  if (OutOfFuelError.isOfCall(error)) return OutOfFuelError.ofInnerCall(error);
  return error;
}

/** See Execution.callResumable. */
export function callResumable(
  stack: CallStack,
  func: Func,
  values: readonly unknown[],
  form: ValueForm,
): Resumable<unknown> {
  const activation = new Activation(stack, func, CROSSINGS[form]);
  return drive(activation, () => {
    activation.writeArguments(values);
    return activation.start();
  });
}

function drive(activation: Activation, go: () => Outcome): Resumable<unknown> {
  let suspended: SuspendedCall;
  try {
    if (go() === Outcome.Finished) return { state: 'finished', results: activation.finish() };
    suspended = activation.suspend();
  } catch (error) {
    // Everything is put away before the error is looked at: that may run the host's code.
    const stopped = activation.failedEmbedderCall === undefined ? undefined : activation.suspend();
    activation.leave(true);
    if (isHostStackEnd(error)) throw new Trap('stack-exhausted');
    if (stopped === undefined) throw error;
    return stopped.asFailed(error);
  }
  return suspended.asResumable();
}

/**
 * A frame that calls the function and returns, so that a call from outside is charged, compiled, suspended and resumed by the same steps
 * as a call from inside.
 */
function trampolineTo({ index, instance, store, type }: Func): Func {
  const trampoline = new Func(store, type, instance, index, null);
  trampoline.code = Int32Array.of(0, Ir.CallImport, index, 0, Ir.Return);
  trampoline.entry = 1;
  trampoline.frameSlots = Math.max(type.parameters.length, type.results.length);
  return trampoline;
}

/** A call from outside: it has a place on the stack from its making until it finishes, is suspended or left, and again when it goes on. */
class Activation {
  base = 0;
  fp = 0;
  /** What was left of the stack when it began, or went on. */
  slotsLeft = 0;
  private outerUsed = 0;
  private isLeft = true;
  private suspended: SuspendedCall | undefined;
  /** The embedder function whose error ended the run. */
  failedEmbedderCall: FailedEmbedderCall | undefined;

  /** @throws Trap when the stack is exhausted */
  constructor(
    readonly stack: CallStack,
    readonly func: Func,
    readonly crossing: Crossing,
  ) {
    this.enter();
  }

  /** Claims a place on the stack; `own` is where its frames lie already. @throws Trap when the stack is exhausted */
  enter(own?: StackPlace): void {
    const { func, stack } = this;
    const { parameters, results } = func.type;
    const slots = Math.max(parameters.length, results.length);
    const outerUsed = SHARED_STACK.used;
    stack.enterActivation(slots, own);
    this.outerUsed = outerUsed;
    this.isLeft = false;
    this.slotsLeft = stack.slotsLeft;
    this.base = stack.depth;
    stack.turn?.begin(func.embedderFunction === null ? this.base : NO_FRAMES);
    this.fp = stack.top;
    // From here on whatever calls into the store, as the host's values may when they are looked at, nests above.
    stack.top = this.fp + slots;
  }

  writeArguments(values: readonly unknown[]): void {
    const { crossing, fp, func, stack } = this;
    const { parameters } = func.type;
    if (values.length !== parameters.length) {
      throw new TypeError(
        `the function takes ${counted(parameters.length, 'arguments')}, not ${values.length}`,
      );
    }
    for (let i = 0; i < parameters.length; i++)
      crossing.write(func.store, stack.files, fp + i, parameters[i]!, values[i]);
  }

  start(): Outcome {
    const { base, fp, func, stack } = this;
    if (func.embedderFunction !== null) {
      // A call of it by the host has no frame that could go on.
      if (!stack.callEmbedder(func, fp, stack.top, base))
        throw new OutOfFuelError(stack.requiredFuel, stack.fuel, stack.requiredStep);
      return Outcome.Finished;
    }
    const trampoline = trampolineTo(func);
    stack.func = trampoline;
    stack.pc = trampoline.entry;
    stack.fp = fp;
    stack.depth = base;
    return this.run();
  }

  /** Runs the frame that `start` or `SuspendedCall.restore` has set up. */
  run(): Outcome {
    const { stack } = this;
    stack.failedEmbedderCall = undefined;
    this.failedEmbedderCall = undefined;
    try {
      return execute(stack, this.base);
    } catch (error) {
      this.failedEmbedderCall = stack.failedEmbedderCall;
      stack.failedEmbedderCall = undefined;
      throw error;
    }
  }

  /** The results; leaves the stack. */
  finish(): unknown[] {
    const { files } = this.stack;
    const results = this.func.type.results.map((type, i) => this.crossing.read(files, this.fp + i, type));
    this.leave();
    return results;
  }

  /** Gives up the stack, which is free for other calls then; the call can be resumed. */
  suspend(): SuspendedCall {
    try {
      this.suspended ??= new SuspendedCall(this);
      this.suspended.stop();
      return this.suspended;
    } finally {
      this.leave();
    }
  }

  /** Gives the place on the stack back, if that has not been done. */
  leave(hasFailed = false): void {
    if (this.isLeft) return;
    this.isLeft = true;
    const { stack } = this;
    stack.depth = this.base;
    stack.top = this.fp;
    SHARED_STACK.used = this.outerUsed;
    SHARED_STACK.leave(this.fp);
    stack.leaveActivation(hasFailed);
  }
}

/** Frames and registers of a call, apart from any stack. */
class CopiedFrames {
  private readonly functions: Func[];
  private readonly returnAddresses: Int32Array;
  private readonly framePointers: Int32Array;
  private readonly narrow: Int32Array;
  private readonly wide: Int32Array;
  private readonly vectors: Int32Array | undefined;

  /** Of the frames from `base`, whose slots begin at `fp`. */
  constructor(
    { files, frameFunctions, framePointers, returnAddresses }: CallStack,
    base: number,
    frames: number,
    private readonly fp: number,
    slots: number,
    private readonly references: readonly unknown[],
  ) {
    const end = fp + slots;
    this.functions = frameFunctions.slice(base, base + frames);
    this.returnAddresses = returnAddresses.slice(base, base + frames);
    this.framePointers = framePointers.slice(base, base + frames);
    this.narrow = files.i32.slice(fp, end);
    this.wide = files.halves.slice(2 * fp, 2 * end);
    this.vectors = files.vectors.slots > 0 ? files.vectors.i32.slice(4 * fp, 4 * end) : undefined;
  }

  /** Puts them on a stack that has room for them. */
  putBack(
    { files, frameFunctions, framePointers, returnAddresses }: CallStack,
    base: number,
    fp: number,
  ): void {
    const shift = fp - this.fp;
    for (let i = 0; i < this.functions.length; i++) {
      frameFunctions[base + i] = this.functions[i]!;
      returnAddresses[base + i] = this.returnAddresses[i]!;
      framePointers[base + i] = this.framePointers[i]! + shift;
    }
    files.i32.set(this.narrow, fp);
    files.halves.set(this.wide, 2 * fp);
    if (this.vectors !== undefined) files.ensureVectors().i32.set(this.vectors, 4 * fp);
    for (let i = 0; i < this.references.length; i++) files.setReference(fp + i, this.references[i]);
  }
}

/** Frames and registers of a suspended call that lie on the stack where they were, and its references, which are kept apart. */
interface ParkedFrames {
  readonly place: StackPlace;
  readonly references: unknown[];
}

/**
 * A call that stopped, and may stop again. The frames of an outermost call stay on the stack, so that a call resumed in small steps costs the
 * same however large its frames are, and whichever calls are resumed in between; those of a nested call are copied off.
 */
class SuspendedCall implements ParkedCall {
  requiredFuel = 0n;
  step = '';
  private failed: FailedEmbedderCall | undefined;
  private frames = 0;
  /** What the frames count for together: see Func.frameCost. */
  private frameCosts = 0;
  private slots = 0;
  /** The slot they began at when it stopped. */
  private fp = 0;
  /** Where the frames are: one of the two while it is suspended. */
  private parked: ParkedFrames | undefined;
  private copied: CopiedFrames | undefined;
  /** How often it has stopped: a handle is of one stop. */
  private stops = 0;
  private isSuspended = false;
  private isResuming = false;
  /** What the store holds for it while it is suspended. */
  private share: Share | undefined;

  constructor(private readonly activation: Activation) {}

  /** Puts the frames away as they stand. */
  stop(): void {
    const { base, failedEmbedderCall, fp, stack } = this.activation;
    const last = failedEmbedderCall === undefined ? stack.depth : failedEmbedderCall.depth;
    this.failed = failedEmbedderCall;
    this.requiredFuel = stack.requiredFuel;
    this.step = stack.requiredStep;
    this.frames = last + 1 - base;
    this.frameCosts = this.activation.slotsLeft - (failedEmbedderCall ?? stack).slotsLeft;
    this.slots = stack.framePointers[last]! + stack.frameFunctions[last]!.frameSlots - fp;
    this.holdBytes(this.frames * FRAME_BYTES + this.slots * SLOT_BYTES);
    this.stops++;
    this.isSuspended = true;
    this.fp = fp;
    if (SHARED_STACK.hasOneCall)
      this.parked = { place: SHARED_STACK.park(this), references: stack.files.takeReferences() };
    else this.copy(stack.files.copyReferences(fp, fp + this.slots));
  }

  /** @throws OutOfFuelError without a call to resume, or ResourceLimitError, when the store may hold no more suspended calls */
  private holdBytes(bytes: number): void {
    const { func, stack } = this.activation;
    const { holdings } = func.store.execution;
    if (bytes <= holdings.remaining('suspendedBytes')) {
      if (this.share === undefined) this.share = shareFor(this, holdings, 'suspendedBytes', bytes);
      else this.share.take(bytes);
      return;
    }
    const refusal = new ResourceLimitError(
      'maximumSuspendedBytes',
      holdings.refusal('suspendedBytes', bytes),
    );
    if (this.failed !== undefined) throw refusal;
    const error = new OutOfFuelError(this.requiredFuel, stack.fuel, this.step);
    error.cause = refusal;
    throw error;
  }

  copyOff(): void {
    this.copy(this.parked!.references);
    this.parked = undefined;
  }

  private copy(references: readonly unknown[]): void {
    const { base, fp, stack } = this.activation;
    this.copied = new CopiedFrames(stack, base, this.frames, fp, this.slots, references);
  }

  asResumable(): OutOfFuelCall<unknown> {
    const { requiredFuel, step, stops } = this;
    return { state: 'out-of-fuel', requiredFuel, step, resume: () => this.resume(stops, []) };
  }

  /** The call as it stands after the error of an embedder function. */
  asFailed(error: unknown): Resumable<unknown> {
    const { stops } = this;
    return { state: 'embedder-error', error, resume: (...results: unknown[]) => this.resume(stops, results) };
  }

  private resume(stop: number, answers: readonly unknown[]): Resumable<unknown> {
    return resume(this.activation.func, () => this.goOn(stop, answers));
  }

  /** Goes on; `answers` are what the failed embedder function, if there was one, gives in the end. */
  private goOn(stop: number, answers: readonly unknown[]): Resumable<unknown> {
    const { activation } = this;
    if (!this.isSuspended || stop !== this.stops) throw new TypeError('this call was resumed already');
    if (this.isResuming) throw new TypeError('this call is being resumed: its answers are looked at');
    if (this.parked !== undefined && SHARED_STACK.isInUse) SHARED_STACK.evict(this.parked.place);
    activation.enter(this.parked?.place);
    this.isResuming = true;
    try {
      this.restore(answers);
    } catch (error) {
      if (this.parked !== undefined) activation.stack.files.takeReferences();
      activation.leave();
      throw error;
    } finally {
      this.isResuming = false;
    }
    return drive(activation, () => activation.run());
  }

  /** Puts everything back on the stack, wherever there is room now. @throws with the call still suspended */
  private restore(answers: readonly unknown[]): void {
    const { copied, parked } = this;
    const { base, fp, stack } = this.activation;
    if (base + this.frames > stack.depthLimit) throw new Trap('stack-exhausted');
    stack.takeSlots(this.frameCosts);
    stack.top = fp + this.slots;
    if (parked !== undefined) stack.files.useReferences(fp, parked.references);
    copied?.putBack(stack, base, fp);
    const last = base + this.frames - 1;
    if (this.failed !== undefined) this.writeAnswers(this.failed, answers, last, fp - this.fp);
    if (parked !== undefined) SHARED_STACK.unpark(parked.place);
    this.parked = undefined;
    this.copied = undefined;
    this.isSuspended = false;
    this.share!.giveBack();
    stack.func = stack.frameFunctions[last]!;
    stack.pc = stack.returnAddresses[last]!;
    stack.fp = stack.framePointers[last]!;
    stack.depth = last;
  }

  private writeAnswers(
    failed: FailedEmbedderCall,
    answers: readonly unknown[],
    last: number,
    shift: number,
  ): void {
    const { crossing, stack } = this.activation;
    const { results } = failed.func.type;
    if (answers.length !== results.length) {
      throw new TypeError(
        `the embedder function gives ${counted(results.length, 'results')}, not ${answers.length}`,
      );
    }
    stack.depth = last + 1;
    for (let i = 0; i < results.length; i++)
      crossing.write(failed.func.store, stack.files, failed.argumentsAt + shift + i, results[i]!, answers[i]);
  }
}
