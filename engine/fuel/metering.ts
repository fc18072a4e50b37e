import type { ExecutionCosts } from './execution-costs.js';

/** Whether and how executing is charged. */
export interface Metering {
  /** Whether blocks carry their fuel; without, every charge is zero. */
  readonly consumeFuel: boolean;
  /** Bytes zero-filled per fuel. */
  readonly bytesPerFuel: number;
  /** What operators cost; the schedule's costs unless given. */
  readonly execution?: ExecutionCosts | undefined;
}
