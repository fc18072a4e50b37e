import { shortNumber, terminalTable } from '../console/terminal.js';
import { medianInterval } from '../statistics/index.js';
import type { Census } from './census.js';

/** Whether single times add up to the whole, in one phase and class of sizes. */
export interface ClassClosure {
  readonly phase: string;
  readonly sizeClass: string;
  /** Sum of the singles / the block: median over processes, and between what that lies. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Of the interval: 95%, or what so few processes reach. */
  readonly confidenceLevel: number;
  /** Least and most of the processes. */
  readonly least: number;
  readonly most: number;
  /** Whether singles add up to the whole; undefined where the interval does not tell, or is not of 95%. */
  readonly isClosed: boolean | undefined;
}

/** Of an interval that tells something: order statistics reach it with six processes. */
const TELLING_CONFIDENCE_LEVEL = 0.95;
/** Singles add up within this part of the whole. */
const CLOSED = 0.02;

/** Of a census of functions; nothing of whole modules. */
export function closureByClass({ engine }: Census): ClassClosure[] {
  const ratios = new Map<string, { phase: string; sizeClass: string; ratios: number[] }>();
  for (const { blockNanoseconds, phase, singlesNanoseconds, sizeClass } of engine.closure) {
    const key = `${phase} ${sizeClass}`;
    const known = ratios.get(key) ?? { phase, sizeClass, ratios: [] };
    known.ratios.push(singlesNanoseconds / blockNanoseconds);
    ratios.set(key, known);
  }
  return [...ratios.values()].map(({ phase, ratios: each, sizeClass }) => {
    const { confidenceLevel, estimate, high, low } = medianInterval(each);
    return {
      phase,
      sizeClass,
      ...{ ratio: estimate, low, high, confidenceLevel },
      least: Math.min(...each),
      most: Math.max(...each),
      isClosed: confidenceLevel >= TELLING_CONFIDENCE_LEVEL ? isClosed(low, high) : undefined,
    };
  });
}

function isClosed(low: number, high: number): boolean | undefined {
  if (low >= 1 - CLOSED && high <= 1 + CLOSED) return true;
  return high < 1 - CLOSED || low > 1 + CLOSED ? false : undefined;
}

/** The same for people, a row for each phase and class of sizes. */
export function closureText({
  clockNanoseconds,
  closure,
}: {
  readonly clockNanoseconds: number;
  readonly closure: readonly ClassClosure[];
}): string {
  const between = (from: number, to: number) => `${from.toFixed(3)} to ${to.toFixed(3)}`;
  const rows = closure.map(
    ({ confidenceLevel, high, isClosed: closed, least, low, most, phase, ratio, sizeClass }) => [
      phase,
      sizeClass,
      ratio.toFixed(3),
      confidenceLevel > 0 ? between(low, high) : 'no interval',
      between(least, most),
      closed === undefined ? 'not told' : closed ? 'yes' : 'no',
    ],
  );
  const level = Math.min(1, ...closure.map(({ confidenceLevel }) => confidenceLevel));
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [
    { head: 'phase' },
    { head: 'size class' },
    right('singles / block'),
    right(level > 0 ? `${shortNumber(100 * level)}%` : 'interval'),
    right('over processes'),
    { head: `within ${100 * CLOSED}%` },
  ];
  const head = `closure: times of single functions, less ${shortNumber(clockNanoseconds)} ns of reading the clock, against all in one go`;
  const note =
    level < TELLING_CONFIDENCE_LEVEL
      ? 'Whether singles add up is told by intervals of 95%, which take six processes.\n'
      : '';
  return `${head}\n${terminalTable(columns, rows)}\n${note}`;
}
