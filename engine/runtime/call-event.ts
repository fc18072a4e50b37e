import type { CallTier, ExecutorName } from './engine-parts.js';
import type { Func } from './func.js';
import type { Module } from './module.js';
import type { Store } from './store.js';

/** What the embedder had done: a call, the going on of one that was suspended, or an instance, with its start function. */
export type CallPhase = 'call' | 'resume' | 'instantiate';

/** How it ended; `error` is of an embedder function, or of a wrong call. */
export type CallOutcome = 'finished' | 'out-of-fuel' | 'trap' | 'error';

/** A call from outside, after the fact. */
export interface CallEvent {
  readonly phase: CallPhase;
  readonly store: Store;
  /** Undefined for embedder functions. */
  readonly module: Module | undefined;
  /** SHA-256 of the module's bytes, in hexadecimals; made when it is first asked for. */
  readonly moduleDigest: string | undefined;
  /** Undefined when instantiating. */
  readonly func: Func | undefined;
  /** In its module, imports first; undefined when instantiating, and for embedder functions. */
  readonly functionIndex: number | undefined;
  readonly outcome: CallOutcome;
  /** Fuel that the store consumed meanwhile, that of compiling included. */
  readonly fuelCharged: bigint;
  /** What of it was for compiling functions on their first calls. */
  readonly compilingFuel: bigint;
  /** Wall time, that of compiling and of embedder functions included. */
  readonly nanoseconds: number;
  /** What of it this engine compiled in. */
  readonly compilingNanoseconds: number;
  /** Made by an embedder function in another call: time and fuel are in that one's too. */
  readonly isNested: boolean;
  /**
   * What ran it: the host, or the interpreter's loop; `webassembly` where both of those had a part. Undefined where no code ran, as of
   * embedder functions.
   */
  readonly tier: CallTier | undefined;
  /** Whom it was run by. */
  readonly executor: ExecutorName;
}

/** Is told of each call from outside once it is over. It may call into stores. What it throws reaches whoever called. */
export type CallListener = (event: CallEvent) => void;

/** What an embedder asked for. */
export interface Asked {
  readonly phase: CallPhase;
  readonly store: Store;
  readonly module: Module | undefined;
  readonly func: Func | undefined;
}

/** What it came to. */
interface Took {
  readonly outcome: CallOutcome;
  readonly fuelCharged: bigint;
  readonly compilingFuel: bigint;
  readonly nanoseconds: number;
  readonly compilingNanoseconds: number;
  readonly isNested: boolean;
  readonly tier: CallTier | undefined;
}

/** The event; the digest is made when it is asked for. */
export function finishedCall({ func, module, phase, store }: Asked, took: Took): CallEvent {
  return {
    phase,
    store,
    module,
    func,
    functionIndex: func === undefined || module === undefined ? undefined : func.index,
    ...took,
    executor: store.engine.executor,
    get moduleDigest() {
      return module?.digest;
    },
  };
}
