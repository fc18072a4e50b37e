import type { Elapsed } from '../stopwatch.js';

export interface FirstRunsRequest {
  readonly moduleFile: string;
  readonly export: string;
  readonly argument: number;
  readonly runs: number;
}

export interface FirstRunsAnswer {
  /** In order. The first compiles the functions that it calls, and pays for that. */
  readonly runs: readonly { readonly elapsed: Elapsed; readonly fuel: number }[];
}
