import {
  executionFuelByRule,
  parseProfile,
  type ExecutionClass,
  type HardwareProfile,
  type ProfileExecutor,
} from '@wasm-dyno/engine';
import type { ExecutionRecord, MeasuredExecutor } from '@wasm-dyno/reports/recorded-run';

/** The profile with what executing costs, charged as the executor takes. */
export function profileWithExecution(
  profile: HardwareProfile,
  { executors }: ExecutionRecord,
  chargedExecutor: MeasuredExecutor['executor'],
): HardwareProfile {
  const costs = executors.map(({ classes, executor, heldOut }): [string, ProfileExecutor] => {
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
