import { drawChart, type Chart } from './chart.js';
import { markup } from './markup.js';

const COLOURS = ['#0b62a4', '#c44601', '#2f7d32', '#7a3e9d', '#8a6d00', '#555555'];
const LEGEND_LINE = 20;
/** Letters that a caption line holds at this size. */
const CAPTION_LETTERS = 110;

/** A report's chart as an SVG file of its own, colours, legend and caption inside; empty text when there is nothing to draw. */
export function standaloneChart(chart: Chart): string {
  const drawing = drawChart(chart);
  if (drawing === undefined) return '';
  const { width, height, content } = drawing;
  const legend = drawing.legend.map(
    ({ mark, name }, line) =>
      `<g transform="translate(84 ${height + line * LEGEND_LINE})">${mark}<text x="26" y="12">${markup(name)}</text></g>`,
  );
  const styles = COLOURS.map(
    (colour, style) =>
      `.s${style}{stroke:${colour};fill:${colour};color:${colour}}.s${style} .line,.s${style} .bar{fill:none}`,
  );
  const caption = wrapped(chart.title, CAPTION_LETTERS);
  const captionTop = height + legend.length * LEGEND_LINE + LEGEND_LINE;
  const captionLines = caption.map(
    (line, index) => `<text x="84" y="${captionTop + index * LEGEND_LINE}">${markup(line)}</text>`,
  );
  const wholeHeight = captionTop + caption.length * LEGEND_LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${wholeHeight}" role="img" aria-label="${markup(chart.title)}">`,
    `<style>text{font:12px sans-serif;fill:#222;stroke:none}.grid{stroke:#ddd}.level{stroke:#555;stroke-dasharray:5 4}.line{fill:none;stroke-width:1.5}.bar{fill:none;stroke-width:1.3}${styles.join('')}</style>`,
    `<rect width="${width}" height="${wholeHeight}" fill="#fff"/>`,
    content,
    ...legend,
    ...captionLines,
    '</svg>',
    '',
  ].join('\n');
}

/** `text` in lines of at most `letters` letters, broken between words. */
function wrapped(text: string, letters: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]!;
    if (line !== '' && line.length + 1 + word.length > letters) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
