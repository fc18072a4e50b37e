import type { RunEnd } from '@wasm-dyno/reports/recorded-run';
import type { PlannedProcess } from '../schedule/process-plan.js';
import { TargetFailure } from '../targets/client.js';
import type { Agenda, Step } from './agenda.js';
import type { CalibrationListener } from './calibration-settings.js';
import { interrupted } from './run-failure.js';
import { runProcess, type RunContext } from '../process/run-process.js';

/** A crash may be chance; a second one, silence or nonsense is not. */
const CRASHES_TOLERATED = 1;

/** Carries out the agenda, step by step, to its end. */
export async function runPlan(run: RunContext, agenda: Agenda, tell: CalibrationListener): Promise<RunEnd> {
  const crashes = new Map<string, number>();
  const isAborted = (): boolean => run.signal?.aborted === true;
  tell({
    kind: 'plan',
    processes: agenda.due,
    pairs: agenda.pairs,
    estimatedSeconds: agenda.estimatedSeconds() + censusSeconds(run),
    budgetSeconds: agenda.budgetSeconds + censusSeconds(run),
  });
  for (;;) {
    if (isAborted()) return interrupted(run.directory.path);
    const step = agenda.next();
    switch (step.kind) {
      case 'end':
        return step.end;
      case 'extend':
        tell({ kind: 'notice', message: step.message });
        agenda.extend(step.plan);
        break;
      case 'measure': {
        const before = progress(run, agenda, step);
        expect(run, before);
        tell(before);
        const outcome = await attempt(run, agenda, step, crashes);
        if (isAborted()) return interrupted(run.directory.path);
        for (const message of outcome.notices) tell({ kind: 'notice', message });
        if (outcome.givenUpFor !== undefined) giveUp(run, agenda, step.process, outcome.givenUpFor, tell);
        agenda.isOver();
        expect(run, progress(run, agenda, step));
        run.directory.update({});
      }
    }
  }
}

type Measure = Extract<Step, { kind: 'measure' }>;

/** What came of measuring one process. */
interface Outcome {
  /** For the user. */
  readonly notices: readonly string[];
  /** Why its engine is given up, if it is. */
  readonly givenUpFor?: string;
}

async function attempt(
  run: RunContext,
  agenda: Agenda,
  { process, rounds }: Measure,
  crashes: Map<string, number>,
): Promise<Outcome> {
  const started = performance.now();
  try {
    const { lies, notices } = await runProcess(run, process, rounds);
    agenda.observe(process, (performance.now() - started) / 1000, rounds);
    if (lies.length === 0) return { notices };
    return { notices, givenUpFor: `target "${process.engine}" lies about its blocks (${lies.join(', ')})` };
  } catch (error) {
    if (run.signal?.aborted === true) return { notices: [] };
    if (!(error instanceof TargetFailure)) throw error;
    const count = (crashes.get(process.engine) ?? 0) + 1;
    crashes.set(process.engine, count);
    if (error.kind === 'crash' && count <= CRASHES_TOLERATED) return { notices: [error.message] };
    return { notices: [], givenUpFor: error.message };
  }
}

function giveUp(
  { directory }: RunContext,
  agenda: Agenda,
  { engine }: PlannedProcess,
  reason: string,
  tell: CalibrationListener,
): void {
  agenda.giveUp(engine);
  const engines = directory.record.engines.map((known) =>
    known.name === engine ? { ...known, failure: reason } : known,
  );
  directory.update({ engines, warnings: [...directory.record.warnings, `${reason}; it was given up.`] });
  tell({ kind: 'notice', message: `${reason}; giving it up and going on with the others` });
}

/** How far the run is: what the terminal shows, and what the run's record says to those who follow it. */
function progress(run: RunContext, agenda: Agenda, { process, rounds }: Measure) {
  return {
    kind: 'progress' as const,
    done: agenda.done,
    total: agenda.total,
    secondsLeft: agenda.estimatedSeconds(rounds) + censusSeconds(run),
    process,
  };
}

/** Tells whoever follows the run when it should be over; written with what the record is written for next. */
function expect(
  { directory }: RunContext,
  { done, secondsLeft }: { readonly done: number; readonly secondsLeft: number },
): void {
  directory.expect({ done, expectedEnd: new Date(Date.now() + 1000 * secondsLeft).toISOString() });
}

/** What a census takes after the plan, at most. */
function censusSeconds({ directory, effort, engines }: RunContext): number {
  return directory.record.options.census === true ? effort.census.seconds * engines.size : 0;
}
