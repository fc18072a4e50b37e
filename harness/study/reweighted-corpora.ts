import type { Measurement, ModuleClosureRow } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';

/** Modules with other weights than a run gave them. */
export interface ReweightedCorpus {
  readonly name: string;
  /** What a byte of the module weighs. */
  readonly weight: (module: ModuleClosureRow) => number;
}

/** Sum of times / sum of charges: what prices must be multiplied by for these modules to be paid for. */
export function levelOf(modules: readonly ModuleClosureRow[], weight: ReweightedCorpus['weight']): number {
  const sum = (of: (module: ModuleClosureRow) => number) =>
    modules.reduce((total, module) => total + weight(module) * of(module), 0);
  return sum((module) => module.nanosecondsPerByte) / sum((module) => module.chargedNanosecondsPerByte);
}

/** Corpora of the same modules: as they are, alike, by their functions, and the smaller and the larger half by themselves. */
export function reweightedCorpora(modules: readonly ModuleClosureRow[]): ReweightedCorpus[] {
  const middle = median(modules.map(({ corpusBytes }) => corpusBytes));
  return [
    { name: 'by bytes, as measured', weight: ({ corpusBytes }) => corpusBytes },
    { name: 'every module alike', weight: () => 1 },
    { name: 'by number of functions', weight: ({ functions }) => functions },
    {
      name: 'the smaller half',
      weight: ({ corpusBytes }) => (corpusBytes <= middle ? corpusBytes : 0),
    },
    {
      name: 'the larger half',
      weight: ({ corpusBytes }) => (corpusBytes >= middle ? corpusBytes : 0),
    },
  ];
}

/** The same rows with size classes of equal weight: another shape, constants against bytes. */
export function classesAlike(rows: readonly Measurement[]): Measurement[] {
  return rows.map((row) => (row.sizeClass === 'all' ? row : { ...row, stratumBytes: 1_000_000 }));
}
