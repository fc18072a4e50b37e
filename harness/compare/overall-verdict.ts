import type { ProfilePolicyName } from '@wasm-dyno/engine';
import type { PriceOf } from '../profile/prices-of.js';
import type { ChangeVerdict } from './price-change.js';

/** What became of a price, and what it is of. */
export interface JudgedChange {
  readonly verdict: ChangeVerdict;
  readonly of?: PriceOf | 'unit' | undefined;
  readonly policy?: ProfilePolicyName | undefined;
}

/** Times, the unit's among them, move with the machine's clock: they are told, and decide nothing where there are prices besides. */
export function isOfTheClock({ of }: Pick<JudgedChange, 'of'>): boolean {
  return of === 'unit' || of === 'byte';
}

/**
 * The prices that must all be the same for the whole to be called so: of each phase what the corpus costs, constants included, warm. How a
 * cost is divided between bytes and functions is known less well than their sum; first calls of a process are few, and are judged apart.
 */
export function decisive<Change extends Omit<JudgedChange, 'verdict'>>(
  changes: readonly Change[],
  policy: ProfilePolicyName = 'warm',
): readonly Change[] {
  const wholes = changes.filter(({ of }) => of === 'corpus');
  const ofPolicy = wholes.filter((change) => change.policy === policy);
  if (ofPolicy.length > 0 || policy !== 'warm') return ofPolicy;
  return wholes.length > 0 ? wholes : changes;
}

/** The one word for several changes: one price surely risen is a fact, whatever the others are. */
export function overallVerdict(changes: readonly JudgedChange[]): ChangeVerdict {
  const priced = changes.filter((change) => !isOfTheClock(change));
  const told = new Set((priced.length > 0 ? priced : changes).map(({ verdict }) => verdict));
  if (told.has('slower')) return 'slower';
  if (told.has('faster')) return 'faster';
  return wordOf(decisive(changes));
}

/** Whether all of some changes are the same. */
export function wordOf(changes: readonly JudgedChange[]): ChangeVerdict {
  const verdicts = new Set(changes.map(({ verdict }) => verdict));
  if (verdicts.has('slower')) return 'slower';
  if (verdicts.has('faster')) return 'faster';
  return verdicts.size === 1 && verdicts.has('same') ? 'same' : 'unsure';
}
