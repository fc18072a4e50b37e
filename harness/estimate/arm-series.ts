import {
  MEASURED_PHASES,
  MEMSET_REGIMES,
  type MeasuredPhase,
  type Measurement,
  type MemsetRegime,
  type Temperature,
  type SizeClassName,
} from '@wasm-dyno/reports/recorded-run';
import { trimmedMean } from '../statistics/index.js';
import type { BlockPair } from './block-pair.js';
import { groupBy } from './group-by.js';

/**
 * What one process execution says about one arm: means over its rounds without the outermost tenth to either side. Charges must add up to
 * times, which medians do not.
 */
export interface ArmInProcess {
  readonly process: number;
  readonly rounds: number;
  /** Phase / memset, collecting the phase's garbage included; drift that hits both blocks of a pair cancels. */
  readonly ratio: number;
  readonly memsetNanosecondsPerByte: number;
  /** ratio x memset, so that the three agree. */
  readonly phaseNanosecondsPerByte: number;
  /** The part of it that is collecting the phase's garbage. */
  readonly collectionNanosecondsPerByte: number;
}

/** One arm over all process executions. */
export interface ArmSeries {
  readonly arm: string;
  /** Name of the module that it handles, or of how many. */
  readonly module: string;
  readonly sizeClass: SizeClassName;
  /** Bytes of the corpus that it stands for. */
  readonly stratumBytes: number;
  /** Mean size of what it handles: bytes per function, or per module. */
  readonly bytesPerFunction: number;
  /** Arms of equal key fill the same sizes, whatever their phase. */
  readonly sizesKey: string;
  /** Functions that a call handles; 1 where the unit is the module. */
  readonly functions: number;
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

/**
 * Groups pairs by engine, temperature, phase and memset, and boils each arm down to a line per process. The outcome, to the
 * last bit, does not depend on the order of the pairs.
 */
export function phaseSeries(pairs: readonly BlockPair[]): PhaseSeries[] {
  const groups = groupBy(pairs, ({ phase, kernel, regime }) =>
    JSON.stringify([phase.engine, phase.temperature, phase.phase, kernel, regime]),
  );
  const series = [...groups.values()].map((group): PhaseSeries => {
    const { phase, kernel, regime } = group[0]!;
    return {
      engine: phase.engine,
      temperature: phase.temperature,
      phase: phase.phase as PhaseSeries['phase'],
      kernel,
      regime,
      pairs: group,
      arms: [...groupBy(group, (pair) => pair.phase.arm).values()].map(armSeries).sort(byArm),
    };
  });
  return series.sort(inReportingOrder);
}

function byArm(a: ArmSeries, b: ArmSeries): number {
  return a.arm < b.arm ? -1 : 1;
}

/** By engine, warm first, phases as they follow each other, the memset of most pairs (the primary one) first. */
function inReportingOrder(a: PhaseSeries, b: PhaseSeries): number {
  return (
    compareText(a.engine, b.engine) ||
    -compareText(a.temperature, b.temperature) ||
    MEASURED_PHASES.indexOf(a.phase) - MEASURED_PHASES.indexOf(b.phase) ||
    b.pairs.length - a.pairs.length ||
    compareText(a.kernel, b.kernel) ||
    MEMSET_REGIMES.indexOf(a.regime) - MEMSET_REGIMES.indexOf(b.regime)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function armSeries(pairs: readonly BlockPair[]): ArmSeries {
  const { arm, module, sizeClass, stratumBytes, functions, bytes, calls } = pairs[0]!.phase;
  const processes = [...groupBy(pairs, (pair) => pair.phase.process)]
    .sort(([a], [b]) => a - b)
    .map(([process, rounds]) => {
      const memsetNanosecondsPerByte = trimmedMean(rounds.map((pair) => pair.memsetNanosecondsPerByte));
      const { collectionNanosecondsPerByte } = rounds[0]!;
      const ratio =
        trimmedMean(rounds.map((pair) => pair.ratio)) +
        collectionNanosecondsPerByte / memsetNanosecondsPerByte;
      return {
        process,
        rounds: rounds.length,
        ratio,
        memsetNanosecondsPerByte,
        phaseNanosecondsPerByte: ratio * memsetNanosecondsPerByte,
        collectionNanosecondsPerByte,
      };
    });
  const bytesPerFunction = bytes / calls / functions;
  return {
    arm,
    module,
    sizeClass,
    stratumBytes,
    bytesPerFunction,
    functions,
    sizesKey: sizesKey(pairs[0]!.phase),
    processes,
  };
}

/** Of a row: equal where the same sizes are filled. */
export function sizesKey(row: Pick<Measurement, 'sizeClass' | 'functions' | 'bytes' | 'calls'>): string {
  return `${row.sizeClass} ${row.functions} ${row.bytes / row.calls}`;
}
