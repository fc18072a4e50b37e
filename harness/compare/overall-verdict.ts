import type { ChangeVerdict } from './price-change.js';

/** What is told before what is not: one price surely risen is a fact, whatever the others are. */
const IN_ORDER: readonly ChangeVerdict[] = ['slower', 'faster', 'unsure', 'same'];

/** The one word for several changes. */
export function overallVerdict(verdicts: readonly ChangeVerdict[]): ChangeVerdict {
  return IN_ORDER.find((verdict) => verdicts.includes(verdict)) ?? 'unsure';
}
