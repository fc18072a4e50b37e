import type { Effort } from './effort.js';
import { Random } from '@wasm-dyno/corpora/random';

/**
 * What a process execution is for. `warm`: rounds over all pairs. `cold`: first calls. `sweep`: memset
 * over all sizes, kernels and regimes. `curve`: each of the first calls timed by itself. `opinion`: the same arms by
 * another instrument.
 */
export type ProcessKind = 'warm' | 'cold' | 'sweep' | 'curve' | 'opinion';

/** One process execution of the plan. It depends on the plan's inputs and its own slot alone. */
export interface PlannedProcess {
  /** Place in the plan, from 0. */
  readonly slot: number;
  readonly engine: string;
  readonly kind: ProcessKind;
  /** Number among the engine's processes of this kind. */
  readonly repetition: number;
  /** Name of the pair whose phase is timed, cold: of the first in the group; cold and curve only. */
  readonly pair: string | undefined;
  /** Bytes by which its environment is longer: moves the stack, and what lies on it. */
  readonly environmentBytes: number;
}

export interface PlannedEngine {
  readonly engine: string;
  /** What cold processes time, one process per group and repetition: names of the groups' first pairs. */
  readonly coldGroups: readonly string[];
  readonly curvePairs: readonly string[];
  readonly secondOpinion: boolean;
}

/**
 * All process executions, in the order in which they run. Engines take turns, and so do the kinds: a slow drift of the
 * machine meets all of them alike.
 */
export function planProcesses(
  engines: readonly PlannedEngine[],
  effort: Effort,
  seed: number,
): PlannedProcess[] {
  const planned: Omit<PlannedProcess, 'slot' | 'environmentBytes'>[] = [];
  for (let repetition = 0; repetition < mostRepetitions(effort); repetition++) {
    // Whoever goes first changes from repetition to repetition.
    const turn = engines.map((_, i) => engines[(i + repetition) % engines.length]!);
    for (const { engine, coldGroups, curvePairs, secondOpinion } of turn) {
      const common = { engine, repetition };
      const add = (kind: ProcessKind, pair?: string): void => {
        planned.push({ ...common, kind, pair });
      };
      if (repetition < effort.processes) add('warm');
      if (repetition < effort.coldProcesses) for (const first of coldGroups) add('cold', first);
      if (repetition < effort.sweepProcesses) add('sweep');
      if (repetition < effort.curveProcesses) for (const pair of curvePairs) add('curve', pair);
      if (repetition < effort.opinionProcesses && secondOpinion) add('opinion');
    }
  }
  return planned.map((process, slot) => ({
    ...process,
    slot,
    environmentBytes: environmentBytes(seed, slot),
  }));
}

function mostRepetitions(effort: Effort): number {
  const { processes, coldProcesses, sweepProcesses, curveProcesses, opinionProcesses } = effort;
  return Math.max(processes, coldProcesses, sweepProcesses, curveProcesses, opinionProcesses);
}

/** More warm processes for every engine, after those planned so far. */
export function extendPlan(
  plan: readonly PlannedProcess[],
  processes: number,
  seed: number,
): PlannedProcess[] {
  const engines = [...new Set(plan.map(({ engine }) => engine))];
  const extended = [...plan];
  for (let repetition = warmProcesses(plan); repetition < processes; repetition++) {
    for (const engine of engines) {
      const slot = extended.length;
      const environment = environmentBytes(seed, slot);
      extended.push({
        slot,
        engine,
        kind: 'warm',
        repetition,
        pair: undefined,
        environmentBytes: environment,
      });
    }
  }
  return extended;
}

function warmProcesses(plan: readonly PlannedProcess[]): number {
  return 1 + Math.max(-1, ...plan.filter(({ kind }) => kind === 'warm').map(({ repetition }) => repetition));
}

function environmentBytes(seed: number, slot: number): number {
  return new Random(seed, 'environment', slot).integer(0, 255) * 16 + 1;
}
