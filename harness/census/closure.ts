import { shortNumber, terminalTable } from '../console/terminal.js';
import { median } from '../statistics/index.js';
import type { Census } from './census.js';

/** Whether single times add up to the whole, in one phase and class of sizes. */
export interface ClassClosure {
  readonly phase: string;
  readonly sizeClass: string;
  /** Sum of the singles / the block: median over processes, least and most. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** Of a census of functions; nothing of whole modules. */
export function closureByClass({ engine }: Census): ClassClosure[] {
  const ratios = new Map<string, { phase: string; sizeClass: string; ratios: number[] }>();
  for (const { blockNanoseconds, phase, singlesNanoseconds, sizeClass } of engine.closure) {
    const key = `${phase} ${sizeClass}`;
    const known = ratios.get(key) ?? { phase, sizeClass, ratios: [] };
    known.ratios.push(singlesNanoseconds / blockNanoseconds);
    ratios.set(key, known);
  }
  return [...ratios.values()].map(({ phase, ratios: each, sizeClass }) => ({
    phase,
    sizeClass,
    ratio: median(each),
    least: Math.min(...each),
    most: Math.max(...each),
  }));
}

/** The same for people, a row for each phase and class of sizes. */
export function closureText({
  clockNanoseconds,
  closure,
}: {
  readonly clockNanoseconds: number;
  readonly closure: readonly ClassClosure[];
}): string {
  const rows = closure.map(({ least, most, phase, ratio, sizeClass }) => [
    phase,
    sizeClass,
    ratio.toFixed(3),
    `${least.toFixed(3)} to ${most.toFixed(3)}`,
  ]);
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [
    { head: 'phase' },
    { head: 'size class' },
    right('singles / block'),
    right('over processes'),
  ];
  const head = `closure: times of single functions, less ${shortNumber(clockNanoseconds)} ns of reading the clock, against all in one go`;
  return `${head}\n${terminalTable(columns, rows)}\n`;
}
