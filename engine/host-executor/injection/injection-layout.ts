import type { ExecutionCosts } from '../../fuel/execution-costs.js';
import type { MeteredHelpers } from './metered-helpers.js';

/** Indices, in the injected module, of what injected code refers to. */
export interface InjectionLayout {
  /** Globals imported by the original module: they keep their indices. */
  readonly importedGlobalCount: number;
  /** How many globals the injection imports; every defined global moves up by this. */
  readonly addedGlobalCount: number;
  /** Mutable i64: fuel left. */
  readonly fuelGlobal: number;
  /** Mutable i64: fuel that the refused step required; it means nothing when none was. */
  readonly requiredGlobal: number;
  /** Mutable i32: which step was refused, or which trap the host would not name; -1 for none. See `HostMeter`. */
  readonly stepGlobal: number;
  /** Mutable i32: tag of the table of the latest `call_indirect`; -1 when a table operator came since. */
  readonly calledTableGlobal: number;
  /** Mutable i64: element index of the latest `call_indirect` through a table of 64-bit addresses. */
  readonly calledWideElementGlobal: number;
  /** Mutable i32: element index of the latest `call_indirect`. */
  readonly calledElementGlobal: number;
  /** Immutable i32: tag of the instance's table 0. */
  readonly tableTagGlobal: number;
  /** Mutable i32: slots that the running frames leave of the stack. */
  readonly stackGlobal: number;
  /** First of the mutable i32 bitmaps of functions whose compilation is paid for, 32 functions to a global. */
  readonly firstPaidGlobal: number;
  /** Whether executing is charged. */
  readonly chargeExecution: boolean;
  /** Whether a refused step may wait, and go on: see `InjectionOptions.resumable`. */
  readonly resumable: boolean;
  readonly bytesPerFuel: number;
  /** What operators cost. */
  readonly execution: ExecutionCosts;
  readonly helpers: MeteredHelpers;
}
