import type { GridXOptions, GridYOptions, Markish, PlotOptions } from '@observablehq/plot';
import type { Node } from '@xmldom/xmldom';
import { figure, interval } from '../wording.js';
import { axisFor, type Axis } from './axis.js';
import { drawable, type Chart, type ChartPoint, type ChartSeries } from './chart.js';
import * as Plot from './plot.js';

/** The colours of a picture, as SVG understands them: of the series in turn, of text, of what lies behind. */
export interface ChartColours {
  readonly series: readonly string[];
  readonly ink: string;
  readonly faint: string;
}

/** Colours that a page defines: they follow its light and dark schemes. */
export const PAGE_COLOURS: ChartColours = {
  series: [0, 1, 2, 3, 4, 5].map((index) => `var(--s${index})`),
  ink: 'currentColor',
  faint: 'var(--faint)',
};

/** A chart drawn: the content of an SVG picture, for whoever shows it. */
export interface ChartDrawing {
  readonly width: number;
  readonly height: number;
  /** SVG elements for the picture's content. */
  readonly content: string;
  /** A name for each series, and its mark as an SVG element, 18 wide and 14 high. */
  readonly legend: readonly { readonly mark: string; readonly name: string }[];
}

export interface DrawingOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colours?: ChartColours;
}

/** Drawn once and shown at any width: letters of 13 have 11 pixels still where a telephone shows the picture from edge to edge. */
const WIDTH = 450;
const HEIGHT = 290;
const LETTERS = 13;
const LETTER_WIDTH = 7;
/** Signs differ in shape, not only in colour. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'times', 'plus'] as const;
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '4 2', '1 4'] as const;

/** A chart as SVG, by Observable Plot; undefined when there is nothing to draw. */
export function drawChart(chart: Chart, options: DrawingOptions = {}): ChartDrawing | undefined {
  const series = chart.series.map((one) => ({
    ...one,
    points: one.points.filter((point) => drawable(chart, point)),
    line: (one.line ?? []).filter((point) => drawable(chart, point)),
    rings: (one.rings ?? []).filter((point) => drawable(chart, point)),
  }));
  if (series.every(({ points, line }) => points.length === 0 && line.length === 0)) return undefined;
  const { colours = PAGE_COLOURS, width = WIDTH } = options;
  const height = options.height ?? (chart.lying ? lyingHeight(chart) : HEIGHT);
  const drawing = new Drawing({ ...chart, series }, colours);
  const content = pictureContent({ ...drawing.layout(width, height), marks: drawing.marks() });
  const legend = series.map(({ name }, index) => ({ name, mark: drawing.sign(index) }));
  return { width, height, content, legend };
}

function lyingHeight({ categories = [], levels = [], series, stacked }: Chart): number {
  const line = stacked ? 20 : Math.max(18, 9 * series.length + 6);
  return (levels.some(({ label }) => label !== '') ? 76 : 62) + line * categories.length;
}

/** One chart on its way to Plot's marks. */
class Drawing {
  private readonly values: Axis;
  private readonly places: Axis | undefined;

