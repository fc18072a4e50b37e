import type { ComparisonRecord } from '@wasm-dyno/reports';
import type { ComparedChange, PriceComparison } from './compare-sources.js';
import { outliers } from './outliers.js';
import type { PricedSource } from './priced-source.js';

/** What comparing found, with what was compared: all that reports on it are made from. */
export function comparisonRecord(
  comparison: PriceComparison,
  sources: readonly PricedSource[],
): ComparisonRecord {
  return {
    kind: 'wasm-dyno-comparison',
    schemaVersion: 1,
    base: comparison.base,
    others: comparison.others,
    sources: sources.map(({ path, form, createdAt, machine, engines, prices }) => ({
      ...{ path, form, createdAt, machine, engines },
      prices: prices.map(({ engine, name, unit, estimate, low, high, confidenceLevel, processes }) => ({
        ...{ engine, price: name, unit, value: { estimate, low, high, confidenceLevel, processes } },
      })),
    })),
    confidenceLevel: comparison.confidenceLevel,
    sameLevel: comparison.sameLevel,
    sameWithin: comparison.sameWithin,
    unseen: comparison.unseen,
    rows: comparison.rows.map(({ engine, price, unit, base, others }) => {
      const { estimate, low, high, confidenceLevel, processes } = base;
      return {
        ...{ engine, price, unit, base: { estimate, low, high, confidenceLevel, processes } },
        others: others.map((change) => (change === undefined ? null : bounded(change))),
      };
    }),
    verdicts: comparison.verdicts,
    outliers: outliers(sources, comparison.sameWithin),
    notices: comparison.notices,
  };
}

/** An interval without ends is none. */
function bounded(change: ComparedChange) {
  const none = { low: null, high: null };
  const alone = change.alone.confidenceLevel > 0 ? change.alone : { ...change.alone, ...none };
  return { ...change, alone, ...(change.confidenceLevel > 0 ? {} : none) };
}
