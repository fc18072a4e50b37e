import { unitDefinition, type ProfileUnit } from '@wasm-dyno/engine';
import type { RecordedEstimate, UnitRecord } from '@wasm-dyno/reports/recorded-run';

/** One fuel is the time of filling so many bytes, unless told otherwise. */
export const DEFAULT_UNIT = '64B';

/** Units below it, or above, are of no use: a byte takes some 10 ps, a large function some milliseconds to compile. */
const LEAST_BYTES = 1e-3;
const MOST_BYTES = 0xffff_ffff;

/** Times that are so many bytes on any machine whose memset takes from 0.003 to 0.1 ns a byte. */
const LEAST_NANOSECONDS = 1e-4;
const MOST_NANOSECONDS = 1e7;

/** Whether a unit is one, and of use: told before anything is measured. The message is a half sentence: what it takes. */
export function unitProblem(definition: string): string | undefined {
  const defined = unitDefinition(definition);
  if (defined === undefined) return 'takes bytes or a time, such as 64B or 10ps';
  if ('bytes' in defined)
    return isWithin(defined.bytes, LEAST_BYTES, MOST_BYTES)
      ? undefined
      : `takes up to ${MOST_BYTES} bytes, for example 64B`;
  return isWithin(defined.nanoseconds, LEAST_NANOSECONDS, MOST_NANOSECONDS)
    ? undefined
    : 'takes times from 100fs to 10000000ns, for example 10ps';
}

function isWithin(value: number, least: number, most: number): boolean {
  return least <= value && value <= most;
}

/** What one fuel of a profile is, where its memset takes so long. @throws RangeError for what is no unit, or none of use */
export function profileUnit(definition: string, measured: UnitRecord): ProfileUnit {
  const defined = unitDefinition(definition);
  if (defined === undefined) {
    throw new RangeError(`the unit "${definition}" is none; give bytes or a time, such as 64B or 10ps`);
  }
  const { nanosecondsPerByte, fromBytes, toBytes, largestRelativeResidual, isInCache, verdict } = measured;
  const bytesPerFuel = 'bytes' in defined ? defined.bytes : defined.nanoseconds / nanosecondsPerByte.estimate;
  if (!isWithin(bytesPerFuel, LEAST_BYTES, MOST_BYTES)) {
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
