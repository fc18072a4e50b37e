import {
  executionFuelByRule,
  parseProfile,
  type ExecutionClass,
  type HardwareProfile,
  type ProfileExecutor,
} from '@wasm-dyno/engine';
import type { ExecutionRecord } from '@wasm-dyno/reports/recorded-run';
import type { ExecutorName } from './execution-record.js';

/** The profile with what executing costs, charged as the executor takes. */
export function profileWithExecution(
  profile: HardwareProfile,
  { executors }: ExecutionRecord,
  chargedExecutor: ExecutorName,
): HardwareProfile {
  const costs = executors.map(({ classes, executor, heldOut }): [ExecutorName, ProfileExecutor] => {
    const priced = classes.map(({ class: name, nanoseconds }) => [
      name,
      { nanoseconds, fuel: executionFuelByRule(name as ExecutionClass, nanoseconds, profile.unit) },
    ]);
    const of = (wanted: string) => heldOut.filter(({ kind }) => kind === wanted).length;
    return [
      executor,
      {
        classes: Object.fromEntries(priced) as ProfileExecutor['classes'],
        kernels: of('kernel'),
        programs: of('program'),
      },
    ];
  });
  return parseProfile({ ...profile, execution: { chargedExecutor, executors: Object.fromEntries(costs) } });
}
