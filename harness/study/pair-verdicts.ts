import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { percent } from '@wasm-dyno/reports/wording';
import { compareSources, type ChangeVerdict, type PricedSource } from '../compare/index.js';

/** What comparing says of a price over many pairs of runs. */
interface PairVerdicts {
  readonly words: Record<ChangeVerdict, number>;
  largest: number;
}

const WORDS: readonly ChangeVerdict[] = ['same', 'unsure', 'slower', 'faster'];
const WHOLE = 'the whole';

/**
 * How often comparing two of several runs says which word, of each price and of the whole. `factor`: how much dearer all but the unit are
 * made in the later run, so that the right word is known.
 */
function pairVerdicts(sources: readonly PricedSource[], factor: number): Map<string, PairVerdicts> {
  const found = new Map<string, PairVerdicts>();
  const count = (name: string, verdict: ChangeVerdict, change: number): void => {
    let of = found.get(name);
    if (of === undefined)
      found.set(name, (of = { words: { same: 0, unsure: 0, slower: 0, faster: 0 }, largest: 0 }));
    of.words[verdict]++;
    of.largest = Math.max(of.largest, Math.abs(change));
  };
  sources.forEach((before, i) => {
    for (const after of sources.slice(i + 1)) {
      const { rows, verdicts } = compareSources([before, dearer(after, factor)], { force: true });
      count(WHOLE, verdicts[0]!, 0);
      for (const { engine, price, others } of rows)
        if (others[0] !== undefined) count(`${engine} ${price}`, others[0].verdict, others[0].change);
    }
  });
  return found;
}

export function pairVerdictsTable(sources: readonly PricedSource[], factor: number): string {
  const found = pairVerdicts(sources, factor);
  return alignedTable({
    heading: [
      factor === 1 ? 'pairs of runs' : `the later ${percent(factor - 1)} dearer`,
      ...WORDS,
      'largest change',
    ],
    rows: [...found].map(([name, { words, largest }]) => [
      name,
      ...WORDS.map((word) => String(words[word])),
      name === WHOLE ? '' : percent(largest),
    ]),
    numeric: [1, 2, 3, 4, 5],
  });
}

function dearer(source: PricedSource, factor: number): PricedSource {
  return {
    ...source,
    prices: source.prices.map((price) => {
      if (price.of === 'unit') return price;
      const { estimate, low, high, processPrices } = price;
      return {
        ...price,
        ...{ estimate: estimate * factor, low: low * factor, high: high * factor },
        ...(processPrices === undefined ? {} : { processPrices: processPrices.map((one) => one * factor) }),
      };
    }),
  };
}
