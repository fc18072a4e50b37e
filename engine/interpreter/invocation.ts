import { ResourceLimitError, Trap } from '../errors.js';
import { execute, Outcome } from './execute.js';
import { type ParkedCall, SHARED_STACK } from './shared-stack.js';
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

/** One run of the interpreter from the outside: its place on the stack, from its making until it finishes, is suspended or left. */
class Activation {
  readonly base: number;
  readonly fp: number;
  private readonly outerUsed = SHARED_STACK.used;
  /** What was left of the stack when it began. */
  readonly slotsLeft: number;
  private isLeft = false;
  /** The embedder function whose error ended the run. */
  failedEmbedderCall: FailedEmbedderCall | undefined;

  /** @throws Trap when the stack is exhausted */
  constructor(
    readonly stack: CallStack,
    readonly func: Func,
    readonly crossing: Crossing,
    resumed?: SuspendedCall,
  ) {
    const { parameters, results } = func.type;
    const slots = Math.max(parameters.length, results.length);
    stack.enterActivation(slots);
    this.slotsLeft = stack.slotsLeft;
    SHARED_STACK.makeRoomFor(resumed);
    this.base = stack.depth;
    this.fp = stack.top;
    // From here on whatever calls into the store, as the host's values may when they are looked at, nests above.
    stack.top = this.fp + slots;
  }

  writeArguments(values: readonly unknown[]): void {
    const { crossing, fp, func, stack } = this;
    const { parameters } = func.type;
    if (values.length !== parameters.length) {
      throw new TypeError(`the function takes ${parameters.length} arguments, not ${values.length}`);
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
      return new SuspendedCall(this);
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
    SHARED_STACK.release(this.fp);
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
  private readonly references: unknown[];

  /** Of the frames from `base`, whose slots begin at `fp`. */
  constructor(
    { files, frameFunctions, framePointers, returnAddresses }: CallStack,
    base: number,
    frames: number,
    private readonly fp: number,
    slots: number,
  ) {
    const end = fp + slots;
    this.functions = frameFunctions.slice(base, base + frames);
    this.returnAddresses = returnAddresses.slice(base, base + frames);
    this.framePointers = framePointers.slice(base, base + frames);
    this.narrow = files.i32.slice(fp, end);
    this.wide = files.halves.slice(2 * fp, 2 * end);
    this.vectors = files.vectors.slots > 0 ? files.vectors.i32.slice(4 * fp, 4 * end) : undefined;
    this.references = files.references.slice(fp, end);
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

/**
 * A call that stopped. Where nothing else runs its frames stay on the stack, so that a call resumed in small steps costs the same however
 * large its frames are; otherwise, and when another call comes, they are copied off.
 */
class SuspendedCall implements ParkedCall {
  readonly requiredFuel: bigint;
  readonly step: string;
  private readonly failed: FailedEmbedderCall | undefined;
  private readonly frames: number;
  /** What the frames count for together: see Func.frameCost. */
  private readonly frameCosts: number;
  private readonly slots: number;
  /** Undefined while they are on the stack. */
  private copied: CopiedFrames | undefined;
  private resumed = false;

  /** What the store holds for it until it is resumed. */
  private readonly share: Share;

  constructor(private readonly activation: Activation) {
    const { base, failedEmbedderCall, fp, stack } = activation;
    const last = failedEmbedderCall === undefined ? stack.depth : failedEmbedderCall.depth;
    this.failed = failedEmbedderCall;
    this.requiredFuel = stack.requiredFuel;
    this.step = stack.requiredStep;
    this.frames = last + 1 - base;
    // A failed embedder function's caller is not the frame that the stack last ran.
    this.frameCosts =
      failedEmbedderCall === undefined
        ? activation.slotsLeft - stack.slotsLeft
        : stack.frameFunctions.slice(base, last + 1).reduce((sum, { frameCost }) => sum + frameCost, 0);
    this.slots = stack.framePointers[last]! + stack.frameFunctions[last]!.frameSlots - fp;
    this.share = this.holdBytes(this.frames * FRAME_BYTES + this.slots * SLOT_BYTES);
    // The answers that a failed embedder function gets in the end are the host's values: looking at them may run anything.
    if (base === 0 && fp === 0 && failedEmbedderCall === undefined) SHARED_STACK.park(this);
    else this.copyOff();
  }

  /** @throws OutOfFuelError without a call to resume, or ResourceLimitError, when the store may hold no more suspended calls */
  private holdBytes(bytes: number): Share {
    const { func, stack } = this.activation;
    const { holdings } = func.store.execution;
    if (bytes <= holdings.remaining('suspendedBytes'))
      return shareFor(this, holdings, 'suspendedBytes', bytes);
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
    const { base, fp, stack } = this.activation;
    this.copied = new CopiedFrames(stack, base, this.frames, fp, this.slots);
  }

  asResumable(): OutOfFuelCall<unknown> {
    return {
      state: 'out-of-fuel',
      requiredFuel: this.requiredFuel,
      step: this.step,
      resume: () => this.resume([]),
    };
  }

  /** The call as it stands after the error of an embedder function. */
  asFailed(error: unknown): Resumable<unknown> {
    return { state: 'embedder-error', error, resume: (...results: unknown[]) => this.resume(results) };
  }

  private resume(answers: readonly unknown[]): Resumable<unknown> {
    return resume(this.activation.func, () => this.goOn(answers));
  }

  /** Goes on; `answers` are what the failed embedder function, if there was one, gives in the end. */
  private goOn(answers: readonly unknown[]): Resumable<unknown> {
    const { crossing, func, stack } = this.activation;
    if (this.resumed) throw new TypeError('this call was resumed already');
    const activation = new Activation(stack, func, crossing, this);
    try {
      this.restore(activation, answers);
    } catch (error) {
      activation.leave();
      throw error;
    }
    return drive(activation, () => activation.run());
  }

  /** Puts everything back on the stack, wherever there is room now. @throws with the call still suspended */
  private restore(activation: Activation, answers: readonly unknown[]): void {
    const { base, fp, stack } = activation;
    const shift = fp - this.activation.fp;
    if (base + this.frames > stack.depthLimit) throw new Trap('stack-exhausted');
    stack.takeSlots(this.frameCosts);
    stack.top = fp + this.slots;
    if (!SHARED_STACK.unpark(this)) this.copied!.putBack(stack, base, fp);
    const last = base + this.frames - 1;
    if (this.failed !== undefined) this.writeAnswers(this.failed, answers, last, shift);
    // Looking at the answers may have resumed this very call.
    if (this.resumed) throw new TypeError('this call was resumed already');
    this.resumed = true;
    this.share.giveBack();
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
      throw new TypeError(`the embedder function gives ${results.length} results, not ${answers.length}`);
    }
    stack.depth = last + 1;
    for (let i = 0; i < results.length; i++)
      crossing.write(failed.func.store, stack.files, failed.argumentsAt + shift + i, results[i]!, answers[i]);
  }
}
