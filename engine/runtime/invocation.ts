import { Trap } from '../errors.js';
import { execute, Outcome } from '../execute/execute.js';
import { SHARED_STACK } from '../execute/shared-stack.js';
import type { CallStack, FailedHostCall } from '../execute/call-stack.js';
import type { Func } from './func.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { readRaw, readValue, writeRaw, writeValue, type RawValue, type Value } from './value.js';

/**
 * How a resumable call stands. `resume` continues at the very operator it stopped at; a call resumes once. After an out-of-fuel
 * stop the store must hold `requiredFuel` (or the same stop is returned again); after a host function's error, `results` take the place
 * of what that function would have returned.
 */
export type ResumableCall = Resumable<Value>;

/** A resumable call with every bit kept. */
export type ResumableRawCall = Resumable<RawValue>;

type Resumable<V> =
  | { readonly state: 'finished'; readonly results: V[] }
  | {
      readonly state: 'out-of-fuel';
      readonly requiredFuel: bigint;
      readonly step: string;
      resume(): Resumable<V>;
    }
  | { readonly state: 'host-trap'; readonly error: unknown; resume(...results: V[]): Resumable<V> };

/** How values cross the border to the host: checked, or bit by bit. */
interface Crossing {
  readonly write: typeof writeValue;
  readonly read: typeof readValue;
}

const CHECKED: Crossing = { write: writeValue, read: readValue };
const RAW: Crossing = { write: writeRaw, read: readRaw };

/** See Func.call. */
export function callValues(stack: CallStack, func: Func, values: readonly Value[]): Value[] {
  return call(stack, func, values, CHECKED);
}

/** See Func.callRaw. */
export function callRaw(stack: CallStack, func: Func, values: readonly RawValue[]): RawValue[] {
  return call(stack, func, values, RAW);
}

function call(stack: CallStack, func: Func, values: readonly unknown[], crossing: Crossing): unknown[] {
  const run = new Activation(stack, func, values, crossing);
  const outcome = run.start();
  if (outcome === Outcome.Finished) return run.finish();
  const suspended = run.suspend();
  const error = new OutOfFuelError(suspended.requiredFuel, stack.fuel, suspended.step);
  error.suspendedCall = suspended.asResumable();
  throw error;
}

/** See Func.callResumable. */
export function callResumable(stack: CallStack, func: Func, values: readonly Value[]): ResumableCall {
  return drive(new Activation(stack, func, values, CHECKED), (activation) => activation.start());
}

/** See Func.callRawResumable. */
export function callRawResumable(
  stack: CallStack,
  func: Func,
  values: readonly RawValue[],
): ResumableRawCall {
  return drive(new Activation(stack, func, values, RAW), (activation) => activation.start());
}

function drive(activation: Activation, go: (activation: Activation) => Outcome): Resumable<unknown> {
  let outcome: Outcome;
  try {
    outcome = go(activation);
  } catch (error) {
    const failed = activation.failedHostCall;
    if (failed === undefined) throw error;
    const suspended = activation.suspend(failed);
    return {
      state: 'host-trap',
      error,
      resume: (...results: unknown[]) => drive(suspended.restore(), (again) => again.resumeWith(results)),
    };
  }
  if (outcome === Outcome.Finished) return { state: 'finished', results: activation.finish() };
  return activation.suspend().asResumable();
}

/** One run of the interpreter from the outside: its place on the store's stack. */
class Activation {
  readonly base: number;
  readonly fp: number;
  private readonly outerTop: number;
  failedHostCall: FailedHostCall | undefined;

  constructor(
    readonly stack: CallStack,
    readonly func: Func,
    values: readonly unknown[] | undefined,
    readonly crossing: Crossing,
  ) {
    const { parameters, results } = func.type;
    stack.setLimits();
    this.base = stack.depth;
    this.fp = stack.top;
    this.outerTop = stack.top;
    if (values === undefined) return;
    if (values.length !== parameters.length) {
      throw new TypeError(`the function takes ${parameters.length} arguments, not ${values.length}`);
    }
    if (
      this.fp + Math.max(parameters.length, results.length) > stack.slotLimit ||
      this.base >= stack.depthLimit
    ) {
      throw new Trap('stack-exhausted');
    }
    for (let i = 0; i < parameters.length; i++)
      crossing.write(stack.files, this.fp + i, parameters[i]!, values[i]);
  }

  start(): Outcome {
    const { stack } = this;
    if (this.func.host !== null) {
      stack.enterActivation();
      try {
        stack.callHost(
          this.func,
          this.fp,
          this.fp + Math.max(this.func.type.parameters.length, this.func.type.results.length),
          this.base,
        );
      } finally {
        stack.leaveActivation();
      }
      return Outcome.Finished;
    }
    const trampoline = this.func.trampoline();
    stack.func = trampoline;
    stack.pc = trampoline.entry;
    stack.fp = this.fp;
    stack.depth = this.base;
    return this.run();
  }

