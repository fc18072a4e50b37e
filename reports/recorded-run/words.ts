/*
 * Words that runs, profiles and the target protocol have in common, in their order. The build writes this file into the engine as well
 * (build/build-profile-form.mjs), which imports nothing from outside itself: so it imports nothing either.
 */

/** Where the filled bytes of a memset lie: the level of the memory hierarchy that decides what a memset costs. */
export const MEMSET_REGIMES = ['hot', 'llc', 'memory', 'first-touch'] as const;

/** Where the filled bytes of a memset lie. */
export type MemsetRegime = (typeof MEMSET_REGIMES)[number];

/** How far a number can be believed, from well to badly. */
export const VERDICTS = ['ok', 'noisy', 'insufficient-data'] as const;

/** How far an estimate can be trusted. */
export type Verdict = (typeof VERDICTS)[number];

/** The phases that a profile may price; the embedded engine charges the first three. */
export const PROFILE_PHASES = ['parse', 'validate', 'translate', 'compile', 'first-call'] as const;

/** How multiplier and constants follow from their estimates. */
export const MULTIPLIER_RULES = ['estimate-rounded-up', 'interval-high-rounded-up'] as const;

/** What a constant is paid for: once a process (first calls alone), or for each of something. */
export const PRICED_ENTITIES = [
  'process',
  'module',
  'section',
  'type',
  'function',
  'import',
  'export',
  'global',
  'segment',
  /** A byte of the sections that are decoded while parsing: all but code, data and custom ones. */
  'declaration-byte',
] as const;

/** What runs functions, by the names that profiles have for it. */
export const PROFILE_EXECUTORS = ['interpreter', 'host'] as const;

/** How one number is made of a fleet's: the greatest, the least that nine of ten machines do not exceed, or the middle one. */
export const MERGE_POLICIES = ['max', 'p90', 'median'] as const;
