import {
  EXECUTION_CLASSES,
  executionCostBounds,
  type ExecutionClass,
  type ExecutionCostOptions,
} from './execution-costs.js';
import type { ProfileEstimate } from './profile-estimate.js';
import { SIZED_WORK } from './operator-classes.js';
import { PROFILE_EXECUTORS } from './profile-words.js';

export { PROFILE_EXECUTORS } from './profile-words.js';

/** What a class of operators takes on one executor, and what is charged for it. */
export interface ProfileClassCost {
  /** Of one operator; of the bytes that the memset fills for one fuel of 64 bytes, or of an element, where a size is priced. */
  readonly nanoseconds: ProfileEstimate;
  /** In the profile's unit, a whole number; of a size in bytes in memsets of as many bytes. */
  readonly fuel: number;
}

/** What executing takes on one executor. */
export interface ProfileExecutor {
  readonly classes: Readonly<Partial<Record<ExecutionClass, ProfileClassCost>>>;
  /** Generated kernels and real programs that the numbers are fitted to. */
  readonly kernels: number;
  readonly programs: number;
}

/** What executing costs. Fuel is the same on every executor: one of them is charged by. */
export interface ProfileExecution {
  readonly chargedExecutor: (typeof PROFILE_EXECUTORS)[number];
  readonly executors: Readonly<Partial<Record<(typeof PROFILE_EXECUTORS)[number], ProfileExecutor>>>;
}

/** Of each class, what is charged for it and the time that it follows from; a class that this engine does not know may be among them. */
export function chargedClasses({ chargedExecutor, executors }: ProfileExecution): ProfileExecutor['classes'] {
  return executors[chargedExecutor]?.classes ?? {};
}

/** Of a profile's unit, what its numbers are made with. */
export interface UnitTimes {
  readonly nanosecondsPerByte: Pick<ProfileEstimate, 'estimate'>;
  readonly nanosecondsPerFuel: Pick<ProfileEstimate, 'estimate'>;
  readonly bytesPerFuel: number;
}

/** Bytes that a size in bytes is counted by where it is measured. */
const MEASURED_BYTES = 64;

function isOfBytes(name: ExecutionClass): boolean {
  return Object.hasOwn(SIZED_WORK, name) && name !== 'table-elements';
}

/** Operands, on either executor: nothing is executed for them where nothing takes them. */
const OPERANDS: ReadonlySet<ExecutionClass> = new Set(['constant', 'local-read']);

/**
 * Nothing that is executed is free by a profile: of what is rounded to nothing a body of any length does work that nobody pays for, one operator
 * done by size as much as there is memory, and a measured time of nothing may be noise.
 */
function bounded(name: ExecutionClass, fuel: number): number {
  return Math.min(executionCostBounds(name).maximum, Math.max(OPERANDS.has(name) ? 0 : 1, fuel));
}

/** The whole number of fuel that a class is charged, in the profile's unit: its time, rounded to the nearest, 1 at least. */
export function executionFuelByRule(
  name: ExecutionClass,
  { estimate }: ProfileEstimate,
  { nanosecondsPerByte, nanosecondsPerFuel }: Omit<UnitTimes, 'bytesPerFuel'>,
): number {
  const unit = isOfBytes(name) ? MEASURED_BYTES * nanosecondsPerByte.estimate : nanosecondsPerFuel.estimate;
  return bounded(name, Math.round(estimate / unit));
}

/** What a profile says that executing costs, in fuel of `bytesPerFuel` bytes. */
export function executionCostsOfProfile(
  execution: ProfileExecution,
  unit: Pick<UnitTimes, 'bytesPerFuel'>,
  bytesPerFuel: number,
): ExecutionCostOptions {
  const classes = chargedClasses(execution);
  return Object.fromEntries(
    EXECUTION_CLASSES.flatMap((name) => {
      const cost = classes[name];
      if (cost === undefined) return [];
      const scale = isOfBytes(name) ? 1 : unit.bytesPerFuel / bytesPerFuel;
      return [[name, bounded(name, Math.round(cost.fuel * scale))]];
    }),
  );
}

/** What the numbers of a profile's executing contradict. */
export function executionContradiction(
  { chargedExecutor, executors }: ProfileExecution,
  unit: UnitTimes,
): { readonly field: string; readonly what: string } | undefined {
  if (executors[chargedExecutor] === undefined) {
    return {
      field: 'execution.chargedExecutor',
      what: `names ${chargedExecutor}, which execution.executors lacks`,
    };
  }
  for (const executor of PROFILE_EXECUTORS) {
    for (const [name, { fuel, nanoseconds }] of Object.entries(executors[executor]?.classes ?? {})) {
      const field = `execution.executors.${executor}.classes.${name}`;
      if (nanoseconds.low > nanoseconds.estimate || nanoseconds.estimate > nanoseconds.high) {
        return { field: `${field}.nanoseconds`, what: 'has an interval that does not hold its estimate' };
      }
      if (executionFuelByRule(name as ExecutionClass, nanoseconds, unit) !== fuel) {
        return { field: `${field}.fuel`, what: 'does not follow from its nanoseconds and the unit' };
      }
    }
  }
  return undefined;
}