  /** Continues the frames that `SuspendedCall.restore` put back. */
  run(): Outcome {
    const { stack } = this;
    stack.failedHostCall = undefined;
    stack.enterActivation();
    try {
      const outcome = execute(stack, this.base);
      if (outcome === Outcome.Finished) this.leave();
      return outcome;
    } catch (error) {
      this.failedHostCall = stack.failedHostCall;
      stack.failedHostCall = undefined;
      this.leave();
      if (error instanceof RangeError && /call stack/i.test(error.message)) throw new Trap('stack-exhausted');
      throw error;
    } finally {
      stack.leaveActivation();
    }
  }

  /** Gives the host function's results in its stead and goes on behind its call. */
  resumeWith(results: readonly unknown[]): Outcome {
    const { stack } = this;
    const failed = this.failedHostCall!;
    const types = failed.func.type.results;
    if (results.length !== types.length) {
      throw new TypeError(`the host function gives ${types.length} results, not ${results.length}`);
    }
    for (let i = 0; i < types.length; i++)
      this.crossing.write(stack.files, failed.argumentsAt + i, types[i]!, results[i]);
    return this.run();
  }

  private leave(): void {
    const { stack } = this;
    stack.depth = this.base;
    stack.top = this.outerTop;
  }

  finish(): unknown[] {
    const { files } = this.stack;
    const results = this.func.type.results.map((type, i) => this.crossing.read(files, this.fp + i, type));
    files.releaseReferences(this.fp);
    SHARED_STACK.releaseFrames();
    return results;
  }

  /** Takes the suspended frames and registers off the store's stack, which is free for other calls then. */
  suspend(failed?: FailedHostCall): SuspendedCall {
    const { stack } = this;
    const last = failed === undefined ? stack.depth : failed.depth;
    const suspended = new SuspendedCall(this, last, failed);
    this.leave();
    stack.files.releaseReferences(this.fp);
    SHARED_STACK.releaseFrames();
    return suspended;
  }
}

/** Frames and registers of a call that stopped, apart from any stack. */
class SuspendedCall {
  readonly requiredFuel: bigint;
  readonly step: string;
  private readonly functions: Func[];
  private readonly returnAddresses: Int32Array;
  private readonly framePointers: Int32Array;
  private readonly narrow: Int32Array;
  private readonly wide: Int32Array;
  private readonly vectors: Int32Array | undefined;
  private readonly references: unknown[];
  private resumed = false;

  constructor(
    private readonly activation: Activation,
    last: number,
    private readonly failed: FailedHostCall | undefined,
  ) {
    const { base, fp, stack } = activation;
    const { files } = stack;
    const end = stack.framePointers[last]! + stack.frameFunctions[last]!.frameSlots;
    this.requiredFuel = stack.requiredFuel;
    this.step = stack.requiredStep;
    this.functions = stack.frameFunctions.slice(base, last + 1);
    this.returnAddresses = stack.returnAddresses.slice(base, last + 1);
    this.framePointers = stack.framePointers.slice(base, last + 1);
    this.narrow = files.i32.slice(fp, end);
    this.wide = files.halves.slice(2 * fp, 2 * end);
    this.vectors = files.vectors.slots > 0 ? files.vectors.i32.slice(4 * fp, 4 * end) : undefined;
    this.references = files.references.slice(fp, end);
  }

  /** Puts everything back on the stack, wherever there is room now. */
  restore(): Activation {
    const { stack, func, crossing, fp } = this.activation;
    if (this.resumed) throw new TypeError('this call was resumed already');
    const { files } = stack;
    const activation = new Activation(stack, func, undefined, crossing);
    const shift = activation.fp - fp;
    const count = this.functions.length;
    if (activation.fp + this.narrow.length > stack.slotLimit || activation.base + count > stack.depthLimit) {
      throw new Trap('stack-exhausted');
    }
    this.resumed = true;
    for (let i = 0; i < count; i++) {
      stack.frameFunctions[activation.base + i] = this.functions[i]!;
      stack.returnAddresses[activation.base + i] = this.returnAddresses[i]!;
      stack.framePointers[activation.base + i] = this.framePointers[i]! + shift;
    }
    files.i32.set(this.narrow, activation.fp);
    files.halves.set(this.wide, 2 * activation.fp);
    if (this.vectors !== undefined) files.ensureVectors().i32.set(this.vectors, 4 * activation.fp);
    for (let i = 0; i < this.references.length; i++)
      files.setReference(activation.fp + i, this.references[i]);
    const last = activation.base + count - 1;
    stack.func = stack.frameFunctions[last]!;
    stack.pc = stack.returnAddresses[last]!;
    stack.fp = stack.framePointers[last]!;
    stack.depth = last;
    if (this.failed !== undefined) {
      activation.failedHostCall = { ...this.failed, argumentsAt: this.failed.argumentsAt + shift };
    }
    return activation;
  }

  asResumable(): Resumable<unknown> & { state: 'out-of-fuel' } {
    return {
      state: 'out-of-fuel',
      requiredFuel: this.requiredFuel,
      step: this.step,
      resume: () => drive(this.restore(), (activation) => activation.run()),
    };
  }
}
