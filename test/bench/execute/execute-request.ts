import type { Elapsed } from '../stopwatch.js';
import type { EngineName, Kernel } from './kernels.js';

export interface ExecuteRequest {
  readonly kernel: Kernel;
  readonly engine: EngineName;
  /** File of the kernel's module; empty for SQLite, which comes with its package. */
  readonly moduleFile: string;
  /** Processor time that the engine's calls may take before, and for, what counts. */
  readonly warmUpNanoseconds: number;
  readonly measureNanoseconds: number;
}

export type ExecuteAnswer =
  | {
      readonly state: 'measured';
      /** What a call gave, exactly, as text: the same as on V8, or the state is `wrong`. */
      readonly result: string;
      /** The engine's very first call in the process. */
      readonly firstCall: Elapsed;
      /** Medians over the calls that counted. */
      readonly call: Elapsed;
      /** Medians over V8's calls of the same function, taking turns with those. */
      readonly referenceCall: Elapsed;
      readonly calls: number;
    }
  /** The engine cannot run this; why, in a line. */
  | { readonly state: 'unsupported'; readonly reason: string }
  /** The engine's result is not V8's, or not the known one. */
  | { readonly state: 'wrong'; readonly reason: string };
