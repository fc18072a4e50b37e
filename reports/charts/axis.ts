import { byteSize } from '../wording.js';
import { hasPlace, type ChartScale } from './chart.js';

/** An axis of numbers: from where to where, the values that are written at it, and how. */
export interface Axis {
  readonly type: ChartScale;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly tickFormat: (value: number) => string;
}

/** The axis that holds `values` with a little room at both ends. `most`: how many ticks have room. */
export function axisFor(
  values: readonly number[],
  { scale, bytes = false, most = 8 }: { scale: ChartScale; bytes?: boolean; most?: number },
): Axis {
  return scale === 'log' ? logAxis(values, bytes, most) : linearAxis(values, most);
}

function logAxis(values: readonly number[], bytes: boolean, most: number): Axis {
  // An interval may reach to nothing, or without end: it is cut off where the picture ends.
  const positive = values.filter((value) => value > 0 && hasPlace(value));
  const [least, greatest] = positive.length === 0 ? [1, 10] : extremes(positive);
  const room = Math.max(1.05, (greatest / least) ** 0.03);
  const domain = [least / room, greatest * room] as const;
  const inside = (all: readonly number[]): number[] =>
    all.filter((value) => value >= domain[0] && value <= domain[1]);
  const candidates = (bytes ? BYTE_STEPS : DECIMAL_STEPS).map((steps) => inside(steps(domain)));
  const powers = candidates.find((some) => some.length <= most) ?? candidates.at(-1)!;
  // Over less than a power or two steps of equal width say more.
  const ticks = powers.length < LEAST_TICKS && !bytes ? inside(evenTicks(domain, most)) : powers;
  return { type: 'log', domain, ticks, tickFormat: bytes ? byteSize : shortNumber };
}

type Steps = (domain: readonly [number, number]) => number[];

/** Powers of a base times factors, the densest first. */
const powers =
  (base: number, factors: readonly number[], every = 1): Steps =>
  ([low, high]) => {
    const from = Math.floor(Math.log(low) / Math.log(base)) - 1;
    const to = Math.ceil(Math.log(high) / Math.log(base));
    const exponents = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return exponents
      .filter((exponent) => exponent % every === 0)
      .flatMap((exponent) => factors.map((factor) => Number((factor * base ** exponent).toPrecision(12))));
  };

const DECIMAL_STEPS: readonly Steps[] = [
  powers(10, [1, 1.5, 2, 3, 4, 5, 6, 8]),
  powers(10, [1, 2, 3, 5]),
  powers(10, [1, 2, 5]),
  powers(10, [1, 3]),
  powers(10, [1]),
  powers(10, [1], 2),
  powers(10, [1], 3),
];
const BYTE_STEPS: readonly Steps[] = [
  powers(2, [1, 1.25, 1.5, 1.75]),
  powers(2, [1, 1.5]),
  ...[1, 2, 3, 4, 5, 6, 8].map((every) => powers(2, [1], every)),
];

/** Without a call of as many arguments as there are values, which has a limit. */
function extremes(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Infinity, -Infinity],
  );
}

function linearAxis(values: readonly number[], most: number): Axis {
  const finite = values.filter(hasPlace);
  const [least, greatest] = finite.length === 0 ? [0, 1] : extremes(finite);
  const span = greatest - least || Math.abs(greatest) || 1;
  const domain = [
    least >= 0 && least < 0.4 * span ? 0 : least - 0.05 * span,
    greatest <= 0 && -greatest < span ? 0 : greatest + 0.05 * span,
  ] as const;
  return { type: 'linear', domain, ticks: evenTicks(domain, most), tickFormat: shortNumber };
}

const LEAST_TICKS = 3;

function evenTicks(domain: readonly [number, number], most: number): number[] {
  const rough = (domain[1] - domain[0]) / most;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => size >= rough)!;
  const ticks = [];
  for (let index = Math.ceil(domain[0] / step); index * step <= domain[1]; index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/** 20,000 as `20k`: a tick has little room. */
export function shortNumber(value: number): string {
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (Math.abs(value) >= unit) {
      const divisor = unit === 1e4 ? 1000 : unit;
      return `${Number((value / divisor).toPrecision(3))}${letter}`;
    }
  }
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1e-4 || rounded === 0
    ? rounded.toLocaleString('en-US', { maximumFractionDigits: 4 })
    : rounded.toExponential(0);
}
