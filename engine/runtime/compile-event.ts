import type { CompilePhase } from '../fuel/index.js';
import type { Module } from './module.js';

/**
 * One phase of compiling one function (or, for `parse`, the module), after the fact. On the host executor a `translate` without
 * function is the injection and the host's compiling of the whole module; the functions' own events, which tell what was charged, come
 * with no time, and for first calls when the call from outside is over.
 */
export interface CompileEvent {
  readonly phase: CompilePhase;
  readonly module: Module;
  /** Imports first; undefined for what is done to the whole module. */
  readonly functionIndex: number | undefined;
  /** Bytes that the charge counts: the function's body, or the whole module for `parse`. */
  readonly bodyBytes: number;
  /** Fuel charged for this phase to whoever asked for it; 0 when nobody pays (metering off, or already paid). */
  readonly fuelCharged: bigint;
  /** Wall time that the phase took. */
  readonly nanoseconds: number;
}

/** Is told of each phase once it is over. It may call into stores. */
export type CompileListener = (event: CompileEvent) => void;
