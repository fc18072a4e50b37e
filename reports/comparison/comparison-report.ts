import { paragraph, list, type ContentSection } from '../content.js';
import { chartFigure } from '../charts/chart-figure.js';
import { standaloneChart } from '../charts/standalone-chart.js';
import { markup } from '../markup.js';
import { blockMarkup, tableMarkup } from '../page/blocks.js';
import { pageMarkup, sectionMarkup } from '../page/html-report.js';
import { escapedMarkdown, markdownTable } from '../markdown-parts.js';
import { fittedTable } from '../terminal/fitted-table.js';
import { wrapped } from '../wrapped-text.js';
import { COMPARISON_FILE, type ComparisonRecord } from './comparison-record.js';
import {
  changeChart,
  changeTable,
  comparisonNotes,
  oneLine,
  outlierLines,
  sourceTable,
  verdictLines,
} from './comparison-tables.js';

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
      return htmlReport(comparison);
    case 'svg':
      return standaloneChart(changeChart(comparison));
  }
}

function tableReport(comparison: ComparisonRecord, width: number): string {
  const lines = (texts: readonly string[]) =>
    texts.flatMap((text) => wrapped(oneLine(text), width)).join('\n');
  return [
    fittedTable(changeTable(comparison), width, { keys: ['engine', 'price', 'verdict'] }),
    isFleet(comparison) ? fittedTable(sourceTable(comparison), width, { keys: ['source'] }) : '',
    lines([
      ...verdictLines(comparison),
      ...outlierLines(comparison),
      ...comparisonNotes(comparison),
      ...comparison.notices,
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** As a comment on a pull request shows it. */
function markdownReport(comparison: ComparisonRecord): string {
  const notes = [...outlierLines(comparison), ...comparisonNotes(comparison), ...comparison.notices];
  return [
    `### ${verdictLines(comparison).map(escapedMarkdown).join('<br>')}`,
    '',
    markdownTable(changeTable(comparison)),
    '',
    ...(isFleet(comparison) ? [markdownTable(sourceTable(comparison)), ''] : []),
    ...notes.map((note) => `- ${escapedMarkdown(oneLine(note))}`),
    '',
  ].join('\n');
}

function htmlReport(comparison: ComparisonRecord): string {
  const sections = comparisonSections(comparison);
  const { sources, verdicts } = comparison;
  const [worst] = verdicts.toSorted((a, b) => COLOUR_ORDER.indexOf(a) - COLOUR_ORDER.indexOf(b));
  const outliers = outlierLines(comparison);
  const first = `<section class="first${isFleet(comparison) ? ' several' : ''}" aria-labelledby="prices"><div>
<p class="verdict ${COLOURS[worst ?? 'unsure']}"><b>${verdictLines(comparison).map(markup).join('<br>')}</b></p>
<h2 id="prices">${isFleet(comparison) ? 'The machines' : 'What changed'}</h2>
${tableMarkup(isFleet(comparison) ? sourceTable(comparison) : changeTable(comparison), 'Prices of all sources')}
${outliers.length === 0 ? '' : blockMarkup(list(outliers))}
${comparison.notices.length === 0 ? '<p class="faint">Measured alike on the same machine.</p>' : blockMarkup(list(comparison.notices))}</div>
${chartFigure(changeChart(comparison))}</section>`;
  return pageMarkup({
    title: isFleet(comparison)
      ? `What compiling WebAssembly costs on ${sources.length} sources`
      : 'What became of the prices of compiling',
    about: sources.map(({ path, createdAt }) => `${oneLine(path)} (${createdAt.slice(0, 10)})`).join(' · '),
    sections,
    body: [first, ...sections.map((section) => sectionMarkup(section))].join('\n'),
  });
}

const COLOUR_ORDER = ['slower', 'unsure', 'faster', 'same'] as const;
const COLOURS = { slower: 'insufficient-data', unsure: 'noisy', faster: 'ok', same: 'ok' } as const;

function comparisonSections(comparison: ComparisonRecord): ContentSection[] {
  const { sources } = comparison;
  return [
    {
      id: 'changes',
      title: 'Every price, before and after',
      short: 'Changes',
      finding: `${verdictLines(comparison).join('; ')}.`,
      blocks: [{ kind: 'table', table: changeTable(comparison), caption: 'Every price, before and after' }],
    },
    {
      id: 'sources',
      title: 'What was compared',
      short: 'Sources',
      finding: `${sources.length} runs or profiles of ${machineCount(sources)}.`,
      blocks: [
        { kind: 'table', table: sourceTable(comparison), caption: 'Sources and their prices' },
        list(
          sources.map(
            ({ path, form, engines, machine, createdAt }) =>
              `${oneLine(path)}: ${form} of ${createdAt}, ${engines.join(', ')}, on ${machine.cpuModel} (machine ${machine.id}), ${machine.logicalCores} cores, Node ${machine.nodeVersion}`,
          ),
        ),
      ],
    },
    {
      id: 'method',
      title: 'How a change is told',
      short: 'Method',
      finding: 'A change counts when its whole interval lies beyond what no interval sees.',
      blocks: comparisonNotes(comparison).map(paragraph),
    },
  ];
}

function machineCount(sources: ComparisonRecord['sources']): string {
  const count = new Set(sources.map(({ machine }) => machine.id)).size;
  return count === 1 ? 'one machine' : `${count} machines`;
}

/** Three or more: their own prices say more than every pair's changes. */
function isFleet({ sources }: ComparisonRecord): boolean {
  return sources.length > 2;
}
