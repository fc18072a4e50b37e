import { chartFigure } from '../charts/chart-figure.js';
import { CHANGE_VERDICTS } from '../change-verdicts.js';
import { foldedTable, list, paragraph, type ContentSection } from '../content.js';
import { markup } from '../markup.js';
import { blockMarkup } from '../page/blocks.js';
import { cardTableMarkup } from '../page/card-table.js';
import { firstScreenMarkup } from '../page/first-screen.js';
import { pageMarkup, sectionMarkup } from '../page/html-report.js';
import { answerLines, isFleet, unsureLines } from './comparison-answer.js';
import { comparisonPicture } from './comparison-charts.js';
import type { ComparisonRecord } from './comparison-record.js';
import {
  changeTable,
  comparisonNotes,
  describedSources,
  fullChangeTable,
  outlierLines,
  sourceTable,
  verdictLines,
} from './comparison-tables.js';
import { oneLine, sourceNames } from './source-names.js';

/** Compared runs, profiles or machines as one HTML page: whether anything has changed is answered first. */
export function comparisonPage(comparison: ComparisonRecord): string {
  const sections = comparisonSections(comparison);
  const { sources } = comparison;
  const body = [
    isFleet(comparison) ? fleetScreen(comparison) : changeScreen(comparison),
    ...sections.map((section) => sectionMarkup(section)),
  ].join('\n');
  return pageMarkup({
    title: isFleet(comparison)
      ? `What compiling WebAssembly costs: ${sources.length} runs or profiles of ${machineCount(sources)}`
      : 'Has compiling WebAssembly become dearer?',
    about: aboutSources(comparison),
    sections,
    body,
  });
}

const COLOURS = { slower: 'insufficient-data', unsure: 'noisy', faster: 'ok', same: 'ok' } as const;

function changeScreen(comparison: ComparisonRecord): string {
  const [verdict = 'unsure'] = comparison.verdicts;
  return firstScreenMarkup({
    isWide: false,
    verdict: saidMarkup(
      COLOURS[verdict],
      answerLines(comparison),
      `<span class="faint">${markup(verdictLines(comparison).join('; '))}.</span>`,
    ),
    heading: 'What changed',
    table: cardTableMarkup(changeTable(comparison), 'Every price, before and after', [
      'engine',
      'price',
      'verdict',
    ]),
    notes: [
      listMarkup(unsureLines(comparison)),
      comparison.notices.length === 0
        ? '<p class="faint">Measured alike on the same machine.</p>'
        : listMarkup(comparison.notices),
    ],
    picture: chartFigure(comparisonPicture(comparison)),
  });
}

function fleetScreen(comparison: ComparisonRecord): string {
  const outliers = outlierLines(comparison);
  return firstScreenMarkup({
    isWide: true,
    verdict: saidMarkup(outliers.length === 0 ? 'ok' : 'noisy', answerLines(comparison), ''),
    heading: 'The machines and their multipliers',
    table: cardTableMarkup(sourceTable(comparison), 'Multipliers of all sources, with their intervals', [
      'source',
    ]),
    notes: [listMarkup(outliers), listMarkup(comparison.notices)],
    picture: chartFigure(comparisonPicture(comparison)),
  });
}

function saidMarkup(colour: string, answers: readonly string[], more: string): string {
  return `<div class="verdict ${colour}"><p><b>${answers.map(markup).join('<br>')}</b></p>${more}</div>`;
}

function listMarkup(items: readonly string[]): string {
  return items.length === 0 ? '' : blockMarkup(list(items));
}

/** What was compared: two by their names, of more from when to when; and all their engines and machines. */
function aboutSources(comparison: ComparisonRecord): string {
  const { sources } = comparison;
  const dates = sources.map(({ createdAt }) => createdAt.slice(0, 10)).toSorted();
  const engines = [...new Set(sources.flatMap((source) => source.engines))];
  const models = [
    ...new Set(sources.map(({ machine }) => `${machine.cpuModel} (${machine.id.slice(0, 8)})`)),
  ];
  const some = (all: readonly string[]) =>
    oneLine(all.slice(0, 4).join(', ') + (all.length > 4 ? ` and ${all.length - 4} more` : ''));
  const when = dates[0] === dates.at(-1) ? dates[0]! : `${dates[0]!} to ${dates.at(-1)!}`;
  const names = sourceNames(sources);
  const both = sources.map(({ form }, i) => `${i === 0 ? 'before' : 'after'}: ${form} of ${names[i]!}`);
  return [...(isFleet(comparison) ? [when] : both), some(engines), some(models)].join(' · ');
}

function comparisonSections(comparison: ComparisonRecord): ContentSection[] {
  const { sources } = comparison;
  return [
    {
      id: 'changes',
      title: isFleet(comparison) ? 'Every price against the first source' : 'Every price, before and after',
      short: 'Changes',
      finding: changesFinding(comparison),
      blocks: isFleet(comparison)
        ? [
            list(unsureLines(comparison)),
            foldedTable('Every price of every source against the first', fullChangeTable(comparison)),
          ]
        : [{ kind: 'table', table: fullChangeTable(comparison), caption: 'Every price, before and after' }],
    },
    {
      id: 'sources',
      title: 'What was compared',
      short: 'Sources',
      finding: `${sources.length} runs or profiles of ${machineCount(sources)}.`,
      blocks: [
        { kind: 'table', table: describedSources(comparison), caption: 'What was compared' },
        ...(isFleet(comparison)
          ? []
          : [
              {
                kind: 'table' as const,
                table: sourceTable(comparison),
                caption: 'Multipliers of both, with their intervals',
              },
            ]),
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

/** `2026-11-29 10:00 against 2026-11-22 10:00: same`; of many how often each word is said. */
function changesFinding({ sources, verdicts }: ComparisonRecord): string {
  const [base, ...others] = sourceNames(sources);
  if (others.length <= MOST_FOUND)
    return `${others.map((name, i) => `${name} against ${base!}: ${verdicts[i]!}`).join('; ')}.`;
  const counts = CHANGE_VERDICTS.map(
    (word) => [word, verdicts.filter((one) => one === word).length] as const,
  );
  const told = counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
  return `${others.length} against ${base!}: ${told.join(', ')}.`;
}

const MOST_FOUND = 3;

function machineCount(sources: ComparisonRecord['sources']): string {
  const count = new Set(sources.map(({ machine }) => machine.id)).size;
  return count === 1 ? 'one machine' : `${count} machines`;
}
