import { CORPUS } from './corpus.js';
import { ESTIMATE, ESTIMATE_FROM_NOTHING, processes, verdict } from './estimate.js';
import { MACHINE } from './machine.js';
import { CONSTANT, MEASURED_PRICE, PLATEAU, POSITIVE_ESTIMATE } from './price.js';
import { PROFILE_MODELS } from './profile-models.js';
import {
  choice,
  count,
  fileSchema,
  name,
  nullable,
  part,
  positiveCount,
  seed,
  sha256,
  SHORT_DIGEST,
  texts,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import {
  MEMSET_REGIMES,
  MERGE_POLICIES,
  MULTIPLIER_RULES,
  PROFILE_EXECUTORS,
  PROFILE_PHASES,
} from './words.js';
import * as Type from './type.js';

const LARGEST_RATIO = 1_000_000_000;

const chargeableRatio = (description: string) =>
  Type.Number({ minimum: 0.001, maximum: LARGEST_RATIO, description });

const positiveRatio = (description?: string) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: LARGEST_RATIO,
    ...(description === undefined ? {} : { description }),
  });

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

const UNIT = Type.Object(
  {
    definition: Type.String({
      title: 'bytes or a time such as 64B or 10ps',
      pattern: '^[1-9][0-9]{0,11}(B|fs|ps|ns)$',
      description: 'As asked for: so many bytes filled (64B), or a time (10ps).',
    }),
    nanosecondsPerFuel: POSITIVE_ESTIMATE,
    bytesPerFuel: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0xffff_ffff,
      description: 'Bytes that the hot memset fills in the time of one fuel.',
    }),
    ...PLATEAU,
  },
  { description: "What one fuel of the profile's numbers is: a time." },
);

const FIRST_FUNCTIONS = Type.Object({
  functions: positiveCount('So many, all together, each another one.'),
  nanoseconds: Type.Number({ minimum: 0, maximum: 1e12, description: 'Their time: median over processes.' }),
  timesWarm: Type.Number({
    minimum: 0,
    description: 'Their time / the time that the warm price charges for them.',
  }),
  processes: processes(),
});

const WATCHING = Type.Object(
  {
    timesWarm: Type.Number({
      exclusiveMinimum: 0,
      maximum: LARGEST_RATIO,
      description:
        'Observed / what is typically charged by the warm prices, or the models: mean over modules of medians.',
    }),
    low: Type.Number({ minimum: 0, maximum: LARGEST_RATIO }),
    high: Type.Number({ minimum: 0, maximum: LARGEST_RATIO }),
    confidenceLevel: Type.Number({ minimum: 0, maximum: 1 }),
    modules: positiveCount('Modules that were compiled, met in turn.'),
    functions: positiveCount('Functions of these that were timed.'),
  },
  { description: 'What a monitor saw.' },
);

const WATCHED = Type.Object(
  { eager: WATCHING, lazy: WATCHING },
  {
    description:
      'For monitors, of warm prices: what they saw of the phase right after it was measured; all functions of a module in turn as it is loaded, and each by its first call.',
  },
);

const PROFILE_PRICE = Type.Object({
  ...MEASURED_PRICE,
  multiplierThousandths: Type.Integer({
    minimum: 1,
    maximum: LARGEST_RATIO * 1000,
    description:
      'What is charged for a byte: multiplierThousandths / (1000 x bytesPerFuel) fuel, where bytesPerFuel is what the engine counts by.',
  }),
  rule: choice(MULTIPLIER_RULES, 'How multiplier and constants follow from their estimates.'),
  constants: Type.Array(
    Type.Object({
      ...CONSTANT,
      constantFuel: Type.Integer({
        minimum: 0,
        maximum: 1e12,
        description: "What is charged before the first byte, in the profile's unit.",
      }),
    }),
  ),
  tier: Type.Optional(
    name("For information: which tier of a JIT was measured, in the engine's own words. Warm prices only."),
  ),
  firstFunctions: Type.Optional(
    Type.Array(FIRST_FUNCTIONS, {
      description:
        'For information: the first 1, 10, 100, ... functions (parse: modules) of a fresh process.',
    }),
  ),
  watched: Type.Optional(WATCHED),
  equalBytesRatio: Type.Object(RATIO, {
    description: 'For information: phase time / memset time of the same sizes, over the whole corpus.',
  }),
});

