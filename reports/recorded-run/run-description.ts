import type { Verdict } from './estimate.js';

/** What reports read of `run.json`. The file may hold more. */
export interface RunDescription {
  readonly kind: 'wasm-dyno-run';
  readonly schemaVersion: number;
  readonly createdAt: string;
  readonly state: string;
  readonly seed: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly machine: RecordedMachine;
  readonly engines: readonly {
    readonly name: string;
    /** What the target is, in a few words. */
    readonly about?: string;
    readonly description?: { readonly version?: string; readonly flags?: readonly string[] } | null;
    readonly failure?: string | null;
  }[];
  readonly corpora: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly modules: number;
    readonly functions: number;
    readonly bodyBytes: number;
  }[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly ended?: { readonly sentence: string } | null;
  readonly skippedModules?: readonly { readonly module: string; readonly reason: string }[];
  readonly secondOpinions?: readonly RecordedOpinion[];
  readonly warnings?: readonly string[];
}

export interface RecordedMachine {
  readonly id: string;
  readonly cpuModel: string;
  readonly arch: string;
  readonly platform: string;
  readonly osRelease: string;
  readonly logicalCores: number;
  readonly physicalCores: number | null;
  readonly l1dBytes: number | null;
  readonly l2Bytes: number | null;
  readonly l3Bytes: number | null;
  readonly memoryBytes: number;
  readonly nodeVersion: string;
  readonly v8Version: string;
  readonly virtualisation: string | null;
  readonly governor: string | null;
}

/** What another instrument measured on the same arms. */
export interface RecordedOpinion {
  readonly engine: string;
  readonly phase: string;
  readonly functionSizeClass: string;
  readonly instrument: string;
  readonly kernel: string;
  readonly regime: string;
  readonly ratio: number;
  readonly ownRatio: number;
  /** ratio / ownRatio - 1 */
  readonly disagreement: number;
}

/** What reports read of `profile.json`. */
export interface ProfileDescription {
  readonly engine: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  readonly forced: boolean;
  readonly systematicFloor: number;
  readonly warnings: readonly string[];
  readonly baseline: { readonly kernel: string; readonly regime: string };
  readonly policies: Readonly<
    Record<
      string,
      {
        readonly phases: Readonly<
          Record<
            string,
            {
              readonly ratio: number;
              readonly interval: readonly [number, number];
              readonly confidenceLevel: number;
              readonly processes: number;
              readonly verdict: Verdict;
              readonly multiplierThousandths: number;
            }
          >
        >;
      }
    >
  >;
}
