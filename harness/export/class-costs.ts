import { executionCostBounds, type ExecutionClass } from '@wasm-dyno/engine';
import { scaled, type Bounded } from '@wasm-dyno/reports/bounded';
import { chargedClasses } from './operator-fields.js';
import { roundedToNearest, type RoundedCost } from './rounded-cost.js';

/** Times of classes of operators, and what they were measured on. */
export interface OperatorTimes {
  /** For example `embedded 0.1.0, interpreter`. */
  readonly measuredOn: string;
  readonly nanoseconds: ReadonlyMap<ExecutionClass, Bounded>;
}

/** What engines hold for an operator: an unsigned byte. */
const MOST_PER_OPERATOR = 255;

/** Whole fuel of each class that an operator of the engines' tables is of, to the nearest: nothing is free that could go on for ever, as in this engine's own tables. */
export function classCosts(
  { nanoseconds }: OperatorTimes,
  nanosecondsPerFuel: number,
): ReadonlyMap<ExecutionClass, RoundedCost> {
  const charged = chargedClasses();
  return new Map(
    [...nanoseconds].flatMap(([name, time]) => {
      if (!charged.has(name)) return [];
      const { minimum } = executionCostBounds(name);
      return [[name, roundedToNearest(scaled(time, 1 / nanosecondsPerFuel), minimum, MOST_PER_OPERATOR)]];
    }),
  );
}

/** What stands for an operator where no time of an executed fuel was measured. */
export function plainOperatorTime(times: OperatorTimes | undefined): Bounded | undefined {
  const time = times?.nanoseconds.get('i32-arithmetic');
  return time !== undefined && time.estimate > 0 ? time : undefined;
}
