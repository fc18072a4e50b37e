import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import type { FitRecords, RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import { percent, shortFigure } from '@wasm-dyno/reports/wording';
import { median } from '../statistics/index.js';

export type Interval = Pick<RecordedEstimate, 'estimate' | 'low' | 'high'>;

/** What a run says of its engines, by name of the quantity. */
export function quantitiesOf({
  prices = [],
  units = [],
}: Partial<Pick<FitRecords, 'prices' | 'units'>>): Map<string, Interval> {
  const told = new Map<string, Interval>();
  for (const { engine, kernel, nanosecondsPerByte } of units) {
    const isPricedBy = prices.some((price) => price.engine === engine && price.kernel === kernel);
    if (isPricedBy) told.set(`${engine}: unit, ns a byte`, nanosecondsPerByte);
  }
  for (const price of prices) {
    const name = `${price.engine}: ${price.temperature} ${price.phase}`;
    told.set(`${name}, ns a byte over the corpus`, price.corpusNanosecondsPerByte);
    told.set(`${name}, ns a byte`, price.nanosecondsPerByte);
    told.set(`${name}, multiplier`, price.multiplier);
  }
  return told;
}

/** How far the runs lie apart in each quantity, and how many of their intervals hold the median of them all. */
export function spreadsTable(runs: readonly ReadonlyMap<string, Interval>[]): string {
  const names = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  return alignedTable({
    heading: ['quantity', 'runs', 'median', 'smallest', 'largest', 'largest / smallest', 'hold the median'],
    rows: names.map((name) => {
      const all = runs.flatMap((run) => run.get(name) ?? []);
      const estimates = all.map(({ estimate }) => estimate);
      const middle = median(estimates);
      const [least, most] = [Math.min(...estimates), Math.max(...estimates)];
      const holding = all.filter(({ low, high }) => low <= middle && middle <= high).length;
      return [
        name,
        String(all.length),
        ...[middle, least, most].map(shortFigure),
        `+${percent(most / least - 1)}`,
        `${holding} of ${all.length}`,
      ];
    }),
    numeric: [1, 2, 3, 4, 5],
  });
}
