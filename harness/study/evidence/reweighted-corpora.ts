import type { Measurement, ModuleClosureRow } from '@wasm-dyno/reports/recorded-run';
import { median } from '../../statistics/index.js';

/** Modules with other weights than a run gave them: other kinds of code. */
export interface ReweightedModules {
  readonly name: string;
  /** What a byte of the module weighs. */
  readonly weight: (module: ModuleClosureRow) => number;
}

/** Sum of times / sum of charges: what prices must be multiplied by for these modules to be paid for. */
export function levelOf(modules: readonly ModuleClosureRow[], weight: ReweightedModules['weight']): number {
  const sum = (of: (module: ModuleClosureRow) => number) =>
    modules.reduce((total, module) => total + weight(module) * of(module), 0);
  return sum((module) => module.nanosecondsPerByte) / sum((module) => module.chargedNanosecondsPerByte);
}

/** The same modules, none weighing what it did: alike, by their functions, and the smaller and the larger half by themselves. */
export function otherModules(modules: readonly ModuleClosureRow[]): ReweightedModules[] {
  const middle = median(modules.map(({ corpusBytes }) => corpusBytes));
  return [
    { name: 'every module alike', weight: () => 1 },
    { name: 'by number of functions', weight: ({ functions }) => functions },
    { name: 'the smaller half', weight: ({ corpusBytes }) => (corpusBytes <= middle ? corpusBytes : 0) },
    { name: 'the larger half', weight: ({ corpusBytes }) => (corpusBytes >= middle ? corpusBytes : 0) },
  ];
}

/** A run's rows as they would be of a corpus that has other sizes of functions, of the same kinds of code. */
export interface OtherSizes {
  readonly name: string;
  readonly rows: readonly Measurement[];
}

const SMALL_FUNCTION_BYTES = 1024;
const ANY_WEIGHT = 1_000_000;

/**
 * The same size classes as a corpus has them that is made of these alone, and as four others have them. Prices follow from the classes then, in shape and in
 * level: the arms of whole modules are left out.
 */
export function corporaBySize(rows: readonly Measurement[]): {
  readonly asMeasured: OtherSizes;
  readonly others: readonly OtherSizes[];
} {
  const ofClasses = new Set(rows.filter(({ sizeClass }) => sizeClass !== 'all').map(({ phase }) => phase));
  ofClasses.delete('memset');
  const wholes = new Set(
    rows
      .filter(({ phase, sizeClass }) => ofClasses.has(phase) && sizeClass === 'all')
      .map(({ pair }) => pair),
  );
  const kept = rows.filter(({ pair, phase, sizeClass }) => {
    const isOfWhole = sizeClass === 'all' && (ofClasses.has(phase) || wholes.has(pair));
    return !isOfWhole || pair === '';
  });
  const weighing = (name: string, bytes: (row: Measurement) => number): OtherSizes => ({
    name,
    rows: kept.map((row) => (row.sizeClass === 'all' ? row : { ...row, stratumBytes: bytes(row) })),
  });
  const bytesPerFunction = ({ bytes, calls, functions }: Measurement): number => bytes / calls / functions;
  const isSmall = (row: Measurement): boolean => bytesPerFunction(row) < SMALL_FUNCTION_BYTES;
  return {
    asMeasured: weighing('as measured', ({ stratumBytes }) => stratumBytes),
    others: [
      weighing('every size alike', () => ANY_WEIGHT),
      weighing('by number of functions', (row) => row.stratumBytes / bytesPerFunction(row)),
      weighing('functions below 1 KiB', (row) => (isSmall(row) ? row.stratumBytes : 0)),
      weighing('functions from 1 KiB', (row) => (isSmall(row) ? 0 : row.stratumBytes)),
    ],
  };
}
