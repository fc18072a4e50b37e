import type { Elapsed } from '../stopwatch.js';
import type { CompilePeerName } from './peers.js';

export interface CompileRequest {
  readonly peer: CompilePeerName;
  /** The module's bytes lie there, so that finding them runs none of the code that is measured. */
  readonly moduleFile: string;
  /** Ours only: functions from the first on whose bodies have so many bytes; all when absent. */
  readonly mostBodyBytes?: number;
  /** Processor time to spend on warm passes; none: only the cold one. */
  readonly warmNanoseconds: number;
}

/** What one pass over the module took, by phase. Peers that cannot be taken apart have the one phase `all`. */
export type CompilePass = Readonly<Record<string, Elapsed>>;

export type CompileAnswer =
  | {
      readonly state: 'measured';
      /** The first pass of the process. */
      readonly cold: CompilePass;
      /** Medians over the passes of the last third of the time: what went before is warming up. */
      readonly warm: CompilePass;
      readonly passes: number;
      /** Bytes of the bodies that were compiled, for ours. */
      readonly bodyBytes?: number;
      /** Bytes of IR, for ours. */
      readonly irBytes?: number;
      /** Functions that the peer refused; their bytes are counted all the same. */
      readonly refusedFunctions: number;
    }
  | { readonly state: 'unsupported'; readonly reason: string };
