import type { ContentBlock, ContentSection } from './content.js';
import { escapedMarkdown, markdownTable } from './markdown-parts.js';
import { prices, priceTable, type Price } from './prices.js';
import { reportedRun } from './reported-run.js';
import type { RecordedRun } from './recorded-run/index.js';
import { unitTexts } from './sections/multipliers.js';
import { reportSections } from './sections/report-sections.js';
import { runStanding, VERDICT_MEANINGS } from './verdict-words.js';
import { runWarnings } from './warnings.js';
import { counted, reportTitle, whatWasMeasured } from './wording.js';

/** GitHub takes so many characters in the text of a pull request or of a comment, and refuses a longer one. */
const LONGEST_MARKDOWN = 65_536;

/**
 * A run as Markdown for a pull request (GitHub's dialect): one screen with the prices, the verdict and what speaks against them,
 * then every section folded. The longest sections keep their finding alone where all of them together would be refused.
 */
export function markdownReport(recorded: RecordedRun): string {
  const run = reportedRun(recorded);
  const { verdict, sentences } = runStanding(run);
  const rows = prices(run);
  const warnings = runWarnings(run);
  const parts = [
    `# ${escapedMarkdown(reportTitle(run))}`,
    escapedMarkdown(whatWasMeasured(run)),
    `**Verdict: ${verdict}.** ${escapedMarkdown(sentences.join(' '))} ${escapedMarkdown(`${verdict}: ${VERDICT_MEANINGS[verdict]}.`)}`,
    ...unitTexts(run).map(escapedMarkdown),
    ...(['warm', 'cold'] as const).flatMap((code) =>
      pricesText(
        rows.filter(({ temperature }) => temperature === code),
        code,
      ),
    ),
    ...(warnings.length === 0
      ? []
      : [folded(counted(warnings.length, 'warning'), [{ kind: 'list', items: warnings }])]),
  ];
  return inPullRequest(parts, reportSections(run));
}

/** The head and the sections, the longest of them shortened until GitHub takes it all. */
function inPullRequest(head: readonly string[], sections: readonly ContentSection[]): string {
  const texts = sections.map(sectionText);
  const joined = () => `${[...head, ...texts].join('\n\n')}\n`;
  const longestFirst = [...texts.keys()].sort((a, b) => (texts[b]?.length ?? 0) - (texts[a]?.length ?? 0));
  for (const index of longestFirst) {
    if (joined().length <= LONGEST_MARKDOWN) break;
    const section = sections[index];
    if (section !== undefined) texts[index] = sectionText({ ...section, blocks: [ELSEWHERE] });
  }
  return joined();
}

const ELSEWHERE: ContentBlock = {
  kind: 'paragraph',
  text: 'What stands here is too long for a pull request. The HTML report of the run has it, and so has the JSON one.',
};

/** Warm prices in sight, cold ones folded. */
function pricesText(rows: readonly Price[], temperature: 'warm' | 'cold'): string[] {
  if (rows.length === 0) return [];
  const priced = priceTable(rows);
  if (temperature === 'warm') return [markdownTable(priced)];
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
      return escapedMarkdown(content.text);
    case 'list':
      return content.items.map((item) => `- ${escapedMarkdown(item)}`).join('\n');
    case 'terms':
      return content.terms
        .map(([term, meaning]) => `- **${escapedMarkdown(term)}**: ${escapedMarkdown(meaning)}`)
        .join('\n');
    case 'files':
      return content.files.map(([name, meaning]) => `- \`${name}\`: ${escapedMarkdown(meaning)}`).join('\n');
    case 'table':
      return markdownTable(content.table);
    case 'charts':
      return content.beside === undefined ? '' : markdownTable(content.beside.table);
    case 'folded':
      return [`#### ${escapedMarkdown(content.title)}`, ...content.blocks.map(block)].join('\n\n');
  }
}

/** A summary is HTML inside Markdown. */
function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
