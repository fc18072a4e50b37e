/** A point of a chart; `low` and `high` are its interval. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** What is shown of the point where it is pointed at; name, place and value unless told. */
  readonly note?: string;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** A line in the series' own style: the points joined, or a fit to them; with `low` and `high` a band lies behind it. */
  readonly line?: readonly ChartPoint[];
  /** Places that are marked by a ring: where the line bends. */
  readonly rings?: readonly ChartPoint[];
  /** Small marks without intervals: many points that make a cloud. */
  readonly cloud?: boolean;
  /** Its colour, sign and dashes, by number; its place among the series unless told. */
  readonly look?: number;
}

/** How an axis grows; logarithmic unless told. */
export type ChartScale = 'log' | 'linear';

export interface Chart {
  readonly title: string;
  /** One sentence naming machine, engine and memset. */
  readonly caption: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Names for whole x = 0, 1, ...; without them x is a number. */
  readonly categories?: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Horizontal lines to compare the points with. */
  readonly levels?: readonly { readonly y: number; readonly label: string }[];
  /** Places on the x axis with a name, for example the sizes of caches. */
  readonly landmarks?: readonly { readonly x: number; readonly label: string }[];
  readonly xScale?: ChartScale;
  readonly yScale?: ChartScale;
  /** Whether x counts bytes: 4,096 is then 4 KiB. */
  readonly xBytes?: boolean;
  /** Categories below one another, values to the right: for many of them, or long names. */
  readonly lying?: boolean;
  /** Bars from zero, the series of a category stacked on one another, in place of points. */
  readonly stacked?: boolean;
}

/** Whether a number can be drawn: those near the ends of what numbers reach leave no room for an axis. */
export function hasPlace(value: number): boolean {
  const size = Math.abs(value);
  return size < 1e100 && (size === 0 || size > 1e-100);
}

/** Whether a point has a place on the chart. */
export function drawable(
  { xScale = 'log', yScale = 'log', categories, stacked }: Chart,
  { x, y }: ChartPoint,
): boolean {
  if (!hasPlace(x) || !hasPlace(y)) return false;
  const yFits = stacked === true || yScale === 'linear' || y > 0;
  return yFits && (categories !== undefined || xScale === 'linear' || x > 0);
}
