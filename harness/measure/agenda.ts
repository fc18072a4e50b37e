import { counted } from '@wasm-dyno/reports/wording';
import type { RunEnd } from '@wasm-dyno/reports/recorded-run';
import {
  extendPlan,
  planProcesses,
  type PlannedEngine,
  type PlannedProcess,
} from '../schedule/process-plan.js';
import { disturbedWarmProcesses, sittings, warmDone } from './completed-processes.js';
import { PrecisionGoal } from './precision.js';
import type { EnginePlan, RunContext } from '../process/run-process.js';
import { ownSweepSizes } from '../process/own-sweep.js';
import { decide, DurationModel, expectedSeconds, neededWarm } from './time-budget.js';

/** What a run does next. */
export type Step =
  | { readonly kind: 'measure'; readonly process: PlannedProcess; readonly rounds: number }
  | { readonly kind: 'extend'; readonly plan: readonly PlannedProcess[]; readonly message: string }
  | { readonly kind: 'end'; readonly end: RunEnd };

/**
 * What is still to be measured, and what the time allows. The agenda decides by time and by the guards' flags alone, never by
 * what was measured; a wanted precision looks at intervals at moments that were declared before.
 */
export class Agenda {
  private plan: readonly PlannedProcess[];
  private queue: readonly PlannedProcess[];
  private readonly goal: PrecisionGoal | undefined;
  private readonly model: DurationModel;
  /** Engines that failed for good. */
  private readonly givenUp = new Set<string>();
  private leftOut = 0;
  /** Warm processes in place of disturbed ones that there was no time for. */
  private replacementsLeftOut = 0;
  /** Whether a process was measured since the agenda last asked for more. */
  private isAskedForMore: boolean;
  readonly budgetSeconds: number;

  /** @param begin when the run began, by `performance.now()` */
  constructor(
    private readonly run: RunContext,
    precision: number | null,
    private readonly begin: number,
  ) {
    const { effort, directory, seed } = run;
    this.model = new DurationModel(effort, this.preflights, ownSweepSizes(run).length);
    this.budgetSeconds = effort.budgetSeconds * run.engines.size;
    const planned = (processes: number): PlannedProcess[] =>
      planProcesses([...run.engines].map(plannedEngine), { ...effort, processes }, seed);
    this.plan = planned(effort.processes);
    this.goal = PrecisionGoal.of(precision, directory, this.preflights, (processes) => {
      const longer = extendPlan(this.plan, processes, seed);
      return this.model.total(longer.filter(this.isDue)) <= this.secondsLeft;
    });
    this.plan =
      this.goal === undefined
        ? extendPlan(this.plan, directory.record.plan.warmProcesses, seed)
        : extendPlan(planned(this.goal.looks[0]!.processes), this.goal.nextLook, seed);
    this.queue = this.plan.filter(this.isDue);
    // Where a resumed run has measured its plan, what is left to do is what comes behind the last process.
    this.isAskedForMore = this.queue.length > 0;
    directory.update({
      plan: {
        ...directory.record.plan,
        processes: this.plan.length,
        budgetSeconds: this.budgetSeconds,
        estimatedSeconds: this.estimatedSeconds(),
        looks: this.goal?.looks ?? [],
      },
    });
  }

  get done(): number {
    return this.plan.length - this.queue.length;
  }

  get total(): number {
    return this.plan.length;
  }

  /** Processes that are still to come. */
  get due(): number {
    return this.queue.length;
  }

  get pairs(): number {
    return [...this.run.engines.values()].reduce((sum, { preflight }) => sum + preflight.pairs.length, 0);
  }

  /**
   * What the plan still takes: no longer than the budget, but for the warm processes that are measured whatever they take. Never negative.
   *
   * @param rounds of the warm processes; the effort's unless told
   */
  estimatedSeconds(rounds?: number): number {
    const { effort, directory } = this.run;
    const owed = neededWarm(this.queue, (engine) => warmDone(directory.record, engine)).filter(
      ({ engine }) => !this.givenUp.has(engine),
    );
    const least = this.model.total(owed, effort.leastRounds);
    return expectedSeconds(this.secondsLeft, this.model.total(this.queue, rounds), least);
  }

  /** The next step. Processes that there is no time for, or whose engine was given up, are passed over on the way. */
  next(): Step {
    const more = this.moreToMeasure();
    if (more !== undefined) return more;
    for (let [process] = this.queue; process !== undefined; [process] = this.queue) {
      if (!this.givenUp.has(process.engine)) {
        const { directory, effort } = this.run;
        const warm = warmDone(directory.record, process.engine);
        const decision = decide(this.model, effort, this.queue, this.secondsLeft, warm);
        if (decision.run) return { kind: 'measure', process, rounds: decision.rounds };
        this.leftOut++;
      }
      this.queue = this.queue.slice(1);
    }
    return { kind: 'end', end: this.end() };
  }

  /** A process is over, measured or failed. */
  isOver(): void {
    this.queue = this.queue.slice(1);
    this.isAskedForMore = false;
  }

