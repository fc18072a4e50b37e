/** Where a number comes from. Later layers replace single numbers of earlier ones. */
export type CostLayer = 'default' | 'profile' | 'configuration';

/** One number of the cost table and where it comes from. */
export interface CostExplanation {
  /** As in the configuration, for example `translateMultiplier` or `parseEntityFuel.import`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly layer: CostLayer;
  /** Who says so: for a profile its machine, date and file. */
  readonly source: string;
  readonly note: string;
}
