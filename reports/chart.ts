import { markup } from './markup.js';

/** A point of a chart; `low` and `high` are its interval. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** A line in the series' own style: the points joined, or a fit to them. */
  readonly line?: readonly ChartPoint[];
}

export interface Chart {
  readonly title: string;
  /** One sentence naming machine, engine and memset. */
  readonly caption: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Names for whole x = 0, 1, ...; without them x is a number on a logarithmic axis. */
  readonly categories?: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Horizontal lines to compare the points with. */
  readonly levels?: readonly { readonly y: number; readonly label: string }[];
}

const WIDTH = 760;
const HEIGHT = 380;
const LEFT = 84;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 58;

/** A chart drawn: the parts of an SVG picture, which whoever shows it puts together and gives their colours. */
export interface ChartDrawing {
  readonly width: number;
  readonly height: number;
  /** SVG elements for the picture's content. */
  readonly content: string;
  /** A name for each series, and its mark as an SVG element, 18 wide and 14 high. */
  readonly legend: readonly { readonly mark: string; readonly name: string }[];
}

/** A line or dot chart; y is logarithmic. Undefined when there is nothing to draw. */
export function drawChart(chart: Chart): ChartDrawing | undefined {
  const points = chart.series.flatMap((series) => series.points).filter(drawable);
  if (points.length === 0) return undefined;
  const { levels = [] } = chart;
  const y = logScale(
    [
      ...points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
      ...levels.map((level) => level.y),
    ],
    HEIGHT - BOTTOM,
    TOP,
  );
  const x =
    chart.categories === undefined
      ? logScale(
          points.map((point) => point.x),
          LEFT,
          WIDTH - RIGHT,
        )
      : categoryScale(chart.categories, LEFT, WIDTH - RIGHT);
  const count = chart.series.length;
  // Series of a category stand side by side, so that their intervals stay apart.
  const shift = (index: number) => (chart.categories === undefined ? 0 : (index - (count - 1) / 2) * 12);
  const body = [
    ...x.ticks.map(
      ({ at, label }) =>
        `<line class="grid" x1="${n(at)}" y1="${TOP}" x2="${n(at)}" y2="${HEIGHT - BOTTOM}"/>` +
        `<text x="${n(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${markup(label)}</text>`,
    ),
    ...y.ticks.map(
      ({ at, label }) =>
        `<line class="grid" x1="${LEFT}" y1="${n(at)}" x2="${WIDTH - RIGHT}" y2="${n(at)}"/>` +
        `<text x="${LEFT - 8}" y="${n(at + 4)}" text-anchor="end">${markup(label)}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${markup(chart.xLabel)}</text>`,
    `<text transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${markup(chart.yLabel)}</text>`,
    ...levels.map(
      ({ y: value, label }) =>
        `<line class="level" x1="${LEFT}" y1="${n(y.place(value))}" x2="${WIDTH - RIGHT}" y2="${n(y.place(value))}"/>` +
        `<text x="${WIDTH - RIGHT - 4}" y="${n(y.place(value) - 4)}" text-anchor="end">${markup(label)}</text>`,
    ),
    ...chart.series.map((series, index) =>
      seriesMarkup(series, index, (v) => x.place(v) + shift(index), y.place),
    ),
  ];
  const legend = chart.series.map(({ name }, index) => ({
    mark: `<g class="s${index % STYLES}">${mark(index, 9, 7)}</g>`,
    name,
  }));
  return { width: WIDTH, height: HEIGHT, content: body.join(''), legend };
}

/** How many series look different. */
const STYLES = 6;

function seriesMarkup(
  { points, line = [] }: ChartSeries,
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const path = line
    .filter(drawable)
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${n(x(point.x))} ${n(y(point.y))}`);
  const parts = path.length === 0 ? [] : [`<path class="line" d="${path.join('')}"/>`];
  for (const { x: at, y: value, low, high } of points.filter(drawable)) {
    if (low !== undefined && high !== undefined && low > 0) {
      const [bottom, top] = [n(y(low)), n(y(high))];
      const [left, middle] = [n(x(at) - 3), n(x(at))];
      parts.push(`<path class="bar" d="M${middle} ${bottom}V${top}M${left} ${bottom}h6M${left} ${top}h6"/>`);
    }
    parts.push(mark(index, x(at), y(value)));
  }
  return `<g class="s${index % STYLES}">${parts.join('')}</g>`;
}

/** Marks differ in shape, not only in colour. */
function mark(index: number, x: number, y: number): string {
  const shapes = [
    `M${n(x - 4)} ${n(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`,
    `M${n(x - 3.5)} ${n(y - 3.5)}h7v7h-7z`,
    `M${n(x)} ${n(y - 4.5)}l4.5 8h-9z`,
    `M${n(x)} ${n(y - 5)}l5 5l-5 5l-5 -5z`,
    `M${n(x)} ${n(y + 4.5)}l4.5 -8h-9z`,
    `M${n(x - 5)} ${n(y - 1.5)}h3.5v-3.5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5z`,
  ];
  return `<path class="mark" d="${shapes[index % shapes.length]!}"/>`;
}

interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.log10(Math.min(...positive)) - 0.05;
  const high = Math.log10(Math.max(...positive)) + 0.05;
  const place = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const ticks = [];
  const steps = high - low > 2 ? [1] : [1, 2, 5];
  for (let exponent = Math.floor(low); exponent <= high; exponent++) {
    for (const step of steps) {
      const value = step * 10 ** exponent;
      if (Math.log10(value) < low || Math.log10(value) > high) continue;
      const label =
        value >= 1e7 || value < 1e-3
          ? value.toExponential(0)
          : Number(value.toPrecision(1)).toLocaleString('en-US');
      ticks.push({ at: place(value), label });
    }
  }
  return { place, ticks };
}

function categoryScale(categories: readonly string[], from: number, to: number): Scale {
  const place = (index: number) => from + ((index + 0.5) / categories.length) * (to - from);
  return { place, ticks: categories.map((label, index) => ({ at: place(index), label })) };
}

function drawable({ x, y }: ChartPoint): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && y > 0;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
