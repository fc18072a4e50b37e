import type { Effort } from '../schedule/effort.js';
import { standingForCorpus } from '../schedule/arm-plan.js';
import type { PlannedProcess } from '../schedule/process-plan.js';
import {
  OWN_SWEEP_ROUNDS,
  OWN_SWEEP_SETTLING_BLOCKS,
  ownSweepBlockNanoseconds,
} from '../process/own-sweep.js';
import type { Preflight } from '../process/preflight.js';

/** A request and its answer, and the guards' reading, around a block. */
const REQUEST_SECONDS = 0.00025;
/** An arm of memset takes about so many blocks' time to prepare: making it, and finding out how long a call takes. */
const PREPARING_BLOCKS = 4;
/** Fewest observations that an order-statistic interval of 95% takes: below it the numbers are worth nothing. */
export const FEWEST_OBSERVATIONS = 6;
/** Fewest observations whose interval leaves out the extremes: first calls differ so much that one with them tells little. */
const FEWEST_COLD_OBSERVATIONS = 9;

/** Kinds of processes that a run can do without, when there is no time for them. */
function isOptional({ kind, repetition }: PlannedProcess): boolean {
  switch (kind) {
    case 'warm':
      return false;
    case 'cold':
      return repetition >= FEWEST_COLD_OBSERVATIONS;
    case 'sweep':
    case 'curve':
    case 'opinion':
      return repetition > 0;
  }
}

/** How long processes take: first computed, then learnt from those that ran. */
export class DurationModel {
  private readonly seen = new Map<string, { seconds: number; count: number }>();

  constructor(
    private readonly effort: Effort,
    private readonly preflights: ReadonlyMap<string, Preflight>,
    /** How many sizes every warm process sweeps for a fit of its own. */
    private readonly ownSweepSizes: number,
  ) {}

  observe(process: PlannedProcess, seconds: number, rounds?: number): void {
    // Warm processes are normalised to the planned rounds, so that shortened ones do not mislead.
    const shortened =
      rounds === undefined ? 0 : (this.effort.rounds - rounds) * this.roundSeconds(process.engine);
    const key = this.keyOf(process);
    const known = this.seen.get(key) ?? { seconds: 0, count: 0 };
    this.seen.set(key, { seconds: known.seconds + seconds + shortened, count: known.count + 1 });
  }

  /** @param rounds of a warm process; the effort's unless told */
  seconds(process: PlannedProcess, rounds = this.effort.rounds): number {
    const known = this.seen.get(this.keyOf(process));
    const whole = known === undefined ? this.computed(process) : known.seconds / known.count;
    if (process.kind !== 'warm') return whole;
    return whole - (this.effort.rounds - rounds) * this.roundSeconds(process.engine);
  }

  total(processes: readonly PlannedProcess[], rounds?: number): number {
    return processes.reduce((sum, process) => sum + this.seconds(process, rounds), 0);
  }

  /** Processes that take equally long. */
  private keyOf(process: PlannedProcess): string {
    const { engine, kind, pair } = process;
    return `${engine} ${kind} ${compares(process, this.effort) ? 'comparing' : (pair ?? '')}`;
  }

  /** One round over all pairs of an engine. */
  private roundSeconds(engine: string): number {
    const { pairs, nanosecondsPerCall } = this.preflights.get(engine)!;
    const { blockNanoseconds } = this.effort;
    return pairs.reduce((sum, { name }) => {
      // Warm calls are several times faster than the first one that the preflight saw.
      const block = Math.max(blockNanoseconds, nanosecondsPerCall.get(name)! / 4) / 1e9;
      return sum + 2 * (block + REQUEST_SECONDS);
    }, 0);
  }

  /** Making the other kernels and regimes ready, and their rounds. */
  private comparisonSeconds(engine: string): number {
    const pairs = standingForCorpus(this.preflights.get(engine)!.pairs);
    const { blockNanoseconds, comparisonRounds } = this.effort;
    const block = blockNanoseconds / 2 / 1e9 + REQUEST_SECONDS;
    const sizes = new Set(pairs.map((pair) => pair.sizes.join())).size;
    return sizes * pairs[0]!.baselines.length * block * (PREPARING_BLOCKS + comparisonRounds);
  }

