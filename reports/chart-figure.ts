import { drawChart, type Chart } from './chart.js';
import { markup } from './markup.js';

/** A chart as a figure of a page, with a legend and a caption under it; empty text when there is nothing to draw. */
export function chartFigure(chart: Chart): string {
  const drawing = drawChart(chart);
  if (drawing === undefined) return '';
  const { width, height, content } = drawing;
  const legend = drawing.legend.map(
    ({ mark, name }) =>
      `<li><svg width="18" height="14" aria-hidden="true">${mark}</svg> ${markup(name)}</li>`,
  );
  const title = markup(chart.title);
  return (
    `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${content}</svg>` +
    `<ul class="legend">${legend.join('')}</ul><figcaption>${title}. ${markup(chart.caption)}</figcaption></figure>`
  );
}
