import { COMPILE_PHASES, type CompilePhase } from '../fuel/index.js';
import {
  arrayShape,
  enumShape,
  nullable,
  numberShape,
  objectShape,
  stringShape,
  type Shape,
} from '../fuel/profile-shape.js';
import type { RecordedBucket } from './log-histogram.js';
import { DRIFTS, MOST_MODULES, type Drift } from './module-evidence.js';
import { MOST_MODULE_SAMPLES, type ModuleRecord } from './module-witness.js';
import type { FilledSizes } from './memset-reference.js';
import type { RatioBounds } from './ratio-bounds.js';

/** The version of the record's form. */
export const MONITOR_SCHEMA_VERSION = 2;
export const MONITOR_KIND = 'wasm-dyno-monitor';
/** At a rate of one in fewer a single look may err so often that nothing lies beyond a bound. */
export const LEAST_SAMPLES_TO_FALSE_ALARM = 100;

/** The profile that was charged by, as far as records of different ones are to be told apart. */
export interface MonitoredProfile {
  readonly createdAt: string;
  readonly machineId: string;
  readonly policy: 'warm' | 'cold';
}

/** What a monitor compares with; records are merged where it is the same. */
export interface MonitorSettings {
  /** null: the built-in defaults, or a configuration's. */
  readonly profile: MonitoredProfile | null;
  /** Digest of what compiling is charged. */
  readonly costs: string;
  readonly bytesPerFuel: number;
  /** Of the profile's unit; null without a profile. */
  readonly nanosecondsPerByte: number | null;
  /** Between which sizes of fillings the profile's unit was measured. */
  readonly memset: FilledSizes | null;
  readonly margin: number;
  readonly samplesToFalseAlarm: number;
  readonly bounds: Readonly<Record<CompilePhase, RatioBounds>>;
}

/** The buckets of a `LogHistogram` that hold something. */
export interface HistogramRecord {
  readonly buckets: readonly RecordedBucket[];
  /** Sum of the squared weights, by which the effective count is found. */
  readonly squaredWeights: number;
}

/** What a monitor saw of one phase. */
export interface PhaseRecord {
  readonly functions: number;
  readonly bytes: number;
  /** Charged to whoever asked. */
  readonly fuelCharged: number;
  /** In fuel, of what was timed, charged or not. */
  readonly priceTimed: number;
  /** Of what was timed. */
  readonly nanoseconds: number;
  /** Nanoseconds of each function that was timed. */
  readonly times: HistogramRecord;
  /** Observed / charged, weighted by fuel. */
  readonly ratios: HistogramRecord;
  /** Whether it was told to take more than its bounds allow, or less. */
  readonly drift: Drift | null;
  /** What each of the modules tells of that: those seen last, and in merged records those with most samples. */
  readonly modules: readonly ModuleRecord[];
}

/** What a monitor saw, as JSON. */
export interface MonitorRecord {
  readonly kind: typeof MONITOR_KIND;
  readonly schemaVersion: typeof MONITOR_SCHEMA_VERSION;
  readonly settings: MonitorSettings;
  /** Monitors that were merged into it. */
  readonly services: number;
  readonly phases: Readonly<Record<CompilePhase, PhaseRecord>>;
  /** The memset now / the profile's (or, without one, in nanoseconds per byte). */
  readonly unit: HistogramRecord;
}

/** A record that is none, or cannot be merged. The message is one line. */
export class MonitorRecordError extends Error {
  override readonly name = 'MonitorRecordError';
}

/** No service comes to as much; sums of merged records stay numbers. */
const [MOST, MOST_SQUARES] = [1e30, 1e60];
const amount = numberShape({ minimum: 0, maximum: MOST });
const squares = numberShape({ minimum: 0, maximum: MOST_SQUARES });
const positive = numberShape({ exclusiveMinimum: 0 });
const index = numberShape({ integer: true, minimum: 0, maximum: 10_000 });

const bucket: Shape = (value, field) =>
  arrayShape(amount, { minimum: 3, maximum: 3 })(value, field) ??
  index((value as number[])[0], `${field}[0]`);

const histogram = objectShape({ buckets: arrayShape(bucket, { maximum: 1_000 }), squaredWeights: squares });
const samples = numberShape({ integer: true, minimum: 1, maximum: MOST_MODULE_SAMPLES });
const count: Shape = (value, field) =>
  arrayShape(amount, { minimum: 2, maximum: 2 })(value, field) ??
  index((value as number[])[0], `${field}[0]`) ??
  samples((value as number[])[1], `${field}[1]`);
const module = objectShape({
  key: numberShape({ integer: true, minimum: 0, maximum: 0xffff_ffff }),
  observed: arrayShape(count, { minimum: 1, maximum: 1_000 }),
  judged: arrayShape(count, { minimum: 1, maximum: 1_000 }),
});
const phase = objectShape({
  functions: amount,
  bytes: amount,
  fuelCharged: amount,
  priceTimed: amount,
  nanoseconds: amount,
  times: histogram,
  ratios: histogram,
  drift: nullable(enumShape(...DRIFTS)),
  modules: arrayShape(module, { maximum: MOST_MODULES }),
});
const time = stringShape({
  pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/,
  form: 'a UTC time such as 2026-01-31T12:00:00Z',
});
const eachBound = objectShape(
  { low: positive, high: positive, spread: positive },
  { typical: positive, eager: positive, lazy: positive },
);
const bounds: Shape = (value, field) => {
  const problem = eachBound(value, field);
  if (problem !== undefined) return problem;
  const { high, low } = value as RatioBounds;
  return low <= high ? undefined : { field: `${field}.low`, expected: `at most ${high}`, found: String(low) };
};
const eachPhase = (shape: Shape) =>
  objectShape(Object.fromEntries(COMPILE_PHASES.map((name) => [name, shape])));

const record = objectShape({
  kind: enumShape(MONITOR_KIND),
  schemaVersion: enumShape(MONITOR_SCHEMA_VERSION),
  settings: objectShape({
    profile: nullable(
      objectShape({
        createdAt: time,
        machineId: stringShape({ nonEmpty: true }),
        policy: enumShape('warm', 'cold'),
      }),
    ),
    costs: stringShape({ pattern: /^[0-9a-f]{16}$/, form: '16 hexadecimal digits' }),
    bytesPerFuel: positive,
    nanosecondsPerByte: nullable(positive),
    memset: nullable(objectShape({ fromBytes: positive, toBytes: positive })),
    margin: positive,
    samplesToFalseAlarm: numberShape({ minimum: LEAST_SAMPLES_TO_FALSE_ALARM }),
    bounds: eachPhase(bounds),
  }),
  services: numberShape({ integer: true, minimum: 1, maximum: MOST }),
  phases: eachPhase(phase),
  unit: histogram,
});

/** @throws MonitorRecordError naming the field, for what is no record of this version */
export function checkMonitorRecord(value: unknown): MonitorRecord {
  const problem = record(value, '');
  if (problem === undefined) return value as MonitorRecord;
  const { expected, field, found } = problem;
  const mend = field === 'schemaVersion' ? 'record again with this version' : 'record again';
  throw new MonitorRecordError(
    `no monitor's record: ${field === '' ? 'it' : field} is ${found}, not ${expected}; ${mend}`,
  );
}
