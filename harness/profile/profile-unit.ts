import { unitDefinition, type ProfileUnit } from '@wasm-dyno/engine';
import type { RecordedEstimate, UnitRecord } from '@wasm-dyno/reports/recorded-run';

/** One fuel is the time of filling so many bytes, unless told otherwise. */
export const DEFAULT_UNIT = '64B';

/** Units below it, or above, are of no use: a byte takes some 10 ps, a large function some milliseconds to compile. */
const LEAST_BYTES = 1e-3;
const MOST_BYTES = 0xffff_ffff;

/** What one fuel of a profile is, where its memset takes so long. @throws RangeError for what is no unit, or none of use */
export function profileUnit(definition: string, measured: UnitRecord): ProfileUnit {
  const defined = unitDefinition(definition);
  if (defined === undefined) {
    throw new RangeError(`the unit "${definition}" is none; give bytes or a time, such as 64B or 10ps`);
  }
  const { nanosecondsPerByte, fromBytes, toBytes, largestRelativeResidual, isInCache, verdict } = measured;
  const bytesPerFuel = 'bytes' in defined ? defined.bytes : defined.nanoseconds / nanosecondsPerByte.estimate;
  if (bytesPerFuel < LEAST_BYTES || bytesPerFuel > MOST_BYTES) {
    const what = `the unit "${definition}" is the time of filling ${bytesPerFuel.toPrecision(2)} bytes`;
    throw new RangeError(`${what}; give one of ${LEAST_BYTES} to ${MOST_BYTES} bytes`);
  }
  return {
    definition,
    nanosecondsPerFuel:
      'bytes' in defined
        ? scaled(nanosecondsPerByte, bytesPerFuel)
        : { ...nanosecondsPerByte, ...exactly(defined.nanoseconds) },
    bytesPerFuel,
    nanosecondsPerByte,
    fromBytes,
    toBytes,
    largestRelativeResidual,
    isInCache,
    verdict,
  };
}

function scaled(estimate: RecordedEstimate, factor: number): RecordedEstimate {
  return {
    ...estimate,
    estimate: estimate.estimate * factor,
    low: estimate.low * factor,
    high: estimate.high * factor,
  };
}

function exactly(value: number) {
  return { estimate: value, low: value, high: value };
}
