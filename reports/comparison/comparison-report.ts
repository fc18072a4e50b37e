import { standaloneChart } from '../charts/standalone-chart.js';
import { escapedMarkdown, markdownTable } from '../markdown-parts.js';
import { fittedTable } from '../terminal/fitted-table.js';
import { wrapped } from '../wrapped-text.js';
import { answerLines, isFleet, unsureLines } from './comparison-answer.js';
import { comparisonPicture } from './comparison-charts.js';
import { comparisonPage } from './comparison-page.js';
import { COMPARISON_FILE, type ComparisonRecord } from './comparison-record.js';
import {
  changeTable,
  comparisonNotes,
  outlierLines,
  sourceTable,
  verdictLines,
} from './comparison-tables.js';
import { oneLine } from './source-names.js';

/** How compared runs and profiles are shown. */
export const COMPARISON_FORMATS = ['table', 'json', 'markdown', 'html', 'svg'] as const;

export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];

/** A report on compared runs, profiles or machines, from what comparing found alone. */
export function renderComparison(comparison: ComparisonRecord, format: ComparisonFormat, width = 80): string {
  switch (format) {
    case 'table':
      return tableReport(comparison, width);
    case 'json':
      return COMPARISON_FILE.text(comparison);
    case 'markdown':
      return markdownReport(comparison);
    case 'html':
      return comparisonPage(comparison);
    case 'svg':
      return standaloneChart(comparisonPicture(comparison));
  }
}

function tableReport(comparison: ComparisonRecord, width: number): string {
  const lines = (texts: readonly string[]) =>
    texts.flatMap((text) => wrapped(oneLine(text), width)).join('\n');
  return [
    lines(answerLines(comparison)),
    isFleet(comparison) ? fittedTable(sourceTable(comparison), width, { keys: ['source'] }) : '',
    fittedTable(changeTable(comparison), width, { keys: ['engine', 'price', 'verdict'] }),
    lines([...verdictLines(comparison), ...notes(comparison)]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What stands below the tables: why prices are outliers or unsure, how to read the words, what differs besides. */
function notes(comparison: ComparisonRecord): string[] {
  return [
    ...outlierLines(comparison),
    ...unsureLines(comparison),
    ...comparisonNotes(comparison),
    ...comparison.notices,
  ];
}

/** As a comment on a pull request shows it. */
function markdownReport(comparison: ComparisonRecord): string {
  return [
    `### ${verdictLines(comparison).map(escapedMarkdown).join('<br>')}`,
    '',
    ...answerLines(comparison).flatMap((line) => [escapedMarkdown(line), '']),
    ...(isFleet(comparison) ? [markdownTable(sourceTable(comparison)), ''] : []),
    markdownTable(changeTable(comparison)),
    '',
    ...notes(comparison).map((note) => `- ${escapedMarkdown(oneLine(note))}`),
    '',
  ].join('\n');
}