  /** Learns how long a process took. */
  observe(process: PlannedProcess, seconds: number, rounds: number): void {
    this.model.observe(process, seconds, process.kind === 'warm' ? rounds : undefined);
  }

  extend(plan: readonly PlannedProcess[]): void {
    this.queue = [...this.queue, ...plan.slice(this.plan.length)];
    this.plan = plan;
  }

  giveUp(engine: string): void {
    this.givenUp.add(engine);
  }

  private get preflights() {
    return new Map([...this.run.engines].map(([name, { preflight }]) => [name, preflight]));
  }

  private get secondsLeft(): number {
    return this.budgetSeconds - (performance.now() - this.begin) / 1000;
  }

  private readonly isDue = ({ slot }: PlannedProcess): boolean =>
    !this.run.directory.record.processes.some((known) => known.slot === slot && known.state === 'complete');

  /** After a process: whether the wanted precision is reached or takes more, or disturbed processes are to be replaced. */
  private moreToMeasure(): Step | undefined {
    if (this.isAskedForMore) return undefined;
    this.isAskedForMore = true;
    if (this.goal === undefined) return this.queue.length === 0 ? this.replacements() : undefined;
    if (this.queue.some(({ kind, engine }) => kind === 'warm' && !this.givenUp.has(engine))) return undefined;
    const verdict = this.goal.look();
    if (verdict === 'over') return undefined;
    if (verdict === 'reached')
      return { kind: 'end', end: { reason: 'precision-reached', sentence: this.goal.sentence() } };
    const plan = extendPlan(this.plan, this.goal.nextLook, this.run.seed);
    return { kind: 'extend', plan, message: this.goal.forecast() };
  }

  /** As many more warm processes as were disturbed, as far as time goes. */
  private replacements(): Step | undefined {
    const { directory, effort, seed } = this.run;
    const now = directory.record.plan.warmProcesses;
    const most = effort.processes + effort.mostReplacements;
    if (now >= most) return undefined;
    const missing = disturbedWarmProcesses(directory, this.preflights, effort.processes);
    for (let wanted = Math.min(most, now + missing); wanted > now; wanted--) {
      const plan = extendPlan(this.plan, wanted, seed);
      const added = plan.slice(this.plan.length).filter(({ engine }) => !this.givenUp.has(engine));
      if (this.model.total(added) > this.secondsLeft) continue;
      directory.update({
        plan: { ...directory.record.plan, processes: plan.length, warmProcesses: wanted },
      });
      const message = `${missing} of ${counted(now, 'warm process', 'warm processes')} ${missing === 1 ? 'was' : 'were'} disturbed; measuring ${wanted - now} more`;
      return { kind: 'extend', plan, message };
    }
    this.replacementsLeftOut = Math.max(0, Math.min(most, now + missing) - now);
    return undefined;
  }

  private end(): RunEnd {
    const end = this.endOfPlan();
    const times = sittings(this.run.directory.record);
    return times < 2 ? end : { ...end, sentence: `${end.sentence} It was measured in ${times} sittings.` };
  }

  private endOfPlan(): RunEnd {
    const { goal, leftOut, replacementsLeftOut, total } = this;
    if (this.givenUp.size === this.run.engines.size)
      return { reason: 'targets-failed', sentence: 'No target lasted to the end of the plan.' };
    const spent =
      leftOut > 0
        ? ` ${leftOut} of ${counted(total, 'planned process', 'planned processes')} ${leftOut === 1 ? 'was' : 'were'} left out.`
        : '';
    if (goal !== undefined) {
      const more = leftOut + goal.toFurtherLook * this.run.engines.size;
      return { reason: 'budget-spent', sentence: `${goal.sentence()}${spent}`, ...timeFor(more) };
    }
    const budget = `budget of ${Math.round(this.budgetSeconds)} s`;
    if (leftOut > 0)
      return {
        reason: 'budget-spent',
        sentence: `The ${budget} ended the run:${spent}`,
        ...timeFor(leftOut),
      };
    const all =
      total === 1 ? 'The one planned process was measured' : `All ${total} planned processes were measured`;
    if (replacementsLeftOut === 0) return { reason: 'plan-complete', sentence: `${all}.` };
    return {
      reason: 'budget-spent',
      sentence: `${all}; the ${budget} left no time for ${replacementsLeftOut} in place of disturbed ones.`,
      ...timeFor(replacementsLeftOut * this.run.engines.size),
    };
  }
}

function timeFor(leftOut: number): Pick<RunEnd, 'leftOut'> {
  return leftOut === 0 ? {} : { leftOut };
}

function plannedEngine([engine, { preflight: looked, coldGroups, curvePairs }]: [
  string,
  EnginePlan,
]): PlannedEngine {
  return {
    engine,
    coldGroups: coldGroups.map(([first]) => first!.name),
    curvePairs: curvePairs.map(({ name }) => name),
    secondOpinion: looked.description.secondOpinion === true,
  };
}
