import { counted, figure, percent } from '../wording.js';
import type { ComparedChange, ComparisonRecord } from './comparison-record.js';
import { boundsText, signed } from './change-text.js';
import { sourceNames } from './source-names.js';

type Row = ComparisonRecord['rows'][number];

/** A price's change from the first source to one of the others. */
export interface NamedChange {
  readonly row: Row;
  readonly change: ComparedChange;
}

/** Of one of the others, what is told of every price. */
export function changesOf({ rows }: ComparisonRecord, other: number): NamedChange[] {
  return rows.flatMap((row) => {
    const change = row.others[other];
    return change === null || change === undefined ? [] : [{ row, change }];
  });
}

/** Three and more: what they charge and which of them is strange says more than every pair's changes. */
export function isFleet({ sources }: ComparisonRecord): boolean {
  return sources.length > 2;
}

/** Has it changed? In a sentence or two, of each of the others; of a fleet, whether its sources agree. */
export function answerLines(comparison: ComparisonRecord): string[] {
  const { others, sources } = comparison;
  if (isFleet(comparison)) return [fleetAnswer(comparison)];
  return others.map((_, other) => `${question(sources, other + 1)} ${answer(comparison, other)}`);
}

/** Later on the same machine it may have changed since; else one may differ from the other. */
function question(sources: ComparisonRecord['sources'], other: number): string {
  const [before, after] = [sources[0]!, sources[other]!];
  const names = sourceNames(sources);
  const isLater = before.machine.id === after.machine.id && before.createdAt <= after.createdAt;
  return isLater ? `Has it changed since ${names[0]!}?` : `Does ${names[other]!} differ from ${names[0]!}?`;
}

/** `Yes: 2 of 9 prices are slower: warm translate +12.0%, ...; 1 is unsure.` */
function answer(comparison: ComparisonRecord, other: number): string {
  const all = changesOf(comparison, other);
  const of = (verdict: ComparedChange['verdict']) => all.filter(({ change }) => change.verdict === verdict);
  const word = comparison.verdicts[other];
  // Times that rose with the clock alone are in the table, and no answer.
  const isChanged = word === 'slower' || word === 'faster';
  const told = (['slower', 'faster'] as const).filter((verdict) => isChanged && of(verdict).length > 0);
  const [same, unsure] = [of('same').length, of('unsure').length];
  const within = `the same within ${percent(comparison.sameWithin, 0)}`;
  if (told.length > 0) {
    const parts = [
      ...told.map(
        (verdict) => `${partOf(of(verdict), all)} ${verdict} (${furthest(comparison, of(verdict))})`,
      ),
      ...(same > 0 ? [`${same} ${within}`] : []),
      ...(unsure > 0 ? [`${unsure} unsure`] : []),
    ];
    return `Yes: ${parts.join('; ')}.`;
  }
  if (word === 'same' && same < all.length)
    return `No: what the corpus costs is ${within}, in every warm phase; of ${all.length} prices ${all.length - same} ${all.length - same === 1 ? 'is' : 'are'} not told to be by ${all.length - same === 1 ? 'itself' : 'themselves'}.`;
  if (unsure === 0)
    return `No: ${all.length === 1 ? 'its one price is' : `all ${all.length} prices are`} ${within}.`;
  const others =
    same === 0
      ? ''
      : `; the other ${same} ${same === 1 ? 'is' : 'are'} ${within} (${shortList(of('same').map(({ row }) => priceName(comparison, row)))})`;
  return `Not that it shows: no price is slower or faster, but the data do not tell of ${partOf(of('unsure'), all)}${others}.`;
}

function partOf(some: readonly NamedChange[], all: readonly NamedChange[]): string {
  return `${some.length} of ${counted(all.length, 'price')}`;
}

const MOST_NAMED = 3;