  private ownSweepSeconds(): number {
    const block = ownSweepBlockNanoseconds(this.effort) / 1e9 + REQUEST_SECONDS;
    return this.ownSweepSizes * block * (PREPARING_BLOCKS + OWN_SWEEP_SETTLING_BLOCKS + OWN_SWEEP_ROUNDS);
  }

  private computed(process: PlannedProcess): number {
    const { startSeconds, pairs } = this.preflights.get(process.engine)!;
    const { effort } = this;
    const block = effort.blockNanoseconds / 1e9 + REQUEST_SECONDS;
    switch (process.kind) {
      case 'warm': {
        const warmUp = (effort.leastWarmUpMilliseconds + effort.mostWarmUpMilliseconds) / 2000;
        const rounds = effort.rounds * this.roundSeconds(process.engine);
        return (
          startSeconds +
          warmUp +
          rounds +
          this.ownSweepSeconds() +
          (compares(process, effort) ? this.comparisonSeconds(process.engine) : 0)
        );
      }
      case 'cold':
        return 0.1 + startSeconds / 4;
      case 'curve':
        return startSeconds + Math.max(effort.curveCalls, effort.curveFunctions) * 5e-5;
      case 'sweep':
        return 0.3 + (effort.sweepRounds + 1) * (400 / Math.log2(effort.sweepFactor)) * block;
      case 'opinion': {
        // Two arms by two instruments, four slices of 10 ms each, and finding out how long a call takes.
        const perPair = 0.2 + 10 * block;
        return (
          startSeconds + effort.mostWarmUpMilliseconds / 1000 + standingForCorpus(pairs).length * perPair
        );
      }
    }
  }
}

function compares({ kind, repetition }: PlannedProcess, { comparisonProcesses }: Effort): boolean {
  return kind === 'warm' && repetition < comparisonProcesses;
}

/** Whether a process is one without which there is no interval: it is measured whatever it takes. */
function isNeeded({ kind }: PlannedProcess, warmDone: number): boolean {
  return kind === 'warm' && warmDone < FEWEST_OBSERVATIONS;
}

/** The warm processes without which there is no interval. */
export function neededWarm(
  remaining: readonly PlannedProcess[],
  warmDone: (engine: string) => number,
): readonly PlannedProcess[] {
  const engines = [...new Set(remaining.map(({ engine }) => engine))];
  return engines.flatMap((engine) =>
    remaining
      .filter((process) => process.kind === 'warm' && process.engine === engine)
      .filter((process, before) => isNeeded(process, warmDone(engine) + before)),
  );
}

/** @param owedSeconds what is measured whatever is left of the budget */
export function expectedSeconds(secondsLeft: number, plannedSeconds: number, owedSeconds: number): number {
  return Math.max(0, owedSeconds, Math.min(secondsLeft, plannedSeconds));
}

/** What to do with the next process so that the run ends in time. */
export type Decision =
  | { readonly run: true; readonly rounds: number }
  | { readonly run: false; readonly reason: 'optional' | 'out-of-time' };

/**
 * Decides on one process when `remaining` (it included) are still to come and `secondsLeft` are left. Rounds are shortened
 * first, for all that are left alike; then what is optional is left out; at last measuring ends. The decision hangs on
 * time alone, never on what was measured.
 */
export function decide(
  model: DurationModel,
  effort: Effort,
  remaining: readonly PlannedProcess[],
  secondsLeft: number,
  warmDone: number,
): Decision {
  const [next] = remaining;
  const full = model.total(remaining);
  if (full <= secondsLeft) return { run: true, rounds: effort.rounds };
  const shortest = model.total(remaining, effort.leastRounds);
  if (shortest <= secondsLeft) {
    const share = (secondsLeft - shortest) / (full - shortest);
    return {
      run: true,
      rounds: Math.floor(effort.leastRounds + share * (effort.rounds - effort.leastRounds)),
    };
  }
  if (isOptional(next!)) return { run: false, reason: 'optional' };
  if (!isNeeded(next!, warmDone) && model.seconds(next!, effort.leastRounds) > secondsLeft)
    return { run: false, reason: 'out-of-time' };
  return { run: true, rounds: effort.leastRounds };
}
