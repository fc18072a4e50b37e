import { chartFigure } from '../charts/chart-figure.js';
import type { ContentBlock, ContentTable } from '../content.js';
import { markup } from '../markup.js';
import { CHANGE_VERDICTS } from '../change-verdicts.js';
import { VERDICTS } from '../recorded-run/index.js';

/** Where the files that a page names lie, as an address beside the page; undefined: they are named, and not linked. */
export interface BlockOptions {
  readonly filesBase?: string;
}

/** A report's block as HTML. */
export function blockMarkup(content: ContentBlock, options: BlockOptions = {}): string {
  switch (content.kind) {
    case 'paragraph':
      return `<p>${markup(content.text)}</p>`;
    case 'list':
      return listMarkup(content.items.map(markup));
    case 'terms':
      return `<dl>${content.terms.map(([term, meaning]) => `<dt>${markup(term)}</dt><dd>${markup(meaning)}</dd>`).join('')}</dl>`;
    case 'files':
      return listMarkup(
        content.files.map(([name, meaning]) => `${fileMarkup(name, options)}: ${markup(meaning)}`),
      );
    case 'table':
      return tableMarkup(content.table, content.caption);
    case 'charts': {
      const figures = content.charts.map((chart) => chartFigure(chart)).join('');
      const { beside } = content;
      const table = beside === undefined ? '' : tableMarkup(beside.table, beside.caption);
      return figures + table === '' ? '' : `<div class="charts">${figures}${table}</div>`;
    }
    case 'folded':
      return (
        `<details class="folded"><summary>${markup(content.title)}</summary>` +
        `${content.blocks.map((block) => blockMarkup(block, options)).join('')}</details>`
      );
  }
}

function listMarkup(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function fileMarkup(name: string, { filesBase }: BlockOptions): string {
  const code = `<code>${markup(name)}</code>`;
  if (filesBase === undefined) return code;
  const address = [...filesBase.split('/'), name].map((part) =>
    part === '..' ? part : encodeURIComponent(part),
  );
  return `<a href="${markup(address.filter((part) => part !== '').join('/'))}">${code}</a>`;
}

/** A table that scrolls by itself where it is too wide, by keyboard too. */
export function tableMarkup({ heading, rows, numeric }: ContentTable, caption = 'Table'): string {
  const className = (column: number) => (numeric.includes(column) ? ' class="number"' : '');
  const head = heading.map((text, column) => `<th scope="col"${className(column)}>${markup(text)}</th>`);
  const body = rows.map(
    (row) =>
      `<tr>${row.map((text, column) => `<td${className(column)}>${cellMarkup(text)}</td>`).join('')}</tr>`,
  );
  return (
    `<div class="wide" role="group" tabindex="0" aria-label="${markup(caption)}">` +
    `<table><caption>${markup(caption)}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  );
}

/** A verdict has a sign and a colour beside its word; an interval stands back behind its estimate. */
export function cellMarkup(text: string): string {
  const verdict = [...VERDICTS, ...CHANGE_VERDICTS].find(
    (known) => text === known || text.startsWith(`${known},`),
  );
  if (verdict !== undefined) return `<span class="v ${verdict}">${markup(text)}</span>`;
  const [, estimate, bounds, more] = /^(\S+) (\(\S+ to \S+\))( \S+)?$/.exec(text) ?? [];
  return bounds === undefined
    ? markup(text)
    : `${markup(estimate!)}${more === undefined ? '' : `<b>${markup(more)}</b>`} <span class="i">${markup(bounds)}</span>`;
}
