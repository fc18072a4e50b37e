import { exactly, quotient, scaled, type Bounded } from '@wasm-dyno/reports/bounded';
import type { ExecutionClass } from '@wasm-dyno/engine';
import { classCosts, plainOperatorTime } from './class-costs.js';
import type { MeasuredCosts } from './measured-costs.js';
import { MissingMeasurement } from './missing-measurement.js';
import { roundedDown, roundedUp, type RoundedCost } from './rounded-cost.js';

/** `memset`: one fuel is so many bytes filled. `operator`: one fuel is one operator's time. */
export type Anchor = 'memset' | 'operator';

/** Numbers for `CustomFuelCosts` and `OperatorCost`, each with its rounding error. */
export interface WasmiRecommendation {
  readonly for: 'wasmi';
  readonly anchor: Anchor;
  readonly bytesCopiedPerFuel: RoundedCost;
  readonly fuelPerBytesTranslated: RoundedCost;
  readonly fuelPerBytesValidated: RoundedCost;
  /** Of every operator that costs 1 by default, an unsigned byte; undefined where an operator's time was not measured. */
  readonly operator: RoundedCost | undefined;
  /** Of each class of operators, an unsigned byte; undefined where classes were not measured. */
  readonly classes: ReadonlyMap<ExecutionClass, RoundedCost> | undefined;
}

const MOST = 2 ** 32 - 1;
const MOST_PER_OPERATOR = 255;
/** Rounding up may add so much before fewer bytes per fuel are taken. */
const MOST_ROUNDING_ERROR = 0.05;
const DEFAULT_BYTES_PER_FUEL = 64;

/**
 * Charges are rounded up and bytes per fuel down, so that nothing is charged under its estimate.
 *
 * With the anchor `memset` the bytes per fuel are free to choose: the largest power of two up to 64 that keeps all roundings
 * within 5%, because small ratios round badly at 64 (a ratio of 25 would be 0.39 fuel per byte). Where none does, the one whose
 * worst rounding is the least.
 * @throws MissingMeasurement
 */
export function recommendForWasmi(
  costs: MeasuredCosts,
  options: { readonly anchor: Anchor; readonly bytesPerFuel?: number },
): WasmiRecommendation {
  const translate = measured(costs.translateRatio, 'translate');
  const validate = measured(costs.validateRatio, 'validate');
  if (options.anchor === 'operator') return anchoredAtOperator(costs, translate, validate);
  if (options.bytesPerFuel !== undefined) {
    return anchoredAtMemset(costs, translate, validate, checkedBytesPerFuel(options.bytesPerFuel));
  }
  let best: WasmiRecommendation | undefined;
  for (let bytesPerFuel = DEFAULT_BYTES_PER_FUEL; bytesPerFuel >= 1; bytesPerFuel /= 2) {
    const recommendation = anchoredAtMemset(costs, translate, validate, bytesPerFuel);
    if (worstRounding(recommendation) <= MOST_ROUNDING_ERROR) return recommendation;
    if (best === undefined || worstRounding(recommendation) < worstRounding(best)) best = recommendation;
  }
  return best!;
}

function anchoredAtOperator(
  costs: MeasuredCosts,
  translate: Bounded,
  validate: Bounded,
): WasmiRecommendation {
  const operator = measured(
    costs.operatorNanoseconds ?? plainOperatorTime(costs.operatorTimes),
    'the time of an executed fuel: wasm-dyno metering measures it',
  );
  const memset = costs.memsetNanosecondsPerByte;
  return {
    for: 'wasmi',
    anchor: 'operator',
    bytesCopiedPerFuel: roundedDown(scaled(operator, 1 / memset), 1, MOST),
    fuelPerBytesTranslated: roundedUp(quotient(scaled(translate, memset), operator), 1, MOST),
    fuelPerBytesValidated: roundedUp(quotient(scaled(validate, memset), operator), 1, MOST),
    operator: roundedUp(exactly(1), 1, MOST_PER_OPERATOR),
    classes: costs.operatorTimes && classCosts(costs.operatorTimes, operator.estimate),
  };
}

function anchoredAtMemset(
  costs: MeasuredCosts,
  translate: Bounded,
  validate: Bounded,
  bytesPerFuel: number,
): WasmiRecommendation {
  const { memsetNanosecondsPerByte, operatorTimes } = costs;
  const operatorNanoseconds = costs.operatorNanoseconds ?? plainOperatorTime(operatorTimes);
  const fuelNanoseconds = bytesPerFuel * memsetNanosecondsPerByte;
  return {
    for: 'wasmi',
    anchor: 'memset',
    bytesCopiedPerFuel: roundedDown(exactly(bytesPerFuel), 1, MOST),
    fuelPerBytesTranslated: roundedUp(scaled(translate, 1 / bytesPerFuel), 1, MOST),
    fuelPerBytesValidated: roundedUp(scaled(validate, 1 / bytesPerFuel), 1, MOST),
    operator:
      operatorNanoseconds &&
      roundedUp(scaled(operatorNanoseconds, 1 / fuelNanoseconds), 1, MOST_PER_OPERATOR),
    classes: operatorTimes && classCosts(operatorTimes, fuelNanoseconds),
  };
}

function worstRounding({
  fuelPerBytesTranslated,
  fuelPerBytesValidated,
  operator,
}: WasmiRecommendation): number {
  const roundings = [fuelPerBytesTranslated, fuelPerBytesValidated, ...(operator ? [operator] : [])];
  return Math.max(...roundings.map(({ roundingError }) => Math.abs(roundingError)));
}

function checkedBytesPerFuel(bytesPerFuel: number): number {
  if (Number.isInteger(bytesPerFuel) && bytesPerFuel >= 1 && bytesPerFuel <= MOST) return bytesPerFuel;
  throw new RangeError(`${bytesPerFuel} bytes per fuel: a whole number from 1 to ${MOST} is needed`);
}

function measured(value: Bounded | undefined, what: string): Bounded {
  if (value === undefined) throw new MissingMeasurement(`the measurement lacks ${what}`);
  return value;
}
