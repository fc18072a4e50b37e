import type { ContentTable } from './content.js';

/** A table in GitHub's Markdown. */
export function markdownTable({ heading, rows, numeric }: ContentTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapedMarkdown).join(' | ')} |`;
  const rule = heading.map((_, column) => (numeric.includes(column) ? '--:' : '---'));
  return [line(heading), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Text from the run (module names, machine names) must not become markup or break a table. */
export function escapedMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&');
}