  constructor(
    private readonly chart: Chart,
    private readonly colours: ChartColours,
  ) {
    const { categories, xScale = 'log', yScale = 'log', stacked = false, levels = [], lying } = chart;
    const all = chart.series.flatMap(({ points, line = [] }) => [...points, ...line]);
    const heights = stacked ? [0, ...this.#stackHeights()] : all.flatMap(bounds);
    this.values = axisFor([...heights, ...levels.map(({ y }) => y)], {
      scale: stacked ? 'linear' : yScale,
      most: lying ? 6 : 8,
    });
    this.places =
      categories === undefined
        ? axisFor(
            all.map(({ x }) => x),
            { scale: xScale, bytes: chart.xBytes, most: 6 },
          )
        : undefined;
  }

  layout(width: number, height: number): PlotOptions {
    const { categories = [], levels = [], lying } = this.chart;
    const isNamedAbove = lying === true && levels.some(({ label }) => label !== '');
    const value = { ...plain(this.values), label: null, grid: true, axis: null };
    const place = {
      ...(this.places === undefined
        ? { type: 'linear' as const, domain: this.#categoryDomain() }
        : plain(this.places)),
      axis: null,
    };
    const longest = Math.max(0, ...categories.map((name) => shortened(name).length));
    const ticks = Math.max(...this.values.ticks.map((tick) => this.values.tickFormat(tick).length), 1);
    const marginLeft = lying ? 18 + longest * (LETTER_WIDTH + 0.6) : 34 + ticks * LETTER_WIDTH;
    return {
      ...{ width, height, marginLeft, marginRight: 16, marginTop: isNamedAbove ? 28 : 14, marginBottom: 46 },
      ...(lying ? { x: value, y: { ...place, reverse: true } } : { x: place, y: value }),
    };
  }

  marks(): Markish[] {
    return [
      ...this.#axes(),
      ...this.#levels(),
      ...this.#landmarks(),
      ...(this.chart.stacked
        ? [this.#stack()]
        : this.chart.series.flatMap((series, index) => this.#series(series, index))),
    ];
  }

  /** The sign of a series for a legend. */
  sign(index: number): string {
    const fill = this.#colour(index);
    const mark = this.chart.stacked
      ? Plot.rect([0], { x1: -1, x2: 1, y1: -1, y2: 1, fill })
      : Plot.dot([0], { x: 0, y: 0, r: 4, ...this.#symbol(index) });
    const scale = { axis: null, domain: [-1, 1] };
    return pictureContent({ width: 18, height: 14, margin: 2, x: scale, y: scale, marks: [mark] });
  }

  #series({ name, points, line = [], rings = [], cloud = false }: ChartSeries, index: number): Markish[] {
    const stroke = this.#colour(index);
    const at = (point: ChartPoint) => this.#place(point.x, index);
    const marks: Markish[] = [];
    const band = line.filter(({ low, high }) => low !== undefined && high !== undefined);
    if (band.length > 1 && !this.chart.lying)
      marks.push(
        Plot.areaY(band, {
          x: at,
          y1: clamped('low', this.values),
          y2: clamped('high', this.values),
          fill: stroke,
          fillOpacity: 0.16,
        }),
      );
    if (line.length > 1)
      marks.push(
        Plot.line(line, {
          ...this.#axisOptions(at, (p: ChartPoint) => p.y),
          stroke,
          strokeWidth: 1.6,
          strokeDasharray: DASHES[this.#look(index) % DASHES.length]!,
        }),
      );
    if (!cloud) {
      const bars = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      const ends = [clamped('low', this.values), clamped('high', this.values)] as const;
      marks.push(
        this.chart.lying
          ? Plot.ruleY(bars, { y: at, x1: ends[0], x2: ends[1], stroke, strokeWidth: 2 })
          : Plot.ruleX(bars, { x: at, y1: ends[0], y2: ends[1], stroke, strokeWidth: 2 }),
      );
    }
    const title = (point: ChartPoint) => point.note ?? this.#note(name, point);
    const size = cloud ? { r: 2.4, fillOpacity: 0.55 } : { r: 4 };
    marks.push(
      Plot.dot(points, {
        ...this.#axisOptions(at, (p: ChartPoint) => p.y),
        ...this.#symbol(index),
        ...size,
        title,
      }),
    );
    if (rings.length > 0)
      marks.push(
        Plot.dot(rings, {
          ...this.#axisOptions(at, (p: ChartPoint) => p.y),
          r: 8,
          stroke,
          strokeWidth: 1.5,
          title,
        }),
      );
    return marks;
  }

  #stack(): Markish {
    const bars = this.chart.series.flatMap(({ name, points }, index) =>
      points.map((point) => ({ ...point, name, index })),
    );
    const reached = new Map<number, number>();
    const placed = bars.map((bar) => {
      const from = reached.get(bar.x) ?? 0;
      reached.set(bar.x, from + bar.y);
      return { ...bar, from, to: from + bar.y };
    });
    type Bar = (typeof placed)[number];
    const fill = ({ index }: Bar) => this.#colour(index);
    const title = (bar: Bar) => bar.note ?? this.#note(bar.name, bar);
    const [before, after] = [({ x }: Bar) => x - 0.36, ({ x }: Bar) => x + 0.36];
    const [from, to] = [(bar: Bar) => bar.from, (bar: Bar) => bar.to];
    return this.chart.lying
      ? Plot.rect(placed, { x1: from, x2: to, y1: before, y2: after, fill, title, inset: 0.5 })
      : Plot.rect(placed, { y1: from, y2: to, x1: before, x2: after, fill, title, inset: 0.5 });
  }

  #stackHeights(): number[] {
    const sums = new Map<number, number>();
    for (const { x, y } of this.chart.series.flatMap(({ points }) => points))
      sums.set(x, (sums.get(x) ?? 0) + y);
    return [...sums.values()];
  }

  #axes(): Markish[] {
    const { lying, xLabel, yLabel, categories } = this.chart;
    const text = { fill: this.colours.ink };
    const names = categories ?? [];
    const places = this.places ?? {
      ticks: names.map((_, index) => index),
      tickFormat: (index: number) => shortened(names[index] ?? ''),
    };
    const grid = { stroke: this.colours.faint, strokeOpacity: 1 };
    const common = { tickSize: 0, label: null, ...text };
    return [
      gridAt(lying ? 'x' : 'y', this.values.ticks, grid),
      ...(categories === undefined || lying ? [gridAt(lying ? 'y' : 'x', places.ticks, grid)] : []),
      axisAt(lying ? 'x' : 'y', this.values, common),
      axisAt(lying ? 'y' : 'x', places, common),
      ...this.#axisLabels(lying ? yLabel : xLabel, lying ? '' : yLabel),
    ];
  }

  #axisLabels(below: string, beside: string): Markish[] {
    const fill = this.colours.ink;
    const across = Plot.text([below], { frameAnchor: 'bottom', dy: 38, fill });
    if (beside === '') return [across];
    const ticks = Math.max(...this.values.ticks.map((tick) => this.values.tickFormat(tick).length), 1);
    const dx = -22 - ticks * LETTER_WIDTH;
    return [
      across,
      Plot.text([beside], { frameAnchor: 'left', textAnchor: 'middle', dx, rotate: -90, fill }),
    ];
  }

  #levels(): Markish[] {
    const { levels = [], lying } = this.chart;
    if (levels.length === 0) return [];
    const rule = { stroke: this.colours.ink, strokeDasharray: '5 4' };
    const y = ({ y: value }: { y: number }) => value;
    const text = { text: 'label', fill: this.colours.ink } as const;
    return lying
      ? [
          Plot.ruleX(levels, { ...rule, x: y }),
          Plot.text(levels, { ...text, x: y, frameAnchor: 'top', dy: -12 }),
        ]
      : [
          Plot.ruleY(levels, { ...rule, y }),
          Plot.text(levels, { ...text, y, frameAnchor: 'right', textAnchor: 'end', dx: -4, dy: -8 }),
        ];
  }

  #landmarks(): Markish[] {
    const { landmarks = [] } = this.chart;
    const shown = landmarks.filter(
      ({ x }) => this.places !== undefined && x >= this.places.domain[0] && x <= this.places.domain[1],
    );
    if (shown.length === 0) return [];
    const place = ({ x }: { x: number }) => x;
    return [
      Plot.ruleX(shown, { x: place, stroke: this.colours.ink, strokeDasharray: '3 3', strokeOpacity: 0.7 }),
      Plot.text(shown, {
        x: place,
        text: 'label',
        frameAnchor: 'top',
        textAnchor: 'end',
        dx: -4,
        dy: 6,
        rotate: 0,
        fill: this.colours.ink,
      }),
    ];
  }

  #axisOptions(place: (point: ChartPoint) => number, value: (point: ChartPoint) => number) {
    return this.chart.lying ? { x: value, y: place } : { x: place, y: value };
  }

