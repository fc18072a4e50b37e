import type { CompilePhase } from '../fuel/index.js';
import type { Module } from './module.js';

/** One phase of compiling one function (or, for `parse`, the module), after the fact. */
export interface CompileEvent {
  readonly phase: CompilePhase;
  readonly module: Module;
  /** Imports first; undefined for `parse`. */
  readonly functionIndex: number | undefined;
  /** Bytes that the charge counts: the function's body, or the whole module for `parse`. */
  readonly bodyBytes: number;
  /** Fuel charged for this phase to whoever asked for it; 0 when nobody pays (metering off, or already paid). */
  readonly fuelCharged: bigint;
  /** Wall time that the phase took. */
  readonly nanoseconds: number;
}

export type CompileListener = (event: CompileEvent) => void;
