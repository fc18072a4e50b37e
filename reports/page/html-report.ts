import type { ContentSection } from '../content.js';
import { markup } from '../markup.js';
import { reportedRun, type ReportedRun } from '../reported-run.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { reportSections } from '../sections/report-sections.js';
import { reportTitle, whatWasMeasured } from '../wording.js';
import { blockMarkup, type BlockOptions } from './blocks.js';
import { firstScreen } from './first-screen.js';
import { STYLE } from './style.js';

/** Sections that are unfolded when the page is opened: the others say in a sentence what they find. */
const UNFOLDED: ReadonlySet<string> = new Set(['engines', 'size']);

/** A run as one HTML page that needs nothing else: styles and pictures are inside, there is no script. */
export function htmlReport(recorded: RecordedRun, options: BlockOptions = {}): string {
  const run = reportedRun(recorded);
  const sections = reportSections(run);
  return pageMarkup({
    title: reportTitle(run),
    about: whatWasMeasured(run),
    body: pageBody(run, sections, options),
    sections,
  });
}

function pageBody(run: ReportedRun, sections: readonly ContentSection[], options: BlockOptions): string {
  return [firstScreen(run), ...sections.map((section) => sectionMarkup(section, options))].join('\n');
}

interface Page {
  readonly title: string;
  readonly about: string;
  readonly sections: readonly ContentSection[];
  readonly body: string;
}

export function pageMarkup({ title, about, sections, body }: Page): string {
  const links = sections.map(({ id, short }) => `<li><a href="#${id}">${markup(short)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${markup(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><h1>${markup(title)}</h1>
<p>${markup(about)}</p></header>
<nav aria-label="Contents"><ul><li><a href="#prices">Prices</a></li>${links}</ul></nav>
<main>
${body}
</main>
</body>
</html>
`;
}

/** The address leads to what lies inside the fold, so that following it unfolds the section without a script. */
export function sectionMarkup(
  { id, title, finding, blocks }: ContentSection,
  options: BlockOptions = {},
): string {
  const open = UNFOLDED.has(id) ? ' open' : '';
  const found = finding === undefined ? '' : `<span class="finding">${markup(finding)}</span>`;
  return (
    `<details class="section"${open}><summary><h2>${markup(title)}</h2>${found}</summary>` +
    `<div id="${id}" class="inside">${blocks.map((block) => blockMarkup(block, options)).join('')}</div></details>`
  );
}
