import type { TSchema } from 'typebox';
import { JsonFile } from './json-file.js';
import { choice, fileSchema, name, nullable, utcTime, type Recorded } from './schema-parts.js';
import * as Type from './type.js';

/** No service comes to as much; sums of merged records stay numbers. */
const [MOST, MOST_SQUARES] = [1e30, 1e60];
const amount = (description?: string, maximum = MOST) =>
  Type.Number({ minimum: 0, maximum, ...(description === undefined ? {} : { description }) });
const positive = (description?: string) =>
  Type.Number({ exclusiveMinimum: 0, ...(description === undefined ? {} : { description }) });

const HISTOGRAM = Type.Object(
  {
    buckets: Type.Array(
      Type.Unsafe<[index: number, count: number, weight: number]>({
        type: 'array',
        prefixItems: [Type.Integer({ minimum: 0, maximum: 10_000 }), amount(), amount()],
        items: false,
        minItems: 3,
      }),
      { maxItems: 1_000, description: 'Those that hold something: index, count, weight.' },
    ),
    squaredWeights: amount(
      'Sum of the squared weights, by which the effective count is found.',
      MOST_SQUARES,
    ),
  },
  { description: 'Counts in buckets that grow by a constant factor.' },
);

const counts = (description: string) =>
  Type.Array(
    Type.Unsafe<[index: number, count: number]>({
      type: 'array',
      prefixItems: [
        Type.Integer({ minimum: 0, maximum: 10_000 }),
        Type.Integer({ minimum: 1, maximum: 256 }),
      ],
      items: false,
      minItems: 2,
    }),
    { minItems: 1, maxItems: 1_000, description },
  );

const MODULE = Type.Object(
  {
    key: Type.Integer({ minimum: 0, maximum: 0xffff_ffff, description: 'Tells it from others.' }),
    observed: counts('Samples of late by observed / charged: index of the bucket, count.'),
    judged: counts('The same, less what a memset that takes another time now may explain.'),
  },
  { description: 'What one module told.' },
);

const PHASE = Type.Object({
  functions: amount('Functions compiled; modules for parse.'),
  bytes: amount('Of what was compiled.'),
  fuelCharged: amount('To whoever asked.'),
  priceTimed: amount('In fuel, of what was timed, charged or not.'),
  nanoseconds: amount('Wall time of those that were timed, pauses included.'),
  times: HISTOGRAM,
  ratios: HISTOGRAM,
  drift: nullable(choice(['slower', 'faster']), 'What was told, if anything.'),
  modules: Type.Array(MODULE, {
    maxItems: 48,
    description: 'Those seen last; in merged records those with most samples.',
  }),
});

const BOUNDS = Type.Object(
  {
    low: positive(),
    high: positive(),
    spread: positive(
      'How far single modules lie apart without drift: standard deviation of the natural logarithm.',
    ),
    typical: Type.Optional(
      positive(
        'Where it lies without drift: less where a careful policy charges beyond what is typical, more as functions that are met in turn take longer.',
      ),
    ),
    eager: Type.Optional(
      positive('The same of functions that are compiled in turn as their module is loaded.'),
    ),
    lazy: Type.Optional(positive('The same of functions that are compiled by their first calls.')),
  },
  { description: 'What the mean of observed / charged over very many modules may be.' },
);

const eachPhase = <T extends TSchema>(shape: T) =>
  Type.Object({ parse: shape, validate: shape, translate: shape });

const MONITOR_RECORD = fileSchema(
  'monitor',
  'What a CompileMonitor writes as JSON: what compiling took in a service, against what was charged for it',
  Type.Object({
    kind: Type.Literal('wasm-dyno-monitor'),
    schemaVersion: Type.Literal(2),
    settings: Type.Object({
      profile: nullable(
        Type.Object({
          createdAt: utcTime('When the profile was made'),
          machineId: name(),
          policy: choice(['warm', 'cold']),
        }),
        'The one that was charged by; null for the defaults, or a configuration.',
      ),
      costs: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Digest of what compiling is charged.' }),
      bytesPerFuel: positive(),
      nanosecondsPerByte: nullable(positive(), "Of the profile's unit; null without a profile."),
      memset: nullable(
        Type.Object({ fromBytes: positive(), toBytes: positive() }),
        "Sizes of fillings that the profile's unit was measured between.",
      ),
      margin: positive('What may differ beyond the intervals of the profile: 0.3 for 30%.'),
      samplesToFalseAlarm: Type.Number({ minimum: 100 }),
      bounds: eachPhase(BOUNDS),
    }),
    services: Type.Integer({ minimum: 1, maximum: MOST, description: 'Monitors that were merged into it.' }),
    phases: eachPhase(PHASE),
    unit: HISTOGRAM,
  }),
);

/** What a `CompileMonitor` of the engine writes. */
export type RecordedMonitor = Recorded<typeof MONITOR_RECORD>;

export const MONITOR_FILE = new JsonFile('monitor.json', MONITOR_RECORD);
