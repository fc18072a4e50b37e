import { Type } from 'typebox';
import { CORPUS } from './corpus.js';
import { ESTIMATE, estimateOf, processes, verdict } from './estimate.js';
import { MACHINE } from './machine.js';
import { MEMSET_REGIMES } from './measurement.js';
import {
  choice,
  fileSchema,
  name,
  nullable,
  part,
  seed,
  texts,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';

const PHASES = ['parse', 'validate', 'translate', 'compile', 'first-call'] as const;
const LARGEST_RATIO = 1_000_000_000;

const chargeableRatio = (description: string) =>
  Type.Number({ minimum: 0.001, maximum: LARGEST_RATIO, description });

const positiveRatio = (description?: string) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: LARGEST_RATIO,
    ...(description === undefined ? {} : { description }),
  });

const positiveNumber = (description?: string) =>
  Type.Number({ exclusiveMinimum: 0, ...(description === undefined ? {} : { description }) });

const POSITIVE_ESTIMATE = estimateOf(positiveNumber);

/** Memsets of 64 GiB. */
const MOST_FILLED_BYTES = 2 ** 36;

const filledBytes = () => Type.Integer({ minimum: 0, maximum: MOST_FILLED_BYTES });

const RATIO = {
  ratio: chargeableRatio('Median over processes of phase time / memset time at equal bytes.'),
  low: positiveRatio("Lower end of the interval, an order statistic of the processes' ratios."),
  high: positiveRatio('Its upper end.'),
  confidenceLevel: part('Coverage that the interval reaches with this number of processes.'),
  processes: processes(),
  verdict: verdict(),
};

const MULTIPLIER = Type.Object({
  ...RATIO,
  multiplierThousandths: Type.Integer({
    minimum: 1,
    maximum: LARGEST_RATIO * 1000,
    description:
      'What is charged: compiling n bytes costs ceil(n x multiplierThousandths / (1000 x bytesPerFuel)) fuel.',
  }),
  rule: choice(
    ['estimate-rounded-up', 'interval-high-rounded-up'],
    'How the multiplier follows from the estimate.',
  ),
});

const POLICY = Type.Object({
  phases: Type.Object({
    parse: Type.Optional(MULTIPLIER),
    validate: Type.Optional(MULTIPLIER),
    translate: Type.Optional(MULTIPLIER),
    compile: Type.Optional(MULTIPLIER),
    'first-call': Type.Optional(MULTIPLIER),
  }),
  sizeClasses: Type.Array(Type.Object({ phase: choice(PHASES), sizeClass: name(), ...RATIO }), {
    description: 'For information: ratios by function size, call-inclusive.',
  }),
  slopes: Type.Array(
    Type.Object({
      phase: choice(PHASES),
      slopeRatio: ESTIMATE,
      nanosecondsPerByte: ESTIMATE,
      nanosecondsPerFunction: ESTIMATE,
    }),
    { description: 'For information: phase time = constant per function + slope x bytes.' },
  ),
});

const BASELINE = Type.Object({
  kernel: name('The loop that filled, for example wasm-memory-fill-loop.'),
  regime: choice(MEMSET_REGIMES, 'Where the filled bytes lie.'),
  fromBytes: filledBytes(),
  toBytes: filledBytes(),
  segments: Type.Array(
    Type.Object({
      fromBytes: Type.Number({ minimum: 0, maximum: MOST_FILLED_BYTES }),
      toBytes: nullable(Type.Number({ exclusiveMinimum: 0, maximum: MOST_FILLED_BYTES })),
      interceptNanoseconds: ESTIMATE,
      nanosecondsPerByte: POSITIVE_ESTIMATE,
    }),
    {
      minItems: 1,
      description:
        'T(n) = interceptNanoseconds + nanosecondsPerByte x n for fromBytes <= n < toBytes (null: without end).',
    },
  ),
  kneesBytes: Type.Array(POSITIVE_ESTIMATE, { description: 'Where the segments meet.' }),
  largestRelativeResidual: Type.Number({
    minimum: 0,
    maximum: 10,
    description: 'Largest distance of a swept size from the fit, as a part of its time.',
  }),
});

/** `profile.json`. The engine, which depends on nobody, checks profiles by code of its own; a test holds the two together. */
export const PROFILE_RECORD = fileSchema(
  'profile',
  'wasm-dyno hardware profile, version 2',
  Type.Object(
    {
      kind: Type.Literal('wasm-dyno-profile'),
      schemaVersion: Type.Literal(2),
      createdAt: utcTime('When the profile was written'),
      tool: TOOL,
      engine: Type.Object(
        { name: name(), version: name(), flags: texts() },
        { description: 'What was measured, with the flags it ran under.' },
      ),
      machine: MACHINE,
      baseline: BASELINE,
      policies: Type.Object(
        { warm: POLICY, cold: Type.Optional(POLICY) },
        {
          description:
            'warm: prices by compiler code that has run for long; cold: by the first compile in a fresh process.',
        },
      ),
      corpora: Type.Array(CORPUS, { minItems: 1, description: 'What was compiled.' }),
      seed: seed(),
      options: Type.Record(
        Type.String(),
        Type.Unsafe<string | number | boolean | null>({ type: ['string', 'number', 'boolean', 'null'] }),
        {
          description: 'Options of the calibration, as given.',
        },
      ),
      systematicFloor: part(
        'What no interval sees (alignment, memory layout, creation order), as a part of each ratio.',
      ),
      verdict: verdict("The worst of the warm phases' verdicts."),
      forced: Type.Boolean({
        description: 'Written although the data were insufficient, because the user insisted.',
      }),
      warnings: texts('Sentences for people.'),
    },
    {
      description:
        'What compiling WebAssembly costs on one machine with one engine, as multiples of a memset of equal bytes. Fields not named here are ignored by readers.',
    },
  ),
);

/** `profile.json`: what compiling costs on one machine with one engine. */
export type ProfileRecord = Recorded<typeof PROFILE_RECORD>;
