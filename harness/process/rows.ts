import type { Measurement, Temperature } from '@wasm-dyno/reports/recorded-run';
import type { Flag } from '@wasm-dyno/reports/noise';
import { memsetArmName, type Baseline, type PairedArms } from '../schedule/arm-plan.js';
import type { ObservedBlock } from './block.js';

/** What the rows of one process execution have in common. */
export interface RowContext {
  readonly engine: string;
  readonly process: number;
  readonly temperature: Temperature;
}

interface Place {
  readonly round: number;
  readonly order: 'ab' | 'ba' | '';
  /** The memset beside it. */
  readonly partner: Baseline;
  readonly flags: readonly Flag[];
}

/** The row of a phase block. */
export function phaseRow(
  context: RowContext,
  pair: PairedArms,
  block: ObservedBlock,
  place: Place,
): Measurement {
  return {
    ...pairedRow(context, pair, block, place),
    phase: pair.phase,
    arm: pair.name,
    kernel: place.partner.kernel,
    regime: place.partner.regime,
  };
}

/** The row of a memset block beside a phase block, or among other memsets. */
export function memsetRow(
  context: RowContext,
  pair: PairedArms,
  baseline: Baseline,
  block: ObservedBlock,
  place: Omit<Place, 'partner'>,
  copy?: number,
): Measurement {
  return {
    ...pairedRow(context, pair, block, place),
    phase: 'memset',
    arm: memsetArmName(pair, baseline, copy),
    ...baseline,
  };
}

/** The row of a block of the memset sweep. */
export function sweepRow(
  context: RowContext,
  sweep: Baseline & { readonly arm: string; readonly round: number },
  block: ObservedBlock,
  flags: readonly Flag[] = [],
): Measurement {
  return {
    ...commonRow(context, block, flags),
    round: sweep.round,
    phase: 'memset',
    arm: sweep.arm,
    pair: '',
    order: '',
    module: '',
    sizeClass: 'all',
    functions: 1,
    stratumBytes: 0,
    kernel: sweep.kernel,
    regime: sweep.regime,
  };
}

/** What a pass over the functions of all real modules took for one of them. */
interface Passed {
  readonly round: number;
  readonly module: string;
  readonly functions: number;
  readonly bytes: number;
  readonly nanoseconds: number;
  readonly corpusBytes: number;
}

/** The row of a module in a pass: a phase without a memset beside it. */
export function passRow(
  { engine, process, temperature }: RowContext,
  { phase }: PairedArms,
  { bytes, corpusBytes, functions, module, nanoseconds, round }: Passed,
): Measurement {
  return {
    ...{ engine, process, temperature, round, phase, module, functions, bytes },
    arm: `${phase}/${module}`,
    pair: '',
    order: '',
    sizeClass: 'all',
    calls: 1,
    nanoseconds: Math.round(nanoseconds),
    overheadNanoseconds: 0,
    stratumBytes: corpusBytes,
    kernel: '',
    regime: '',
    runDelayNanoseconds: undefined,
    involuntarySwitches: undefined,
    collectionNanoseconds: undefined,
    allocatedBytes: undefined,
    referenceBeforeNanoseconds: undefined,
    referenceAfterNanoseconds: undefined,
    flags: [],
  };
}

type Paired = Omit<Measurement, 'phase' | 'arm' | 'kernel' | 'regime'>;

function pairedRow(
  context: RowContext,
  pair: PairedArms,
  block: ObservedBlock,
  { round, order, flags }: Omit<Place, 'partner'>,
): Paired {
  return {
    ...commonRow(context, block, flags),
    round,
    pair: pair.name,
    order,
    module: pair.module,
    sizeClass: pair.sizeClass,
    functions: pair.sizeClass === 'all' && pair.phase === 'parse' ? 1 : pair.sizes.length,
    stratumBytes: pair.stratumBytes,
  };
}

type Common = Pick<
  Measurement,
  | 'engine'
  | 'process'
  | 'bytes'
  | 'calls'
  | 'nanoseconds'
  | 'overheadNanoseconds'
  | 'temperature'
  | 'runDelayNanoseconds'
  | 'involuntarySwitches'
  | 'collectionNanoseconds'
  | 'allocatedBytes'
  | 'referenceBeforeNanoseconds'
  | 'referenceAfterNanoseconds'
  | 'flags'
>;

function commonRow(
  { engine, process, temperature }: RowContext,
  block: ObservedBlock,
  flags: readonly Flag[],
): Common {
  return {
    engine,
    process,
    bytes: block.bytes,
    calls: block.calls,
    nanoseconds: Math.round(block.nanoseconds),
    overheadNanoseconds: Math.round(block.overheadNanoseconds ?? 0),
    temperature,
    runDelayNanoseconds: block.counters?.runDelayNanoseconds,
    involuntarySwitches: block.counters?.involuntarySwitches,
    collectionNanoseconds: block.collectionNanoseconds,
    allocatedBytes: block.allocatedBytes,
    referenceBeforeNanoseconds: block.referenceBeforeNanoseconds,
    referenceAfterNanoseconds: block.referenceAfterNanoseconds,
    flags: [...new Set<string>([...block.flags, ...flags])],
  };
}
