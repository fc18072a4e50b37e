import { SectionCode } from '../binary/section-code.js';
import { ExecutorError } from '../errors.js';
import { nameBytes, section } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import {
  HOST_WEB_ASSEMBLY,
  type HostFunction,
  type HostGlobal,
  hostWebAssembly,
} from '../host/web-assembly.js';
import type { RawValue } from '../runtime/value.js';
import { RefusalAnswer } from './injection/refused-step.js';

/** What stands in for an embedder function that failed. */
export interface StandIn<Result> {
  /** What it gives while the call waits: nobody looks at it. */
  readonly neutral: Result;
  /** Makes what the embedder gives in its place what the host gets. @throws TypeError where the values do not fit */
  cross(answers: readonly unknown[]): unknown;
}

/** A call that may be suspended, as the code it runs knows it. */
interface SuspendableCall {
  /** What to do about a step that was refused, just now or before the call waited. */
  refused(hasWaited: boolean): RefusalAnswer;
  /** Waits until somebody has the call go on; gives its token. */
  wait(): Promise<number>;
  /** The host's WebAssembly has left it, by whatever way. */
  over(): void;
  /** Runs what an embedder function does that it calls. */
  outside<Result>(work: () => Result, standIn: StandIn<Result>): Result;
  /** What was given in place of the embedder function that it waited at. */
  readonly answers: unknown;
  /** What its results are, references apart: told when it ends. */
  numbers: RawValue[];
}

/** Whether this host can suspend calls: JavaScript Promise Integration. */
export function hostSuspends(): boolean {
  return HOST_WEB_ASSEMBLY?.Suspending !== undefined && HOST_WEB_ASSEMBLY.promising !== undefined;
}

/** @throws ExecutorError where the host cannot suspend calls */
export function requireSuspension(): void {
  hostWebAssembly();
  if (hostSuspends()) return;
  throw new ExecutorError(
    'this host cannot suspend calls (it has no WebAssembly.Suspending, as Node 24 does): leave resumable out, or use the executor "interpreter"',
  );
}

/**
 * Which suspendable call runs now, if one does. The code of all modules asks the same two functions, wherever it was called from; a call's own
 * frames are WebAssembly from end to end, so whose step it is that was refused is told by who runs.
 */
class Suspension {
  /**
   * The call whose WebAssembly runs; undefined while JavaScript does, embedder functions included. A call that goes on in a microtask of the
   * host's ends there unseen: what is found here by whoever comes from JavaScript is over.
   */
  private running: SuspendableCall | undefined;
  /** Calls that were told to go on, until they do. */
  private readonly goingOn = new Map<number, SuspendableCall>();
  private tokens = 0;
  private shared: { readonly refused: HostFunction; readonly wait: HostFunction } | undefined;
  private stoppedGlobal: HostGlobal | undefined;

  /** The call whose embedder function is called: as of now, JavaScript runs. */
  interrupt(): SuspendableCall | undefined {
    const { running } = this;
    this.running = undefined;
    return running;
  }

  /** The call that runs is about to end, with these results. */
  finished(numbers: RawValue[]): void {
    this.running!.numbers = numbers;
  }

  /** JavaScript comes from elsewhere: what ran has ended. */
  settle(): void {
    this.interrupt()?.over();
  }

  run(call: SuspendableCall): void {
    this.running = call;
  }

  /** A token for a call that is to go on. */
  tokenFor(call: SuspendableCall): number {
    this.tokens = (this.tokens % 0x7fff_ffff) + 1;
    this.goingOn.set(this.tokens, call);
    return this.tokens;
  }

  /** Not zero where the embedder function that has just returned has failed, and the call is to wait. */
  get stopped(): HostGlobal {
    return (this.stoppedGlobal ??= new (hostWebAssembly().Global)({ value: 'i32', mutable: true }, 0));
  }

  /** What the call that goes on now was given in place of its embedder function. */
  get answers(): unknown {
    return this.running!.answers;
  }

  /** The functions that resumable modules import. */
  get functions(): { readonly refused: HostFunction; readonly wait: HostFunction } {
    return (this.shared ??= this.newFunctions());
  }

  private newFunctions() {
    const { Instance, Suspending } = hostWebAssembly();
    const module = compileSmallModule(
      section(SectionCode.Type, [
        [0x60, 1, 0x7f, 1, 0x7f],
        [0x60, 0, 1, 0x7f],
      ]),
      section(SectionCode.Import, [
        [...nameBytes('b'), ...nameBytes('refused'), 0, 0],
        [...nameBytes('b'), ...nameBytes('wait'), 0, 1],
      ]),
      section(SectionCode.Export, [
        [...nameBytes('refused'), 0, 0],
        [...nameBytes('wait'), 0, 1],
      ]),
    );
    const b = { refused: (token: number) => this.refused(token), wait: new Suspending!(() => this.wait()) };
    const { exports } = new Instance(module, { b });
    return { refused: exports['refused'] as HostFunction, wait: exports['wait'] as HostFunction };
  }

  private refused(token: number): RefusalAnswer {
    if (token === 0) return this.running?.refused(false) ?? RefusalAnswer.Trap;
    const call = this.goingOn.get(token)!;
    this.goingOn.delete(token);
    this.settle();
    this.running = call;
    return call.refused(true);
  }

  private wait(): Promise<number> {
    this.stopped.value = 0;
    return this.interrupt()!.wait();
  }
}

export const SUSPENSION = new Suspension();
