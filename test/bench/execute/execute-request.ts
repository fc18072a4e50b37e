import type { Elapsed } from '../stopwatch.js';
import type { EngineName, Kernel } from './kernels.js';

export interface ExecuteRequest {
  readonly kernel: Kernel;
  readonly engine: EngineName;
  /** File of the kernel's module; empty for SQLite, which comes with its package. */
  readonly moduleFile: string;
  /** Processor time to spend before, and on, what counts. */
  readonly warmUpNanoseconds: number;
  readonly measureNanoseconds: number;
}

export type ExecuteAnswer =
  | {
      readonly state: 'measured';
      /** What a call gave, exactly, as text: equal on all engines, or something is wrong. */
      readonly result: string;
      /** The process's very first call. */
      readonly firstCall: Elapsed;
      /** Medians over the calls that counted. */
      readonly call: Elapsed;
      readonly calls: number;
    }
  /** The engine cannot run this; why, in a line. */
  | { readonly state: 'unsupported'; readonly reason: string }
  | { readonly state: 'wrong'; readonly reason: string };
