import { sectionEntries } from '../binary/module-entities.js';
import type { FrontEndName } from '../core/front-end.js';
import type { CompilePhase } from '../fuel/index.js';
import { moduleWeight } from '../fuel/schedule.js';
import type { ExecutorName } from './engine-parts.js';
import type { Module } from './module.js';

/**
 * One phase of compiling one function (or, for `parse`, the module), after the fact. On the host executor a `translate` without
 * function is the injection and the host's compiling of the whole module; the functions' own events, which tell what was charged, come
 * with no time, and for first calls when the call from outside is over.
 */
export interface CompileEvent {
  readonly phase: CompilePhase;
  readonly module: Module;
  /** SHA-256 of the module's bytes, in hexadecimals; made when it is first asked for. */
  readonly moduleDigest: string;
  /** Imports first; undefined for what is done to the whole module. */
  readonly functionIndex: number | undefined;
  /** Bytes that were looked at: the function's body, or the whole module for `parse`. */
  readonly bodyBytes: number;
  /** Bytes that the charge counts them as: `bodyBytes`, or more (docs/fuel.md, "What a module counts as"). */
  readonly work: number;
  /** Fuel charged for this phase to whoever asked for it; 0 when nobody pays (metering off, or already paid). */
  readonly fuelCharged: bigint;
  /** What the time is to be held against: `fuelCharged`, or for what the host compiles at once, the price of all its functions. */
  readonly price: bigint;
  /** Wall time that the phase took. */
  readonly nanoseconds: number;
  /** What did it: the core, or JavaScript; for what is done to a whole module, what did the last of its functions. */
  readonly tier: FrontEndName;
  /** Whom it was done for. */
  readonly executor: ExecutorName;
}

/** Is told of each phase once it is over. It may call into stores. What it throws reaches whoever compiled. */
export type CompileListener = (event: CompileEvent) => void;

/** What is wanted of few events is made when it is asked for. */
export class FinishedPhase implements CompileEvent {
  constructor(
    readonly phase: CompilePhase,
    readonly module: Module,
    readonly functionIndex: number | undefined,
    readonly bodyBytes: number,
    readonly fuelCharged: bigint,
    readonly price: bigint,
    readonly nanoseconds: number,
    readonly tier: FrontEndName,
  ) {}

  get moduleDigest(): string {
    return this.module.digest;
  }

  get executor(): ExecutorName {
    return this.module.engine.executor;
  }

  get work(): number {
    const { bodyBytes, functionIndex, module, phase } = this;
    if (phase === 'parse') return moduleWeight(bodyBytes, sectionEntries(module.parsed.bytes));
    return functionIndex === undefined ? bodyBytes : module.weightOf(functionIndex)[phase];
  }
}
