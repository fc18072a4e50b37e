import { isDisturbed } from '@wasm-dyno/reports/noise';
import { MEMSET_REGIMES, type Measurement, type MemsetRegime } from '@wasm-dyno/reports/recorded-run';
import { groupBy } from './group-by.js';
import { collectionCharges } from './collection-charge.js';

/** A phase block and the memset block beside it, of equal bytes per call. */
export interface BlockPair {
  readonly phase: Measurement;
  readonly memset: Measurement;
  readonly kernel: string;
  readonly regime: MemsetRegime;
  /** Phase time / memset time at equal bytes, both without collections where warm. */
  readonly ratio: number;
  /** Without collections where warm; a first call pays for what it meets. */
  readonly phaseNanosecondsPerByte: number;
  readonly memsetNanosecondsPerByte: number;
  /** What collecting the phase's garbage costs per byte, wherever it was collected; 0 where cold. */
  readonly collectionNanosecondsPerByte: number;
  /** Of both blocks. */
  readonly flags: ReadonlySet<string>;
  /** Whether others had a hand in either block. */
  readonly isDisturbed: boolean;
}

/** A primary memset block and one of another kernel or regime, of the same sizes in the same round. */
export interface MemsetComparison {
  readonly primary: Measurement;
  readonly other: Measurement;
  readonly isDisturbed: boolean;
}

export interface SortedBlocks {
  readonly pairs: readonly BlockPair[];
  readonly comparisons: readonly MemsetComparison[];
  /** Memset blocks of the size sweep. */
  readonly sweep: readonly Measurement[];
  /** What passes over all real modules took for each. */
  readonly passes: readonly Measurement[];
  /** Blocks of no use: no time, no bytes, no partner. */
  readonly unusable: number;
}

/** Joins phase blocks and memset blocks by their pair, memsets among themselves, and tells sweep and passes apart. */
export function sortBlocks(measurements: Iterable<Measurement>): SortedBlocks {
  const paired: Measurement[] = [];
  const sweep: Measurement[] = [];
  const passes: Measurement[] = [];
  let unusable = 0;
  for (const measurement of measurements) {
    if (!(measurement.nanoseconds > 0 && measurement.bytes > 0 && measurement.calls > 0)) unusable++;
    else if (measurement.pair !== '') paired.push(measurement);
    else if (measurement.phase === 'memset') sweep.push(measurement);
    else passes.push(measurement);
  }
  const charge = collectionCharges(paired.filter(({ temperature }) => temperature === 'warm'));
  const groups = [...groupBy(paired, pairKey).values()];
  const primaries = primaryMemsets(groups);
  const pairs: BlockPair[] = [];
  const comparisons: MemsetComparison[] = [];
  for (const group of groups) {
    const phases = group.filter(({ phase }) => phase !== 'memset');
    const memsets = group.filter(({ phase, regime }) => phase === 'memset' && regime !== '');
    const isPrimary = (row: Measurement): boolean => kernelAndRegime(row) === primaries.get(armKey(row));
    const ours = memsets.filter(isPrimary);
    const others = memsets.filter((row) => !isPrimary(row));
    for (const phase of phases) pairs.push(...ours.map((memset) => blockPair(phase, memset, charge)));
    for (const primary of ours) comparisons.push(...others.map((other) => comparison(primary, other)));
    const isUsed = ours.length > 0 && (phases.length > 0 || others.length > 0);
    unusable += isUsed ? group.length - phases.length - memsets.length : group.length;
  }
  return { pairs, comparisons, sweep, passes, unusable };
}

function blockPair(phase: Measurement, memset: Measurement, charge: (row: Measurement) => number): BlockPair {
  const phaseNanosecondsPerByte = undisturbedByCollections(phase) / phase.bytes;
  const memsetNanosecondsPerByte = undisturbedByCollections(memset) / memset.bytes;
  return {
    phase,
    memset,
    kernel: memset.kernel,
    regime: memset.regime as MemsetRegime,
    ratio: phaseNanosecondsPerByte / memsetNanosecondsPerByte,
    phaseNanosecondsPerByte,
    memsetNanosecondsPerByte,
    collectionNanosecondsPerByte: phase.temperature === 'warm' ? charge(phase) : 0,
    flags: new Set([...phase.flags, ...memset.flags]),
    isDisturbed: isDisturbed(phase) || isDisturbed(memset),
  };
}

function comparison(primary: Measurement, other: Measurement): MemsetComparison {
  return { primary, other, isDisturbed: isDisturbed(primary) || isDisturbed(other) };
}

/** A warm block's time without the collections that fell into it. */
function undisturbedByCollections(row: Measurement): number {
  const { nanoseconds, collectionNanoseconds = 0, temperature } = row;
  return temperature === 'warm' ? Math.max(1, nanoseconds - collectionNanoseconds) : nanoseconds;
}

/** The memset that each arm's phase blocks stand beside: what the phase rows name, else the hottest that is there. */
function primaryMemsets(groups: readonly (readonly Measurement[])[]): Map<string, string> {
  const primaries = new Map<string, string>();
  for (const group of groups) {
    const phase = group.find((row) => row.phase !== 'memset');
    if (phase === undefined) continue;
    const memsets = group.filter((row) => row.phase === 'memset' && row.regime !== '');
    const hottest = [...memsets].sort(
      (a, b) =>
        MEMSET_REGIMES.indexOf(a.regime as MemsetRegime) - MEMSET_REGIMES.indexOf(b.regime as MemsetRegime),
    )[0];
    const primary = phase.kernel !== '' ? phase : hottest;
    if (primary !== undefined) primaries.set(armKey(phase), kernelAndRegime(primary));
  }
  return primaries;
}

function kernelAndRegime({ kernel, regime }: Measurement): string {
  return `${regime} ${kernel}`;
}

function armKey({ engine, temperature, pair }: Measurement): string {
  return JSON.stringify([engine, temperature, pair]);
}

function pairKey(m: Measurement): string {
  return JSON.stringify([m.engine, m.temperature, m.process, m.round, m.pair]);
}
