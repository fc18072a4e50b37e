import type { ComparisonRecord } from '@wasm-dyno/reports';
import { median } from '../statistics/index.js';
import type { PricedSource } from './priced-source.js';

type Outlier = ComparisonRecord['outliers'][number];

/** As many deviations from the median as Iglewicz and Hoaglin (1993) call an outlier, by the median absolute deviation. */
const MOST_DEVIATIONS = 3.5;
const DEVIATION_OF_NORMAL = 1.4826;

/**
 * Prices far from those of the other sources: further from the median than the others scatter, further than a change that does not
 * matter, and with the whole interval on that side. Of fewer than three sources nothing tells which is strange.
 */
export function outliers(sources: readonly PricedSource[], sameWithin: number): Outlier[] {
  if (sources.length < 3) return [];
  const named = new Map(
    sources.flatMap(({ prices }) => prices).map((price) => [`${price.engine} ${price.name}`, price]),
  );
  return [...named.values()].flatMap(({ engine, name, unit }) => {
    const found = sources.flatMap(({ path, prices }) =>
      prices
        .filter((price) => price.engine === engine && price.name === name && price.unit === unit)
        .map((price) => ({ path, price })),
    );
    if (found.length < 3) return [];
    const logarithms = found.map(({ price }) => Math.log(price.estimate));
    const centre = median(logarithms);
    const spread = DEVIATION_OF_NORMAL * median(logarithms.map((one) => Math.abs(one - centre)));
    const [scatter, matters] = [MOST_DEVIATIONS * spread, Math.log1p(sameWithin)];
    const far = Math.max(scatter, matters);
    const rule = { beyond: Math.exp(far), because: scatter > matters ? 'scatter' : 'matters' } as const;
    return found.flatMap(({ path, price }): Outlier[] => {
      const isBeside = Math.log(price.low) > centre || Math.log(price.high) < centre;
      const isFar = Math.abs(Math.log(price.estimate) - centre) > far;
      const timesTypical = price.estimate / Math.exp(centre);
      return isBeside && isFar ? [{ path, engine, price: name, timesTypical, ...rule }] : [];
    });
  });
}