  #categoryDomain(): [number, number] {
    return [-0.5, (this.chart.categories?.length ?? 1) - 0.5];
  }

  /** Series of a category stand side by side, so that their intervals stay apart. */
  #place(x: number, index: number): number {
    if (this.chart.categories === undefined) return x;
    const count = this.chart.series.length;
    const step = Math.min(0.16, 0.7 / count);
    return x + (index - (count - 1) / 2) * step;
  }

  #note(name: string, point: ChartPoint): string {
    const { categories, xBytes, xLabel } = this.chart;
    const place =
      categories?.[point.x] ?? (xBytes ? `${figure(point.x)} bytes` : `${xLabel} ${figure(point.x)}`);
    const { low, high } = point;
    const bounded = low !== undefined && high !== undefined && low !== high;
    return `${name}, ${place}: ${figure(point.y)}${bounded ? ` (${interval({ low, high })})` : ''}`;
  }

  #colour(index: number): string {
    return this.colours.series[this.#look(index) % this.colours.series.length]!;
  }

  #look(index: number): number {
    return this.chart.series[index]?.look ?? index;
  }

  #symbol(index: number) {
    const symbol = SYMBOLS[this.#look(index) % SYMBOLS.length]!;
    const colour = this.#colour(index);
    const filled = symbol !== 'times' && symbol !== 'plus';
    return { symbol, ...(filled ? { fill: colour } : { stroke: colour, strokeWidth: 2 }) };
  }
}

