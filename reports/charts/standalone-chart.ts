import { markup } from '../markup.js';
import { wrapped } from '../wrapped-text.js';
import type { Chart } from './chart.js';
import { drawChart, type ChartColours } from './draw-chart.js';

/** Colours of its own: a picture file has no page to take them from. */
const COLOURS: ChartColours = {
  series: ['#0b62a4', '#c44601', '#2f7d32', '#7a3e9d', '#8a6d00', '#555555'],
  ink: '#222222',
  faint: '#dddddd',
};
const WIDTH = 760;
const HEIGHT = 380;
const LEGEND_LINE = 20;
/** Letters that a caption line holds at this size. */
const CAPTION_LETTERS = 110;

/** A report's chart as an SVG file of its own, colours, legend and caption inside; empty text when there is nothing to draw. */
export function standaloneChart(chart: Chart): string {
  const drawing = drawChart(chart, {
    width: WIDTH,
    colours: COLOURS,
    ...(chart.lying ? {} : { height: HEIGHT }),
  });
  if (drawing === undefined) return '';
  const { width, height, content } = drawing;
  const legend = drawing.legend.map(
    ({ mark, name }, line) =>
      `<g transform="translate(84 ${height + line * LEGEND_LINE})">${mark}<text x="26" y="12" fill="${COLOURS.ink}">${markup(name)}</text></g>`,
  );
  const caption = wrapped(chart.title, CAPTION_LETTERS);
  const captionTop = height + legend.length * LEGEND_LINE + LEGEND_LINE;
  const captionLines = caption.map(
    (line, index) =>
      `<text x="84" y="${captionTop + index * LEGEND_LINE}" fill="${COLOURS.ink}">${markup(line)}</text>`,
  );
  const wholeHeight = captionTop + caption.length * LEGEND_LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${wholeHeight}" role="img" aria-label="${markup(chart.title)}">`,
    '<style>text{font:13px sans-serif}</style>',
    `<rect width="${width}" height="${wholeHeight}" fill="#fff"/>`,
    content,
    ...legend,
    ...captionLines,
    '</svg>',
    '',
  ].join('\n');
}
