import { shortFigure } from '../wording.js';

/** A bar of a chart of letters: its name, its length, and the word beside it. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly word?: string;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Bars of lengths further apart than this are drawn by their logarithms. */
const MOST_LINEAR = 50;

/** Horizontal bars of block letters, each with its name before and its value behind it. */
export function barChart(bars: readonly Bar[], width: number): string {
  const drawn = bars.filter(({ value }) => Number.isFinite(value) && value > 0);
  if (drawn.length === 0) return '';
  const names = Math.max(...drawn.map(({ name }) => name.length));
  const behind = Math.max(...drawn.map((bar) => valueText(bar).length));
  const room = Math.max(4, width - names - behind - 4);
  const values = drawn.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLinear = most / least <= MOST_LINEAR;
  const part = (value: number) =>
    isLinear ? value / most : (1 + Math.log10(value / least)) / (1 + Math.log10(most / least));
  const lines = drawn.map((bar) => {
    return `${bar.name.padEnd(names)}  ${blocks(part(bar.value) * room)} ${valueText(bar)}`;
  });
  return [...lines, ...(isLinear ? [] : ['(lengths are logarithmic)'])].join('\n');
}

function valueText({ value, word = '' }: Bar): string {
  return word === '' ? shortFigure(value) : `${shortFigure(value)} ${word}`;
}

function blocks(letters: number): string {
  const eighths = Math.max(1, Math.round(letters * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}
