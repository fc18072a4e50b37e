import type { ContentBlock, ContentSection, ContentTable } from './content.js';
import { prices, priceTable, type Price } from './prices.js';
import { reportedRun } from './reported-run.js';
import type { RecordedRun } from './recorded-run/index.js';
import { reportSections } from './sections/report-sections.js';
import { runStanding, VERDICT_MEANINGS } from './verdict-words.js';
import { runWarnings } from './warnings.js';
import { reportTitle, whatWasMeasured } from './wording.js';

/**
 * A run as Markdown for a pull request (GitHub's dialect): one screen with the prices, the verdict and what speaks against them,
 * then every section folded.
 */
export function markdownReport(recorded: RecordedRun): string {
  const run = reportedRun(recorded);
  const { verdict, sentences } = runStanding(run);
  const rows = prices(run);
  const warnings = runWarnings(run);
  const parts = [
    `# ${escaped(reportTitle(run))}`,
    escaped(whatWasMeasured(run)),
    `**Verdict: ${verdict}.** ${escaped(sentences.join(' '))} ${escaped(`${verdict}: ${VERDICT_MEANINGS[verdict]}.`)}`,
    ...(['warm', 'cold'] as const).flatMap((code) =>
      pricesText(
        rows.filter(({ temperature }) => temperature === code),
        code,
      ),
    ),
    ...(warnings.length === 0
      ? []
      : [
          folded(`${warnings.length} warning${warnings.length === 1 ? '' : 's'}`, [
            { kind: 'list', items: warnings },
          ]),
        ]),
    ...reportSections(run).map(sectionText),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Warm prices in sight, cold ones folded. */
function pricesText(rows: readonly Price[], temperature: 'warm' | 'cold'): string[] {
  if (rows.length === 0) return [];
  const priced = priceTable(rows);
  if (temperature === 'warm') return [table(priced)];
  return [folded('What the first call in a fresh process costs', [{ kind: 'table', table: priced }])];
}

function sectionText({ title, finding, blocks }: ContentSection): string {
  return folded(title, [
    ...(finding === undefined ? [] : [{ kind: 'paragraph' as const, text: finding }]),
    ...blocks,
  ]);
}

function folded(title: string, blocks: readonly ContentBlock[]): string {
  return [
    '<details>',
    `<summary>${inHtml(title)}</summary>`,
    ...blocks.map(block).filter((text) => text !== ''),
    '</details>',
  ].join('\n\n');
}

function block(content: ContentBlock): string {
  switch (content.kind) {
    case 'paragraph':
      return escaped(content.text);
    case 'list':
      return content.items.map((item) => `- ${escaped(item)}`).join('\n');
    case 'terms':
      return content.terms.map(([term, meaning]) => `- **${escaped(term)}**: ${escaped(meaning)}`).join('\n');
    case 'files':
      return content.files.map(([name, meaning]) => `- \`${name}\`: ${escaped(meaning)}`).join('\n');
    case 'table':
      return table(content.table);
    case 'charts':
      return '';
    case 'folded':
      return [`#### ${escaped(content.title)}`, ...content.blocks.map(block)].join('\n\n');
  }
}

function table({ heading, rows, numeric }: ContentTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = heading.map((_, column) => (numeric.includes(column) ? '--:' : '---'));
  return [line(heading), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Text from the run (module names, machine names) must not become markup or break a table. */
function escaped(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&');
}

/** A summary is HTML inside Markdown. */
function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
