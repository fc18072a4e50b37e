import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { figure } from '@wasm-dyno/reports/wording';
import { visibleLine } from '../console/visible-text.js';
import type { ComparedChange, PriceComparison } from './compare-sources.js';

/** How a comparison is shown. */
export const COMPARISON_FORMATS = ['text', 'markdown', 'json'] as const;
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];

/** Aligned columns, with what must be known to read them. */
export function comparisonText(comparison: PriceComparison): string {
  return [
    alignedTable({ ...table(comparison), numeric: [2, 3, 4] }),
    '',
    ...verdictLines(comparison),
    ...notes(comparison),
    ...comparison.notices,
    '',
  ]
    .map((line) =>
      line
        .split('\n')
        .map((part) => visibleLine(part))
        .join('\n'),
    )
    .join('\n');
}

/** As a comment on a pull request shows it. */
export function comparisonMarkdown(comparison: PriceComparison): string {
  const { heading, rows } = table(comparison);
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = '| --- | --- | --: | --: | --: | --- | --- |';
  return [
    `### ${verdictLines(comparison).map(escaped).join('<br>')}`,
    '',
    line(heading),
    rule,
    ...rows.map(line),
    '',
    ...[...notes(comparison), ...comparison.notices].map((note) => `- ${escaped(visibleLine(note))}`),
    '',
  ].join('\n');
}

function table({ rows, others }: PriceComparison): { heading: string[]; rows: string[][] } {
  return {
    heading: ['engine', 'price', 'before', 'after', 'change', 'interval', 'verdict'],
    rows: rows.flatMap((row) =>
      row.others.flatMap((change, i) => {
        if (change === undefined) return [];
        const name = others.length > 1 ? `${row.price} (${others[i]!})` : row.price;
        return [
          [
            row.engine,
            `${name}, ${row.unit}`,
            figure(row.base.estimate),
            figure(change.estimate),
            signed(change.change),
            boundsText(change),
            change.verdict,
          ],
        ];
      }),
    ),
  };
}

function boundsText({ low, high, confidenceLevel }: ComparedChange): string {
  return confidenceLevel > 0 ? `${signed(low)} to ${signed(high)}` : 'no interval';
}

function signed(part: number): string {
  const percent = (100 * part).toFixed(1);
  return `${part >= 0 ? '+' : ''}${percent}%`;
}

function verdictLines({ base, others, verdicts }: PriceComparison): string[] {
  return others.map((other, i) => `${other} against ${base}: ${verdicts[i]!}`);
}

function notes({ rows, confidenceLevel, unseen, sameWithin }: PriceComparison): string[] {
  const methods = new Set(rows.flatMap(({ others }) => others.flatMap((change) => change?.method ?? [])));
  const percent = (part: number) => `${Number((100 * part).toFixed(1))}%`;
  const how = [
    ...(methods.has('processes') ? ['of all quotients between process executions of both'] : []),
    ...(methods.has('intervals') ? ['of the quotient of both estimates, from their intervals'] : []),
  ];
  return [
    `The intervals, ${how.join(', or ')}, hold the errors of both sides, all together with ${percent(confidenceLevel)}.`,
    `slower, faster: the interval lies beyond ${percent(unseen)}, which no interval sees. same: no change of ${percent(sameWithin)} is compatible with it.`,
  ];
}

function escaped(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
