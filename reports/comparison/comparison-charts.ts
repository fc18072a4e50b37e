import type { Chart } from '../charts/chart.js';
import { percent } from '../wording.js';
import { isFleet, priceName } from './comparison-answer.js';
import type { ComparisonRecord, ComparisonSource } from './comparison-record.js';
import { sourceNames } from './source-names.js';

/** What a comparison is shown by: of two the change of every price, of more the machines beside one another. */
export function comparisonPicture(comparison: ComparisonRecord): Chart {
  return isFleet(comparison) ? fleetChart(comparison) : changeChart(comparison);
}

/** After / before of every price, with intervals, about the line of no change. */
function changeChart(comparison: ComparisonRecord): Chart {
  const { rows, others, sameWithin, sources } = comparison;
  const names = sourceNames(sources);
  return {
    title: 'What became of each price',
    caption: `Price of ${names[1] ?? 'the other'} / the same of ${names[0]!}, with the interval that holds the errors of both. Between the outer lines, within ${percent(sameWithin, 0)} of 1, a change does not matter.`,
    xLabel: 'price',
    yLabel: 'after / before',
    lying: true,
    categories: rows.map((row) => priceName(comparison, row)),
    levels: [
      { y: 1, label: 'no change' },
      { y: 1 - sameWithin, label: '' },
      { y: 1 + sameWithin, label: '' },
    ],
    series: others.map((_, i) => ({
      name: names[i + 1]!,
      points: rows.flatMap(({ others: changes }, x) => {
        const change = changes[i];
        if (change === null || change === undefined) return [];
        const { low, high } = change;
        const bounds = low === null || high === null ? {} : { low: 1 + low, high: 1 + high };
        return [{ x, y: 1 + change.change, ...bounds }];
      }),
    })),
  };
}

/** Sources that a picture has room for. */
const MOST_DRAWN = 24;

/** Machines as rows: each warm multiplier beside the median of all, outliers ringed. */
function fleetChart(comparison: ComparisonRecord): Chart {
  const { sources, outliers, sameWithin } = comparison;
  const prices = warmMultipliers(comparison);
  const names = sourceNames(sources);
  const times = (source: ComparisonSource, { engine, price, median }: DrawnPrice) => {
    const found = source.prices.find((one) => one.engine === engine && one.price === price);
    if (found === undefined) return undefined;
    const { estimate, low, high, confidenceLevel } = found.value;
    const bounds = confidenceLevel > 0 ? { low: low / median, high: high / median } : {};
    return { y: estimate / median, ...bounds };
  };
  const far = (source: ComparisonSource) =>
    Math.max(0, ...prices.map((price) => Math.abs(Math.log(times(source, price)?.y ?? 1))));
  const drawn = sources
    .map((source, index) => ({ source, index }))
    .toSorted((a, b) => far(b.source) - far(a.source))
    .slice(0, MOST_DRAWN)
    .toSorted((a, b) => a.index - b.index);
  const left = sources.length - drawn.length;
  return {
    title: 'Every machine beside the median of all',
    caption: `Warm multiplier / the median over all sources, with its interval; rings: outliers. Between the outer lines, within ${percent(sameWithin, 0)}, a difference does not matter.${left > 0 ? ` The ${drawn.length} furthest of ${sources.length}.` : ''}`,
    xLabel: 'source',
    yLabel: 'multiplier / median of all',
    lying: true,
    categories: drawn.map(({ index }) => names[index]!),
    levels: [
      { y: 1, label: 'median' },
      { y: 1 - sameWithin, label: '' },
      { y: 1 + sameWithin, label: '' },
    ],
    series: prices.map((price) => {
      const points = drawn.flatMap(({ source }, x) => {
        const found = times(source, price);
        return found === undefined ? [] : [{ x, ...found, source }];
      });
      const isOutlier = ({ source }: { readonly source: ComparisonSource }) =>
        outliers.some(
          (one) => one.path === source.path && one.engine === price.engine && one.price === price.price,
        );
      return { name: price.name, points, rings: points.filter(isOutlier) };
    }),
  };
}

interface DrawnPrice {
  readonly engine: string;
  readonly price: string;
  readonly name: string;
  readonly median: number;
}

function warmMultipliers(comparison: ComparisonRecord): DrawnPrice[] {
  return multiplierColumns(comparison)
    .filter(({ price }) => price.startsWith('warm '))
    .map(({ engine, price, name }) => {
      const values = comparison.sources
        .flatMap(({ prices }) => prices)
        .filter((one) => one.engine === engine && one.price === price)
        .map(({ value }) => value.estimate)
        .toSorted((a, b) => a - b);
      const [low, high] = [values[(values.length - 1) >> 1]!, values[values.length >> 1]!];
      return { engine, price, name, median: Math.sqrt(low * high) };
    });
}

/** Every multiplier that any of the sources has, under the name that tells it. */
export function multiplierColumns({
  sources,
}: ComparisonRecord): { engine: string; price: string; name: string }[] {
  const all = sources.flatMap(({ prices }) => prices).filter(({ unit }) => unit === 'x memset');
  const several = new Set(all.map(({ engine }) => engine)).size > 1;
  const columns = new Map(
    all.map(({ engine, price }) => [
      JSON.stringify([engine, price]),
      { engine, price, name: several ? `${engine} ${price}` : price },
    ]),
  );
  return [...columns.values()];
}
