import type { Bounded } from './bounded.js';
import { isDisturbed } from './noise/index.js';
import type { MeasuredPhase, Measurement, Temperature } from './recorded-run/index.js';
import { median, quartiles } from './sample.js';

/** What one arm took: a phase over one list of functions. */
export interface ArmTime {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: MeasuredPhase;
  readonly arm: string;
  readonly module: string;
  readonly sizeClass: string;
  /** Of one function; of one module where a call handles whole modules. */
  readonly meanBytes: number;
  /** How many of them a call handled. */
  readonly functions: number;
  /** Median over processes, between their quartiles. */
  readonly nanosecondsPerByte: Bounded;
  readonly stratumBytes: number;
  readonly processes: number;
}

/** Parts of some blocks, 0 to 1. */
export interface BlockShares {
  /** That others disturbed. */
  readonly disturbedShare: number;
  /** That nobody disturbed, and that carry a flag all the same: the engine's own collections, not yet warm. */
  readonly flaggedShare: number;
}

/** What one process execution took for one phase: its arms weighted by the bytes they stand for. */
export interface ProcessTime extends BlockShares {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: MeasuredPhase;
  readonly process: number;
  readonly nanosecondsPerByte: number;
}

/** A run's blocks by arm. Memsets are left out. */
export function armTimes(measurements: readonly Measurement[]): ArmTime[] {
  const phases = measurements.filter(isTimed);
  return [...grouped(phases, ({ engine, temperature, phase, arm }) => [engine, temperature, phase, arm])].map(
    (rows) => {
      const [{ engine, temperature, phase, arm, module, sizeClass, stratumBytes }] = rows as [Measurement];
      const perProcess = [...grouped(rows, ({ process }) => [process])].map((own) =>
        median(own.map(perByte)),
      );
      return {
        ...{ engine, temperature, phase, arm, module, sizeClass, stratumBytes },
        meanBytes: median(rows.map(({ bytes, calls, functions }) => bytes / (calls * functions))),
        functions: median(rows.map(({ functions }) => functions)),
        nanosecondsPerByte: quartiles(perProcess),
        processes: perProcess.length,
      };
    },
  );
}

/** A run's blocks by process execution; only executions that measured every arm of the phase can be compared. */
export function processTimes(measurements: readonly Measurement[]): ProcessTime[] {
  const phases = measurements.filter(isTimed);
  return [...grouped(phases, ({ engine, temperature, phase }) => [engine, temperature, phase])].flatMap(
    (rows) => {
      const arms = new Set(rows.map(({ arm }) => arm)).size;
      return [...grouped(rows, ({ process }) => [process])].flatMap((own): ProcessTime[] => {
        const [{ engine, temperature, phase, process }] = own as [Measurement];
        const byArm = [...grouped(own, ({ arm }) => [arm])];
        if (byArm.length !== arms) return [];
        const weight = byArm.reduce((sum, [row]) => sum + row!.stratumBytes, 0);
        const time = byArm.reduce(
          (sum, blocks) => sum + blocks[0]!.stratumBytes * median(blocks.map(perByte)),
          0,
        );
        return [
          {
            engine,
            temperature,
            phase,
            process,
            nanosecondsPerByte: time / weight,
            ...blockShares(own),
          },
        ];
      });
    },
  );
}

/** Of each process execution, by its number, all its blocks. */
export function sharesByProcess(measurements: readonly Measurement[]): ReadonlyMap<number, BlockShares> {
  return new Map(
    [...grouped(measurements, ({ process }) => [process])].map((own) => [own[0]!.process, blockShares(own)]),
  );
}

function blockShares(rows: readonly Measurement[]): BlockShares {
  const disturbed = rows.filter(isDisturbed).length;
  const flagged = rows.filter((row) => row.flags.length > 0 && !isDisturbed(row)).length;
  return { disturbedShare: disturbed / rows.length, flaggedShare: flagged / rows.length };
}

/** A memset is no phase, and a block of nothing has no time per byte. */
function isTimed({ bytes, calls, functions, nanoseconds, phase }: Measurement): boolean {
  return (
    phase !== 'memset' && bytes > 0 && calls > 0 && functions > 0 && Number.isFinite(nanoseconds / bytes)
  );
}

function perByte({ nanoseconds, bytes }: Measurement): number {
  return nanoseconds / bytes;
}

/** The rows that share a key, in the order of their first. */
export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly unknown[]): Iterable<Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups.values();
}
