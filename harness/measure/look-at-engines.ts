import type { ProfileMachine } from '@wasm-dyno/engine';
import { lastLevelCacheBytes } from '../machine/fingerprint.js';
import type { RecordedEngine, SkippedModule } from '@wasm-dyno/reports/recorded-run';
import { planColdGroups, planCurveArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import { TargetFailure, type TargetCommand } from '../targets/client.js';
import { knownTargets } from '../targets/registry.js';
import type { CalibrationListener } from './calibration-settings.js';
import type { CorpusFiles } from './corpus-files.js';
import { preflight, type Preflight } from '../process/preflight.js';
import type { EnginePlan, RunContext } from '../process/run-process.js';

/** What a look at the engines found, before the first measurement. */
export interface LookedAt {
  readonly engines: readonly RecordedEngine[];
  /** Of the engines that can be used, by name. */
  readonly preflights: ReadonlyMap<string, Preflight>;
  readonly plans: ReadonlyMap<string, EnginePlan>;
  readonly skipped: readonly SkippedModule[];
}

/**
 * Tries each engine on the corpus; one that cannot be used is recorded with its failure and left out.
 * @throws TargetFailure when none can be used
 */
export async function lookAtEngines(
  commands: readonly TargetCommand[],
  corpus: CorpusFiles,
  effort: Effort,
  machine: ProfileMachine,
  session: RunContext['session'],
  tell: CalibrationListener,
): Promise<LookedAt> {
  const engines: RecordedEngine[] = [];
  const preflights = new Map<string, Preflight>();
  let firstFailure: TargetFailure | undefined;
  for (const command of commands) {
    try {
      const looked = await preflight(command, corpus.files, effort, {
        environmentBytes: 1,
        lastLevelCacheBytes: lastLevelCacheBytes(machine),
        ...session,
      });
      for (const { arm, reason } of looked.refused) {
        tell({ kind: 'notice', message: `${command.name} does not measure ${arm}: ${reason}` });
      }
      preflights.set(command.name, looked);
      engines.push(recordedEngine(command, { description: looked.description, failure: null }));
    } catch (error) {
      if (!(error instanceof TargetFailure)) throw error;
      firstFailure ??= error;
      engines.push(recordedEngine(command, { description: null, failure: error.message }));
      tell({ kind: 'notice', message: `${error.message}; going on without it` });
    }
  }
  if (preflights.size === 0 && firstFailure !== undefined) throw firstFailure;
  const plans = new Map([...preflights].map(([name, looked]) => [name, enginePlan(looked, effort)]));
  return { engines, preflights, plans, skipped: [...preflights.values()].flatMap(({ skipped }) => skipped) };
}

function recordedEngine(
  command: TargetCommand,
  found: Pick<RecordedEngine, 'description' | 'failure'>,
): RecordedEngine {
  const about = knownTargets().find(({ name }) => name === command.name)?.about;
  return {
    name: command.name,
    ...(about === undefined ? {} : { about }),
    command: [command.command, ...command.arguments],
    ...found,
    referenceNanoseconds: null,
  };
}

function enginePlan(looked: Preflight, effort: Effort): EnginePlan {
  const { description, modules } = looked;
  const refused = new Set(looked.refused.map(({ arm }) => arm));
  return {
    preflight: looked,
    coldGroups: planColdGroups(description, modules, effort)
      .map((group) => group.filter(({ name }) => !refused.has(name)))
      .filter((group) => group.length > 0),
    curvePairs: planCurveArms(description, modules, effort),
  };
}
