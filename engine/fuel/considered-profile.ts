/**
 * How well a profile fits a machine, from best to worst.
 *
 * - `exact`: nothing that binds differs: processor, caches, cores, system, Node's major version, V8's first two numbers
 * - `same-cpu`: the processor with its caches and the system are the same; Node, V8 or the number of cores are not
 * - `same-family`: of the same architecture and the maker's same processor family
 * - `generic`: any other machine, or an agreed profile
 */
export const MATCH_RANKS = ['exact', 'same-cpu', 'same-family', 'generic'] as const;

/** How well a profile fits a machine. */
export type MatchRank = (typeof MATCH_RANKS)[number];

/** What became of a candidate. */
export interface ConsideredProfile {
  readonly source: string;
  /** Undefined: it cannot be charged by here at all. */
  readonly rank: MatchRank | undefined;
  /** Why it is of that rank, or of none, in a clause. */
  readonly because: string;
}
