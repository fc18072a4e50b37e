import type { FunctionSizeClass, MeasuredPhase, MemsetRegime, Temperature } from '../measurement.js';
import { median } from '../statistics/index.js';
import type { BlockPair } from './block-pair.js';

/** What one process execution says about one arm: medians over its rounds. */
export interface ArmInProcess {
  readonly process: number;
  readonly rounds: number;
  /** Median of the pairs' ratios; drift that hits both blocks of a pair cancels. */
  readonly ratio: number;
  readonly memsetNanosecondsPerByte: number;
  /** ratio x memset, so that the three agree. */
  readonly phaseNanosecondsPerByte: number;
}

/** One arm over all process executions. */
export interface ArmSeries {
  readonly arm: string;
  readonly functionSizeClass: FunctionSizeClass;
  /** Bytes of the corpus that it stands for. */
  readonly stratumBytes: number;
  /** Mean size of what it handles: bytes per function, or per module. */
  readonly bytesPerFunction: number;
  /** By process, ascending. */
  readonly processes: readonly ArmInProcess[];
}

/** All arms of one phase against one memset. */
export interface PhaseSeries {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: Exclude<MeasuredPhase, 'memset'>;
  readonly kernel: string;
  readonly regime: MemsetRegime;
  readonly pairs: readonly BlockPair[];
  readonly arms: readonly ArmSeries[];
}

/** Groups pairs by engine, temperature, phase and memset, and boils each arm down to a line per process. */
export function phaseSeries(pairs: readonly BlockPair[]): PhaseSeries[] {
  const groups = groupBy(pairs, ({ phase, kernel, regime }) =>
    JSON.stringify([phase.engine, phase.temperature, phase.phase, kernel, regime]),
  );
  return [...groups.values()].map((group) => {
    const { phase, kernel, regime } = group[0]!;
    return {
      engine: phase.engine,
      temperature: phase.temperature,
      phase: phase.phase as PhaseSeries['phase'],
      kernel,
      regime,
      pairs: group,
      arms: [...groupBy(group, (pair) => pair.phase.arm).values()].map(armSeries),
    };
  });
}

function armSeries(pairs: readonly BlockPair[]): ArmSeries {
  const { arm, functionSizeClass, stratumBytes, functions, bytes, calls } = pairs[0]!.phase;
  const processes = [...groupBy(pairs, (pair) => pair.phase.process)]
    .sort(([a], [b]) => a - b)
    .map(([process, rounds]) => {
      const ratio = median(rounds.map((pair) => pair.ratio));
      const memsetNanosecondsPerByte = median(rounds.map((pair) => pair.memsetNanosecondsPerByte));
      return {
        process,
        rounds: rounds.length,
        ratio,
        memsetNanosecondsPerByte,
        phaseNanosecondsPerByte: ratio * memsetNanosecondsPerByte,
      };
    });
  return { arm, functionSizeClass, stratumBytes, bytesPerFunction: bytes / calls / functions, processes };
}

/** The items by key, keys in order of first appearance. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group === undefined) groups.set(k, [item]);
    else group.push(item);
  }
  return groups;
}
