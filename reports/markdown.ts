import type { ContentBlock, ContentTable } from './content.js';
import type { RecordedRun } from './recorded-run/index.js';
import { reportSections, reportTitle } from './report-content.js';

/** A run as Markdown (CommonMark with tables as in GitHub's dialect). */
export function markdownReport(recorded: RecordedRun): string {
  const sections = reportSections(recorded).map(
    ({ title, blocks }) => `## ${escaped(title)}\n\n${blocks.map(block).join('\n\n')}\n`,
  );
  return [`# ${escaped(reportTitle(recorded))}\n`, ...sections].join('\n');
}

function block(content: ContentBlock): string {
  switch (content.kind) {
    case 'paragraph':
      return escaped(content.text);
    case 'list':
      return content.items.map((item) => `- ${escaped(item)}`).join('\n');
    case 'table':
      return table(content.table);
  }
}

function table({ heading, rows, numeric }: ContentTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = heading.map((_, column) => (numeric.includes(column) ? '--:' : '---'));
  return [line(heading), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Text from the run (module names, machine names) must not become markup or break a table. */
function escaped(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