/** The greatest changes by name. */
function furthest(comparison: ComparisonRecord, changes: readonly NamedChange[]): string {
  const size = ({ change }: NamedChange) => Math.abs(Math.log1p(change.change));
  const sorted = changes.toSorted((a, b) => size(b) - size(a));
  const named = sorted
    .slice(0, MOST_NAMED)
    .map(({ row, change }) => `${priceName(comparison, row)} ${signed(change.change)}`);
  return `${named.join(', ')}${sorted.length > MOST_NAMED ? ', ...' : ''}`;
}

/** One engine goes without saying. */
export function priceName({ rows }: ComparisonRecord, { engine, price }: Row): string {
  return new Set(rows.map((row) => row.engine)).size > 1 ? `${engine} ${price}` : price;
}

function fleetAnswer(comparison: ComparisonRecord): string {
  const { sources, outliers, rows } = comparison;
  const strange = new Set(outliers.map(({ path }) => path)).size;
  const machines = new Set(sources.map(({ machine }) => machine.id)).size;
  const what = `${sources.length} runs or profiles of ${machines === 1 ? 'one machine' : `${machines} machines`}`;
  if (strange === 0)
    return `Do they agree? Yes: of ${what} none has any of ${counted(rows.length, 'price')} far from the others'.`;
  const some = counted(outliers.length, 'price');
  return `Do they agree? Not all: of ${what} ${strange} ${strange === 1 ? 'has' : 'have'} ${some} far from the others': ${strangest(comparison)}.`;
}

/** `Chip B, 2026-11-22 10:00 (warm translate 1.59 times the median)`, the furthest first. */
function strangest({ outliers, sources }: ComparisonRecord): string {
  const names = sourceNames(sources);
  const far = ({ timesTypical }: { readonly timesTypical: number }) => Math.abs(Math.log(timesTypical));
  const furthest = outliers.toSorted((a, b) => far(b) - far(a));
  const named = [...new Set(furthest.map(({ path }) => path))].map((path) => {
    const { price, timesTypical } = furthest.find((one) => one.path === path)!;
    const name = names[sources.findIndex((source) => source.path === path)]!;
    return `${name} (${price} ${figure(Number(timesTypical.toPrecision(3)))} times the median)`;
  });
  return named.slice(0, MOST_NAMED).join(', ') + (named.length > MOST_NAMED ? ', ...' : '');
}

/** Why the data do not tell of some prices: a sentence for each reason, with the prices that it holds for. */
export function unsureLines(comparison: ComparisonRecord): string[] {
  const names = sourceNames(comparison.sources).slice(1);
  const grouped = new Map<string, string[]>();
  comparison.others.forEach((_, other) => {
    for (const named of changesOf(comparison, other)) {
      if (named.change.verdict !== 'unsure') continue;
      const reason = unsureReason(comparison, named);
      const name = `${priceName(comparison, named.row)} (${boundsText(named.change)}${comparison.others.length > 1 ? `, ${names[other]!}` : ''})`;
      grouped.set(reason, [...(grouped.get(reason) ?? []), name]);
    }
  });
  return [...grouped].map(([reason, prices]) => `Unsure, because ${reason}: ${shortList(prices)}.`);
}

const MOST_LISTED = 12;

function shortList(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? `, and ${more} more` : '');
}

/** Why nothing is told of a price: what its interval leaves open. */
export function unsureReason(
  { sameLevel, sameWithin, unseen }: ComparisonRecord,
  { row, change }: NamedChange,
): string {
  const { low, high } = change.alone;
  if (low === null || high === null || change.alone.confidenceLevel < sameLevel - 1e-9)
    return `${row.base.processes} and ${counted(change.processes, 'process execution')} are too few for an interval of ${percent(sameLevel, 0)}`;
  if (low > 0 || high < 0)
    return `the change may be smaller than the ${percent(unseen)} that no interval sees, or larger than the ${percent(sameWithin, 0)} that matter`;
  return `the interval holds no change, and one of more than ${percent(sameWithin, 0)} too`;
}
