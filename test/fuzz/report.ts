import type { FuzzCounts } from './fuzz-run.js';

export interface RunSummary {
  readonly seed: number;
  readonly executor: string;
  readonly seconds: number;
  readonly counts: FuzzCounts;
  /** Paths of the modules kept. */
  readonly failures: readonly string[];
}

const number = (value: number) => value.toLocaleString('en');

export function divergenceCount({ divergences }: FuzzCounts): number {
  return [...divergences.values()].reduce((sum, count) => sum + count, 0);
}

/** An aligned list of what was done. */
export function summaryText({ seed, executor, seconds, counts, failures }: RunSummary): string {
  const rows: [string, string][] = [
    ['seed', String(seed)],
    ['executor', executor],
    ['modules generated', number(counts.modules)],
    ...listed('  ', counts.modulesBySource),
    ['modules per second', (counts.modules / seconds).toFixed(1)],
    ['modules compared', number(counts.compared)],
    ['calls compared with V8', number(counts.calls)],
    ['traps compared with V8', number(counts.traps)],
    ['further runs of the engine', number(counts.variants)],
    ['calls resumed', number(counts.resumptions)],
    ['modules skipped or cut short', number(counts.modules - counts.compared)],
    ...listed('  ', counts.skipped),
    ['divergences', number(divergenceCount(counts))],
    ...listed('  ', counts.divergences),
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const lines = rows.map(([label, value]) => label.padEnd(width) + value);
  return [...lines, ...failures.map((path) => `kept: ${path}`)].join('\n');
}

function listed(indent: string, counts: ReadonlyMap<string, number>): [string, string][] {
  return [...counts].sort((a, b) => b[1] - a[1]).map(([label, count]) => [indent + label, number(count)]);
}

/** The last line of every run. */
export function lastLine(counts: FuzzCounts): string {
  const divergences = divergenceCount(counts);
  return `${number(counts.modules)} modules, ${number(counts.calls)} calls compared, ${number(divergences)} divergences`;
}

export function summaryJson({ seed, executor, seconds, counts, failures }: RunSummary): object {
  return {
    seed,
    executor,
    seconds,
    modules: counts.modules,
    modulesBySource: Object.fromEntries(counts.modulesBySource),
    modulesCompared: counts.compared,
    callsCompared: counts.calls,
    trapsCompared: counts.traps,
    variantRuns: counts.variants,
    resumptions: counts.resumptions,
    skipped: Object.fromEntries(counts.skipped),
    divergences: Object.fromEntries(counts.divergences),
    failures,
  };
}
