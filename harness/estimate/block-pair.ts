import { isDisturbed } from '../guards/flags.js';
import type { Measurement, MemsetRegime } from '@wasm-dyno/reports/recorded-run';

/** A phase block and a memset block beside it, of equal bytes per call. */
export interface BlockPair {
  readonly phase: Measurement;
  readonly memset: Measurement;
  readonly kernel: string;
  readonly regime: MemsetRegime;
  /** Phase time / memset time at equal bytes. */
  readonly ratio: number;
  readonly phaseNanosecondsPerByte: number;
  readonly memsetNanosecondsPerByte: number;
  /** Of both blocks. */
  readonly flags: ReadonlySet<string>;
  /** Whether others had a hand in either block. */
  readonly isDisturbed: boolean;
}

export interface SortedBlocks {
  readonly pairs: readonly BlockPair[];
  /** Memset blocks of the size sweep. */
  readonly sweep: readonly Measurement[];
  /** Blocks of no use: no time, no bytes, no partner. */
  readonly unusable: number;
}

/** Joins phase blocks and memset blocks by their pair, and tells the sweep apart. */
export function sortBlocks(measurements: Iterable<Measurement>): SortedBlocks {
  const phases = new Map<string, Measurement>();
  const memsets: Measurement[] = [];
  const sweep: Measurement[] = [];
  let unusable = 0;
  for (const measurement of measurements) {
    if (!(measurement.nanoseconds > 0 && measurement.bytes > 0 && measurement.calls > 0)) unusable++;
    else if (measurement.phase === 'memset') (measurement.pair === '' ? sweep : memsets).push(measurement);
    else if (measurement.pair === '') unusable++;
    else phases.set(pairKey(measurement), measurement);
  }
  const joined = new Set<Measurement>();
  const pairs: BlockPair[] = [];
  for (const memset of memsets) {
    const phase = phases.get(pairKey(memset));
    if (phase === undefined || memset.regime === '') {
      unusable++;
      continue;
    }
    joined.add(phase);
    const phaseNanosecondsPerByte = phase.nanoseconds / phase.bytes;
    const memsetNanosecondsPerByte = memset.nanoseconds / memset.bytes;
    pairs.push({
      phase,
      memset,
      kernel: memset.kernel,
      regime: memset.regime,
      ratio: phaseNanosecondsPerByte / memsetNanosecondsPerByte,
      phaseNanosecondsPerByte,
      memsetNanosecondsPerByte,
      flags: new Set([...phase.flags, ...memset.flags]),
      isDisturbed: isDisturbed(phase) || isDisturbed(memset),
    });
  }
  return { pairs, sweep, unusable: unusable + phases.size - joined.size };
}

function pairKey(m: Measurement): string {
  return JSON.stringify([m.engine, m.temperature, m.process, m.round, m.pair]);
}
