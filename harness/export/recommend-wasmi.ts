import { MissingMeasurement, type Bounded, type MeasuredCosts } from './measured-costs.js';
import { quotient, roundedDown, roundedUp, scaled, type RoundedCost } from './rounded-cost.js';

/** `memset`: one fuel is so many bytes filled. `operator`: one fuel is one operator's time. */
export type Anchor = 'memset' | 'operator';

/** Numbers for `CustomFuelCosts`, each with its rounding error. */
export interface WasmiRecommendation {
  readonly for: 'wasmi';
  readonly anchor: Anchor;
  readonly bytesCopiedPerFuel: RoundedCost;
  readonly fuelPerBytesTranslated: RoundedCost;
  readonly fuelPerBytesValidated: RoundedCost;
}

const MOST = 2 ** 32 - 1;
/** Rounding up may add so much before fewer bytes per fuel are taken. */
const MOST_ROUNDING_ERROR = 0.05;
const DEFAULT_BYTES_PER_FUEL = 64;

/**
 * Compile charges are rounded up and bytes per fuel down, so that nothing is charged under its estimate.
 *
 * With the anchor `memset` the bytes per fuel are free to choose: the largest power of two up to 64 that keeps both roundings
 * within 5%, because small ratios round badly at 64 (a ratio of 25 would be 0.39 fuel per byte).
 * @throws MissingMeasurement
 */
export function recommendForWasmi(
  costs: MeasuredCosts,
  options: { readonly anchor: Anchor; readonly bytesPerFuel?: number },
): WasmiRecommendation {
  const translate = measured(costs.translateRatio, 'translate');
  const validate = measured(costs.validateRatio, 'validate');
  if (options.anchor === 'operator') {
    const operator = measured(
      costs.operatorNanoseconds,
      'the time of an executed fuel: wasm-dyno metering measures it',
    );
    const memset = costs.memsetNanosecondsPerByte;
    return {
      for: 'wasmi',
      anchor: 'operator',
      bytesCopiedPerFuel: roundedDown(scaled(operator, 1 / memset), 1, MOST),
      fuelPerBytesTranslated: roundedUp(quotient(scaled(translate, memset), operator), 1, MOST),
      fuelPerBytesValidated: roundedUp(quotient(scaled(validate, memset), operator), 1, MOST),
    };
  }
  const withBytesPerFuel = (bytesPerFuel: number): WasmiRecommendation => {
    const exact = { estimate: bytesPerFuel, low: bytesPerFuel, high: bytesPerFuel };
    return {
      for: 'wasmi',
      anchor: 'memset',
      bytesCopiedPerFuel: roundedDown(exact, 1, MOST),
      fuelPerBytesTranslated: roundedUp(scaled(translate, 1 / bytesPerFuel), 1, MOST),
      fuelPerBytesValidated: roundedUp(scaled(validate, 1 / bytesPerFuel), 1, MOST),
    };
  };
  if (options.bytesPerFuel !== undefined) {
    if (!Number.isInteger(options.bytesPerFuel) || options.bytesPerFuel < 1 || options.bytesPerFuel > MOST) {
      throw new RangeError(
        `${options.bytesPerFuel} bytes per fuel: a whole number from 1 to ${MOST} is needed`,
      );
    }
    return withBytesPerFuel(options.bytesPerFuel);
  }
  for (let bytesPerFuel = DEFAULT_BYTES_PER_FUEL; ; bytesPerFuel /= 2) {
    const recommendation = withBytesPerFuel(bytesPerFuel);
    const { fuelPerBytesTranslated, fuelPerBytesValidated } = recommendation;
    const worst = Math.max(fuelPerBytesTranslated.roundingError, fuelPerBytesValidated.roundingError);
    if (worst <= MOST_ROUNDING_ERROR || bytesPerFuel === 1) return recommendation;
  }
}

function measured(value: Bounded | undefined, what: string): Bounded {
  if (value === undefined) throw new MissingMeasurement(`the measurement lacks ${what}`);
  return value;
}
