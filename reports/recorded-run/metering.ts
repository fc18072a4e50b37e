import type { RecordedEstimate, Verdict } from './estimate.js';

/** `metering.json`: what engines charge as fuel, and how long a fuel's worth of running real programs takes. */
export interface MeteringRecord {
  readonly kind: 'wasm-dyno-metering';
  readonly schemaVersion: number;
  /** UTC. */
  readonly createdAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  /** Id of the machine. */
  readonly machine: string;
  readonly seed: number;
  /** Process executions per engine. */
  readonly processes: number;
  readonly programs: readonly {
    readonly name: string;
    readonly description: string;
    /** npm package and version. */
    readonly source: string;
  }[];
  readonly engines: readonly MeteredEngine[];
  readonly notices: readonly string[];
}

export interface MeteredEngine {
  readonly name: string;
  readonly version: string;
  readonly programs: readonly ExecutedProgram[];
  /** Geometric mean over the programs, taken in each process; null where the engine meters no fuel. */
  readonly overall: TimePerFuel | null;
  /** Fuel for a byte filled or copied; null where unknown. */
  readonly memsetFuelPerByte: number | null;
  /** Fuel for compiling the corpus function by function, in each of the engine's modes. */
  readonly charges: readonly CompileCharge[];
}

export interface ExecutedProgram {
  readonly program: string;
  readonly nanosecondsPerCall: RecordedEstimate;
  /** A whole number as text; null where the engine meters no fuel. */
  readonly fuelPerCall: string | null;
  readonly verdict: Verdict;
}

export interface TimePerFuel {
  readonly nanosecondsPerFuel: RecordedEstimate;
  readonly verdict: Verdict;
}

export interface CompileCharge {
  readonly mode: string;
  /** The measured phases that the charge pays for. */
  readonly phases: readonly string[];
  readonly functions: number;
  readonly bodyBytes: number;
  /** A number as text: whole as read back from the engine, or per the engine's rule. */
  readonly fuel: string;
}
