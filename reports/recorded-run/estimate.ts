/** How far a number can be believed. */
export const VERDICTS = ['ok', 'noisy', 'insufficient-data'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The worst of several verdicts; `ok` of none. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst]!;
}

/** A median over process executions with its order-statistic interval. */
export interface RecordedEstimate {
  readonly estimate: number;
  readonly interval: readonly [number, number];
  /** Coverage that the interval reaches with this number of processes. */
  readonly confidenceLevel: number;
  readonly processes: number;
}
