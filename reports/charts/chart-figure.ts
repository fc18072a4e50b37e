import { markup } from '../markup.js';
import type { Chart } from './chart.js';
import { drawChart, type DrawingOptions } from './draw-chart.js';

/** A chart as a figure of a page, with a legend and a caption under it; empty text when there is nothing to draw. */
export function chartFigure(chart: Chart, options: DrawingOptions = {}): string {
  const drawing = drawChart(chart, options);
  if (drawing === undefined) return '';
  const { width, height, content } = drawing;
  const legend =
    drawing.legend.length < 2
      ? ''
      : `<ul class="legend">${drawing.legend
          .map(
            ({ mark, name }) =>
              `<li><svg width="18" height="14" viewBox="0 0 18 14" aria-hidden="true">${mark}</svg> ${markup(name)}</li>`,
          )
          .join('')}</ul>`;
  const alternative = markup(`${chart.title}: ${chart.yLabel} by ${chart.xLabel}. ${described(chart)}`);
  return (
    `<figure><svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${alternative}">${content}</svg>` +
    `${legend}<figcaption><b>${markup(chart.title)}.</b> ${markup(chart.caption)}</figcaption></figure>`
  );
}

/** What a picture shows, for those who do not see it: few points by their values, many by their number. */
function described({ series, categories }: Chart): string {
  const few = categories !== undefined && series.length * categories.length <= 12;
  const parts = series.map(({ name, points }) =>
    few
      ? `${name}: ${points.map(({ x, y }) => `${categories[x] ?? ''} ${Number(y.toPrecision(3))}`).join(', ')}`
      : `${name}: ${points.length} points`,
  );
  return `${parts.join('; ')}. The values stand in the table beside it.`;
}
