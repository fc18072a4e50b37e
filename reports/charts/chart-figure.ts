import { counted } from '../wording.js';
import { markup } from '../markup.js';
import { drawable, type Chart } from './chart.js';
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
function described(chart: Chart): string {
  const { series, categories } = chart;
  const shown = series.map(({ name, points }) => ({
    name,
    points: points.filter((point) => drawable(chart, point)),
  }));
  const few = categories !== undefined && shown.reduce((sum, { points }) => sum + points.length, 0) <= 12;
  const parts = shown.map(({ name, points }) =>
    few
      ? `${name}: ${points.map(({ x, y }) => `${categories[Math.round(x)] ?? ''} ${Number(y.toPrecision(3))}`).join(', ')}`
      : `${name}: ${counted(points.length, 'point')}`,
  );
  return `${parts.join('; ')}. The values stand in the table beside it.`;
}
