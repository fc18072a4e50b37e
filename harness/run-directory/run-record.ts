import type { ProfileCorpus, ProfileMachine } from '../../engine/fuel/hardware-profile.js';
import type { Fitness } from '../machine/fitness.js';
import type { ProcessKind } from '../schedule/process-plan.js';
import type { Description } from '../targets/protocol.js';

export const RUN_SCHEMA_VERSION = 1;

/** `run.json`: all there is to know about a run but its rows. */
export interface RunRecord {
  readonly kind: 'wasm-dyno-run';
  readonly schemaVersion: typeof RUN_SCHEMA_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** `running` is also what a run that was killed says. */
  readonly state: 'running' | 'finished' | 'interrupted';
  readonly seed: number;
  /** As given on the command line; resuming uses them again. */
  readonly options: RunOptions;
  readonly machine: ProfileMachine;
  /** When the run began, and again for each resumption. */
  readonly fitness: readonly Fitness[];
  readonly engines: readonly RecordedEngine[];
  readonly corpora: readonly ProfileCorpus[];
  /** Digest over all modules, in order: what resuming compares. */
  readonly corpusDigest: string;
  readonly skippedModules: readonly SkippedModule[];
  readonly plan: RecordedPlan;
  readonly processes: readonly ProcessRecord[];
  readonly secondOpinions: readonly SecondOpinion[];
  /** Why measuring ended; null while it goes on. */
  readonly ended: RunEnd | null;
  readonly warnings: readonly string[];
}

export interface RunOptions {
  readonly modules: readonly string[];
  readonly corpora: readonly string[];
  readonly engines: readonly string[];
  readonly effort: string;
  /** Wanted relative half-width of each recommended multiplier's interval, for example 0.03. */
  readonly precision: number | null;
  readonly policy: 'warm' | 'cold-start';
  /** Whether a profile is written although the data are insufficient; absent in runs of earlier versions. */
  readonly force?: boolean;
}

export interface RecordedEngine {
  /** Name under which its rows stand. */
  readonly name: string;
  /** What the target is, in a few words; absent for a user's own program. */
  readonly about?: string;
  readonly command: readonly string[];
  /** What it said of itself; null when it never came to it. */
  readonly description: Description | null;
  /** Why it was given up; null when it was not. */
  readonly failure: string | null;
  /**
   * Its reference loop at its best, in this run or an earlier one on this machine, nanoseconds: what `contended` is judged by. Null
   * when it tells none.
   */
  readonly referenceNanoseconds: number | null;
}

export interface SkippedModule {
  readonly module: string;
  readonly engine: string | null;
  readonly reason: string;
  readonly offset: number | null;
}

export interface RecordedPlan {
  readonly processes: number;
  /** Warm process executions per engine, those in place of disturbed ones included. */
  readonly warmProcesses: number;
  readonly rounds: number;
  readonly blockNanoseconds: number;
  readonly budgetSeconds: number;
  /** What was announced before the first process. */
  readonly estimatedSeconds: number;
  /**
   * With a wanted precision: after how many warm processes the intervals are looked at, and between which ranks they then
   * lie, so wide that all looks cover together. Declared before the first process.
   */
  readonly looks: readonly { readonly processes: number; readonly ranks: readonly [number, number] }[];
}

export interface ProcessRecord {
  /** The number in the rows; unique in the run. */
  readonly process: number;
  /** Place in the plan. Two executions have one slot when the first was cut short. */
  readonly slot: number;
  readonly engine: string;
  readonly kind: ProcessKind;
  readonly state: 'running' | 'complete' | 'interrupted' | 'failed';
  readonly startedAt: string;
  readonly seconds: number | null;
  /** Rounds completed; warm only. */
  readonly rounds: number | null;
  /** Of its time, what it waited for a core that nobody else had part of; warm only. */
  readonly waitedSeconds: number | null;
  /** CPU time that the hypervisor took meanwhile, 0 to 1; null where it is not told. */
  readonly stealShare: number | null;
  /** Cores that other programs kept busy meanwhile; null where it is not told, or the execution was too short to tell. */
  readonly othersBusyCores: number | null;
  readonly failure: string | null;
}

export interface SecondOpinion {
  readonly engine: string;
  readonly process: number;
  /** The pair whose arms were measured. */
  readonly arm: string;
  readonly instrument: string;
  readonly phase: string;
  readonly functionSizeClass: string;
  readonly phaseNanosecondsPerCall: number;
  readonly phaseRelativeMargin: number;
  readonly memsetNanosecondsPerCall: number;
  readonly memsetRelativeMargin: number;
  readonly kernel: string;
  readonly regime: string;
  /** Phase / memset by the other instrument. */
  readonly ratio: number;
  /** Ours in the same process: median over a few rounds. */
  readonly ownRatio: number;
  /** ratio / ownRatio - 1. */
  readonly disagreement: number;
}

export interface RunEnd {
  readonly reason: 'plan-complete' | 'precision-reached' | 'budget-spent' | 'interrupted' | 'targets-failed';
  /** For people. */
  readonly sentence: string;
}
