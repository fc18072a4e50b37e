export interface GrowthRequest {
  /** Position in GROWTH_FAMILIES. */
  readonly family: number;
  /** Processor time to spend on each size. */
  readonly nanosecondsPerSize: number;
}

export const GROWTH_PHASES = ['parse', 'validate', 'translate'] as const;
export type GrowthPhase = (typeof GROWTH_PHASES)[number];

export interface GrowthPoint {
  readonly size: number;
  readonly moduleBytes: number;
  readonly irBytes: number;
  /** The quickest pass: what disturbs a pass only ever adds. */
  readonly nanoseconds: Readonly<Record<GrowthPhase, number>>;
}

export interface GrowthAnswer {
  readonly points: readonly GrowthPoint[];
}
