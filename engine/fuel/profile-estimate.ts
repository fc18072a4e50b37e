/** An estimate over process executions with its order-statistic interval. */
export interface ProfileEstimate {
  /** Median over processes. */
  readonly estimate: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
  /** Coverage the interval reaches for this number of processes, for example 0.959. */
  readonly confidenceLevel: number;
  readonly processes: number;
}