function gridAt(side: 'x' | 'y', ticks: readonly number[], options: GridXOptions & GridYOptions): Markish {
  return side === 'x' ? Plot.gridX([...ticks], options) : Plot.gridY([...ticks], options);
}

function axisAt(
  side: 'x' | 'y',
  { ticks, tickFormat }: Pick<Axis, 'ticks' | 'tickFormat'>,
  options: object,
): Markish {
  // Plot leaves out labels of logarithmic axes as it sees fit; these ticks were chosen.
  const axis = { ...options, text: ticks.map(tickFormat) };
  return side === 'x' ? Plot.axisX([...ticks], axis) : Plot.axisY([...ticks], axis);
}

function plain({ type, domain, ticks }: Axis) {
  return { type, domain: [...domain], ticks: [...ticks] };
}

function bounds({ y, low, high }: ChartPoint): number[] {
  return [y, low ?? y, high ?? y];
}

/** An end of an interval, kept on the axis: a logarithm has no zero. */
function clamped(end: 'low' | 'high', { domain }: Axis): (point: ChartPoint) => number {
  return (point) => Math.min(Math.max(point[end] ?? point.y, domain[0]), domain[1]);
}

const MOST_LETTERS = 24;

function shortened(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS - 1)}…`;
}

/** What Plot draws, without what a page of many pictures needs once: styles, sizes, names of parts that nobody hears. */
function pictureContent(options: PlotOptions): string {
  const document = new Plot.DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html');
  const svg: unknown = Plot.plot({ ...options, document: document as never });
  const content = new Plot.XMLSerializer()
    .serializeToString(svg as Node)
    .replace(/^<svg[^>]*>|<\/svg>$/g, '')
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/ (aria-label|aria-hidden|font-variant)="[^"]*"/g, '')
    // Of attributes alone: a label says what it says.
    .replace(/<[^>]*>/g, (tag: string) =>
      tag.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10)),
    );
  return `<g font-size="${LETTERS}" text-anchor="middle">${content}</g>`;
}
