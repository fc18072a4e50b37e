import { contentTable, type ContentTable } from '../content.js';
import type { Chart } from '../charts/chart.js';
import { figure, percent, roughFigure, shortEstimate } from '../wording.js';
import type { ComparedChange, ComparisonRecord, ComparisonSource } from './comparison-record.js';

/** Every price before and after, with the change and its interval. */
export function changeTable({ rows, others }: ComparisonRecord): ContentTable {
  const all = rows.flatMap((row) =>
    row.others.flatMap((change, i) => (change === null ? [] : [{ ...row, change, other: others[i]! }])),
  );
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  return contentTable(all, [
    several ? { heading: 'engine', cell: ({ engine }) => engine } : undefined,
    {
      heading: 'price',
      cell: ({ price, unit, other }) =>
        `${others.length > 1 ? `${price} (${oneLine(other)})` : price}, ${unit}`,
    },
    { heading: 'before', cell: ({ base }) => figure(base.estimate), numeric: true },
    { heading: 'after', cell: ({ change }) => figure(change.estimate), numeric: true },
    { heading: 'change', cell: ({ change }) => signed(change.change), numeric: true },
    { heading: 'interval', cell: ({ change }) => boundsText(change), numeric: true },
    { heading: 'verdict', cell: ({ change }) => change.verdict },
  ]);
}

/** Runs or machines as rows, prices as columns. */
export function sourceTable({ sources, rows, outliers }: ComparisonRecord): ContentTable {
  const shown = rows.filter(({ unit }) => unit.startsWith('x'));
  const several = new Set(shown.map(({ engine }) => engine)).size > 1;
  const cell = (source: ComparisonSource, engine: string, price: string): string => {
    const found = source.prices.find((one) => one.engine === engine && one.price === price);
    if (found === undefined) return '-';
    const isOutlier = outliers.some(
      (one) => one.path === source.path && one.engine === engine && one.price === price,
    );
    return `${shortEstimate(found.value)}${isOutlier ? ' outlier' : ''}`;
  };
  return contentTable(sources, [
    { heading: 'source', cell: ({ path }) => oneLine(path) },
    { heading: 'machine', cell: ({ machine }) => `${machine.cpuModel} (${machine.id.slice(0, 8)})` },
    ...shown.map(({ engine, price }) => ({
      heading: several ? `${engine} ${price}` : price,
      cell: (source: ComparisonSource) => cell(source, engine, price),
      numeric: true,
    })),
    { heading: 'measured', cell: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
  ]);
}

export function outlierLines({ outliers }: ComparisonRecord): string[] {
  return outliers.map(
    ({ path, engine, price, timesTypical }) =>
      `${oneLine(path)}: ${engine} ${price} is ${figure(Number(timesTypical.toPrecision(3)))} times the median of all.`,
  );
}

/** After / before of every price, with intervals, about the line of no change. */
export function changeChart({ rows, others, sameWithin }: ComparisonRecord): Chart {
  const severalEngines = new Set(rows.map(({ engine }) => engine)).size > 1;
  return {
    title: 'What became of each price',
    caption: `Price / the same price of the first, with the interval that holds the errors of both. Within ${percent(sameWithin, 0)} of 1 a change does not matter.`,
    xLabel: 'price',
    yLabel: 'after / before',
    lying: true,
    // One engine goes without saying, and leaves its room to the price.
    categories: rows.map(({ engine, price }) => (severalEngines ? `${engine} ${price}` : price)),
    levels: [{ y: 1, label: 'no change' }],
    series: others.map((other, i) => ({
      name: oneLine(other),
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

export function verdictLines({ base, others, verdicts }: ComparisonRecord): string[] {
  return others.map((other, i) => `${oneLine(other)} against ${oneLine(base)}: ${verdicts[i]!}`);
}

/** What must be known to read the table. */
export function comparisonNotes({ rows, confidenceLevel, unseen, sameWithin }: ComparisonRecord): string[] {
  const methods = new Set(rows.flatMap(({ others }) => others.flatMap((change) => change?.method ?? [])));
  const percentage = (value: number) => `${Number((100 * value).toFixed(1))}%`;
  const how = [
    ...(methods.has('processes') ? ['of all quotients between process executions of both'] : []),
    ...(methods.has('intervals') ? ['of the quotient of both estimates, from their intervals'] : []),
  ];
  return [
    `The intervals, ${how.join(', or ')}, hold the errors of both sides, all together with ${percentage(confidenceLevel)}.`,
    `slower, faster: the interval lies beyond ${percentage(unseen)}, which no interval sees. same: no change of ${percentage(sameWithin)} is compatible with it.`,
  ];
}

/** From ten times on a change is told in times. */
const MANY_TIMES = 9;

function boundsText({ low, high }: ComparedChange): string {
  return low === null || high === null ? 'no interval' : `${signed(low)} to ${signed(high)}`;
}

function signed(part: number): string {
  if (!Number.isFinite(part)) return 'any';
  // Percents of hundreds are no help: so many times as much.
  if (part >= MANY_TIMES) return `x ${roughFigure(1 + part)}`;
  const percentage = (100 * part).toFixed(1);
  return `${part >= 0 ? '+' : ''}${percentage}%`;
}

/** Paths are others' text: they stay on their line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