const POLICY = Type.Object({
  phases: Type.Object({
    parse: Type.Optional(PROFILE_PRICE),
    validate: Type.Optional(PROFILE_PRICE),
    translate: Type.Optional(PROFILE_PRICE),
    compile: Type.Optional(PROFILE_PRICE),
    'first-call': Type.Optional(PROFILE_PRICE),
  }),
  sizeClasses: Type.Array(Type.Object({ phase: choice(PROFILE_PHASES), sizeClass: name(), ...RATIO }), {
    description: 'For information: equal-bytes ratios by function size.',
  }),
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

const CLASS_COST = Type.Object({
  nanoseconds: ESTIMATE_FROM_NOTHING,
  fuel: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    description: "What is charged, in the profile's unit; of sizes in bytes in memsets of as many bytes.",
  }),
});

const EXECUTOR = Type.Object({
  classes: Type.Record(Type.String(), CLASS_COST, {
    description: 'By class of operators (docs/fuel.md): the time of one, of 64 bytes or of an element.',
  }),
  kernels: count('Generated kernels that the times are fitted to.'),
  programs: count('Real programs that they are fitted to as well.'),
});

const EXECUTION = Type.Object(
  {
    chargedExecutor: choice(PROFILE_EXECUTORS, 'Whose times are charged; fuel is the same on both.'),
    executors: Type.Object({ interpreter: Type.Optional(EXECUTOR), host: Type.Optional(EXECUTOR) }),
  },
  { description: 'What executing costs, where it was measured.' },
);

const charged = () => Type.Number({ minimum: 0 });

const AGREED = Type.Object(
  {
    id: Type.String({
      ...SHORT_DIGEST,
      description: 'Digest of engine, cost behaviour and all that is charged.',
    }),
    policy: choice(MERGE_POLICIES, 'Which of the machines each number is taken from.'),
    profiles: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Profiles that were merged.',
    }),
    machineKinds: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Machines of different ids among them.',
    }),
    from: utcTime('When the first of them was written'),
    to: utcTime('When the last was'),
    profilesSha256: sha256("SHA-256 over the profiles' own, in order, a line each."),
    spread: Type.Array(
      Type.Object({
        name: name('For example warm translate, or warm translate function.'),
        least: charged(),
        median: charged(),
        ninetieth: charged(),
        most: charged(),
      }),
      {
        description:
          'How far the machines lie apart: multipliers; constants and costs of executing in bytes filled.',
      },
    ),
  },
  { description: 'What many machines agreed on; such a profile is charged by on any machine.' },
);

/** `profile.json`. The engine, which depends on nobody, checks profiles by code that the build makes of this (build/build-profile-form.mjs). */
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
        {
          name: name(),
          version: name(),
          flags: texts(),
          costBehaviour: Type.Optional(
            sha256(
              'Digest of what its costs of compiling and executing depend on; where it is told, versions do not count.',
            ),
          ),
        },
        { description: 'What was measured, with the flags it ran under.' },
      ),
      machine: MACHINE,
      unit: UNIT,
      baseline: BASELINE,
      policies: Type.Object(
        { warm: POLICY, cold: Type.Optional(POLICY) },
        {
          description:
            'warm: prices by compiler code that has run for long; cold: by the first compile in a fresh process.',
        },
      ),
      execution: Type.Optional(EXECUTION),
      models: Type.Optional(PROFILE_MODELS),
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
        'What no interval sees (alignment, memory layout, creation order), as a part of each number.',
      ),
      verdict: verdict("The worst of the warm phases' verdicts."),
      forced: Type.Boolean({
        description: 'Written although the data were insufficient, because the user insisted.',
      }),
      warnings: texts('Sentences for people.'),
      agreed: Type.Optional(AGREED),
    },
    {
      description:
        'What compiling WebAssembly costs on one machine with one engine, in times of its memset. Fields not named here are ignored by readers.',
    },
  ),
);

/** `profile.json`: what compiling costs on one machine with one engine. */
export type ProfileRecord = Recorded<typeof PROFILE_RECORD>;
