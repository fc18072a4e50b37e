import type { ContentTable } from '../content.js';
import { markup } from '../markup.js';
import { cellMarkup } from './blocks.js';

/** More columns than a page's narrower column has room for. */
const MANY_COLUMNS = 7;

/**
 * A table that nobody has to scroll: where it is too wide every row becomes a card, the names and the verdict on top, below them each
 * value under its heading. Roles are told, for a table that is laid out as cards is none to a browser.
 *
 * @param keys headings of the columns that a card begins with, the verdict last
 */
export function cardTableMarkup(
  { heading, rows, numeric }: ContentTable,
  caption: string,
  keys: readonly string[],
): string {
  const classes = heading.map((text, column) =>
    [
      numeric.includes(column) ? 'number' : '',
      text === 'verdict' ? 'standing' : keys.includes(text) ? 'key' : '',
    ]
      .filter((name) => name !== '')
      .join(' '),
  );
  const attribute = (column: number) => (classes[column] === '' ? '' : ` class="${classes[column]!}"`);
  const head = heading.map(
    (text, column) => `<th role="columnheader" scope="col"${attribute(column)}>${markup(text)}</th>`,
  );
  const row = (cells: readonly string[]) =>
    `<tr role="row">${cells
      .map(
        (text, column) =>
          `<td role="cell"${attribute(column)} data-heading="${markup(heading[column]!)}"><span>${cellMarkup(text)}</span></td>`,
      )
      .join('')}</tr>`;
  const many = heading.length >= MANY_COLUMNS ? ' many' : '';
  return (
    `<div class="cards${many}"><table role="table"><caption>${markup(caption)}</caption>` +
    `<thead role="rowgroup"><tr role="row">${head.join('')}</tr></thead><tbody role="rowgroup">${rows.map(row).join('')}</tbody></table></div>`
  );
}
