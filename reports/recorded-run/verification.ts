/** Nominal and observed coverage of one simulated design. */
export interface RecordedCoverage {
  readonly design: string;
  readonly experiments: number;
  readonly nominal: number;
  readonly observed: number;
  readonly medianRelativeHalfWidth: number;
}

/** One check of the statistics: what was wanted, what came out. */
export interface VerificationCheck {
  readonly name: 'coverage-simulation' | 'a-against-a' | 'known-answer' | 'closure';
  readonly passed: boolean;
  /** What must hold. */
  readonly wanted: string;
  /** What was found. */
  readonly found: string;
  readonly coverages?: readonly RecordedCoverage[];
}

/** `verification.json`: whether the intervals hold on this machine. */
export interface VerificationRecord {
  readonly kind: 'wasm-dyno-verification';
  readonly schemaVersion: 1;
  /** UTC. */
  readonly createdAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  /** The machine's id. */
  readonly machine: string;
  /** The engine whose loops were timed; null when only simulated. */
  readonly engine: string | null;
  readonly seed: number;
  readonly passed: boolean;
  readonly checks: readonly VerificationCheck[];
}
