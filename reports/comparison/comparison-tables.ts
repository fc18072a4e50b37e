import { contentTable, type ContentTable } from '../content.js';
import { figure, shortEstimate, shortFigure } from '../wording.js';
import { boundsText, signed } from './change-text.js';
import { changesOf, unsureReason } from './comparison-answer.js';
import { multiplierColumns } from './comparison-charts.js';
import type { ComparisonRecord, ComparisonSource } from './comparison-record.js';
import { oneLine, sourceNames } from './source-names.js';

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

/** The same with all there is to it: both sides' intervals, how many process executions, and why nothing is told. */
export function fullChangeTable(comparison: ComparisonRecord): ContentTable {
  const { others, rows, sources } = comparison;
  const names = sourceNames(sources).slice(1);
  const all = others.flatMap((_, other) =>
    changesOf(comparison, other).map((named) => ({ ...named, name: names[other]! })),
  );
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  return contentTable(all, [
    others.length > 1 ? { heading: 'source', cell: ({ name }) => name } : undefined,
    several ? { heading: 'engine', cell: ({ row }) => row.engine } : undefined,
    { heading: 'price', cell: ({ row }) => `${row.price}, ${row.unit}` },
    { heading: 'change', cell: ({ change }) => signed(change.change), numeric: true },
    { heading: 'interval', cell: ({ change }) => boundsText(change), numeric: true },
    { heading: 'verdict', cell: ({ change }) => change.verdict },
    {
      heading: 'why unsure',
      cell: (named) => (named.change.verdict === 'unsure' ? unsureReason(comparison, named) : ''),
    },
    { heading: 'before', cell: ({ row }) => shortEstimate(row.base), numeric: true },
    { heading: 'processes before', cell: ({ row }) => String(row.base.processes), numeric: true },
    { heading: 'after', cell: ({ change }) => shortFigure(change.estimate), numeric: true },
    { heading: 'processes after', cell: ({ change }) => String(change.processes), numeric: true },
  ]);
}

/** Runs or machines as rows, prices as columns. */
export function sourceTable(comparison: ComparisonRecord): ContentTable {
  const { sources, outliers } = comparison;
  const names = sourceNames(sources);
  const cell = (source: ComparisonSource, engine: string, price: string): string => {
    const found = source.prices.find((one) => one.engine === engine && one.price === price);
    if (found === undefined) return '-';
    const isOutlier = outliers.some(
      (one) => one.path === source.path && one.engine === engine && one.price === price,
    );
    return `${shortEstimate(found.value)}${isOutlier ? ' outlier' : ''}`;
  };
  return contentTable(sources, [
    { heading: 'source', cell: (source) => names[sources.indexOf(source)]! },
    ...multiplierColumns(comparison).map(({ engine, price, name }) => ({
      heading: name,
      cell: (source: ComparisonSource) => cell(source, engine, price),
      numeric: true,
    })),
    {
      heading: 'outliers',
      cell: ({ path }) => {
        const count = outliers.filter((one) => one.path === path).length;
        return count === 0 ? 'none' : String(count);
      },
    },
  ]);
}

/** What was compared, each under the name that it has in the report. */
export function describedSources({ sources }: ComparisonRecord): ContentTable {
  const names = sourceNames(sources);
  return contentTable(sources, [
    { heading: 'name', cell: (source) => names[sources.indexOf(source)]! },
    { heading: 'path', cell: ({ path }) => oneLine(path) },
    { heading: 'form', cell: ({ form }) => form },
    { heading: 'measured, UTC', cell: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
    { heading: 'engines', cell: ({ engines }) => engines.join(', ') },
    { heading: 'machine', cell: ({ machine }) => `${machine.cpuModel} (${machine.id})` },
    { heading: 'cores', cell: ({ machine }) => String(machine.logicalCores), numeric: true },
    { heading: 'Node', cell: ({ machine }) => machine.nodeVersion },
  ]);
}

/** Which prices are far from those of the others, and what makes them so. */
export function outlierLines({ outliers, sources }: ComparisonRecord): string[] {
  const names = sourceNames(sources);
  const times = (value: number) => figure(Number(value.toPrecision(3)));
  return outliers.map(({ path, engine, price, timesTypical, beyond, because }) => {
    const index = sources.findIndex((source) => source.path === path);
    const value = sources[index]!.prices.find((one) => one.engine === engine && one.price === price)!.value;
    const median = value.estimate / timesTypical;
    const rule =
      because === 'scatter'
        ? '3.5 times the scatter of all'
        : 'a difference that matters; the others scatter less';
    return (
      `${names[index]!}: ${engine} ${price} is ${times(timesTypical)} times the median of all, more than ${times(beyond)} to either side ` +
      `(${rule}), and its whole interval, ${times(value.low / median)} to ${times(value.high / median)}, lies on that side.`
    );
  });
}

export function verdictLines({ base, others, verdicts }: ComparisonRecord): string[] {
  return others.map((other, i) => `${oneLine(other)} against ${oneLine(base)}: ${verdicts[i]!}`);
}

/** What must be known to read the table. */
export function comparisonNotes({
  rows,
  confidenceLevel,
  sameLevel,
  sameWithin,
  unseen,
}: ComparisonRecord): string[] {
  const methods = new Set(rows.flatMap(({ others }) => others.flatMap((change) => change?.method ?? [])));
  const percentage = (value: number) => `${Number((100 * value).toFixed(1))}%`;
  const how = [
    ...(methods.has('processes') ? ['of all quotients between process executions of both'] : []),
    ...(methods.has('intervals') ? ['of the quotient of both estimates, from their intervals'] : []),
  ];
  return [
    `The intervals, ${how.join(', or ')}, hold the errors of both sides, all together with ${percentage(confidenceLevel)}.`,
    `slower, faster: the interval lies beyond ${percentage(unseen)}, which no interval sees. same: that of the price by itself, with ${percentage(sameLevel)} and what it does not see, lies within ${percentage(sameWithin)} to either side.`,
    'The word for the whole: slower or faster, where any price is (times aside: they move with the clock); same, where the whole corpus is, in every warm phase (cold, where none is warm).',
  ];
}
