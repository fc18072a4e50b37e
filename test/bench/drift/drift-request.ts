import type { CompilePhase, PhaseReport } from '@wasm-dyno/engine';

/** How modules are compiled: whole when they are loaded, or some functions of each, as first calls do. */
export const DRIFT_MODES = ['eager', 'lazy'] as const;

export interface DriftRequest {
  /** File of the right profile. */
  readonly profile: string;
  /** What its charges are multiplied by: what compiling takes is then 1 / that of them. */
  readonly times: number;
  readonly mode: (typeof DRIFT_MODES)[number];
  /** Whether one core or two are kept busy by turns. */
  readonly isLoaded: boolean;
  /** How many are compiled; no more than 8,000, once drift was told of validating and of translating. */
  readonly functions: number;
  readonly seed: number;
}

/** What was told, and after how many functions of the phase, those of warming up among them. */
export interface ToldDrift {
  readonly phase: CompilePhase;
  readonly state: PhaseReport['state'];
  readonly functions: number;
}

export interface DriftAnswer {
  readonly told: readonly ToldDrift[];
  readonly phases: readonly PhaseReport[];
  /** The memset / the profile's. */
  readonly unit: number | undefined;
  /** What the adjusted profile charges of what the right one does; nothing of phases that were not adjusted. */
  readonly chargedAfter: Readonly<Partial<Record<CompilePhase, number>>>;
}
