import { name, nullable, part, positiveCount, sha256 } from './schema-parts.js';
import * as Type from './type.js';

const LARGEST = 1e12;

const whole = (description?: string) =>
  Type.Integer({ minimum: 0, maximum: LARGEST, ...(description === undefined ? {} : { description }) });
const number = (description?: string) =>
  Type.Number({ minimum: 0, maximum: LARGEST, ...(description === undefined ? {} : { description }) });

const interval = (description: string) =>
  nullable(Type.Object({ low: number(), high: number() }), description);

const TRIAL = Type.Object({
  medianError: number("Of |charge / time - 1| over a module's functions, for the median module."),
  p95Error: number('The same, of the 95th percentile.'),
  undercharged: part('Part of the functions that were charged less than they took.'),
  worst: number('Of these the worst: time / charge.'),
  leastOfModules: number('Charge / time over whole modules: the least.'),
  mostOfModules: number('The most.'),
});

const POLICY = Type.Object({
  factor: number('What the typical charge is multiplied by.'),
  heldOut: Type.Object(
    { module: TRIAL, family: TRIAL, toolchain: TRIAL },
    { description: 'Each module, family or toolchain charged by what the others say.' },
  ),
});

const MODEL = Type.Object({
  name: name(),
  prices: Type.Array(
    Type.Object({
      of: name('function, bytes, or another feature of a body (census-functions.csv).'),
      thousandths: Type.Object(
        { typical: whole(), p90: whole(), p99: whole(), safe: whole() },
        { description: 'What is charged by each policy: thousandths of a byte filled, rounded up.' },
      ),
      overProcesses: interval('95% interval of the typical price, in thousandths: processes drawn anew.'),
      overModules: interval('The same, modules drawn anew.'),
    }),
  ),
  policies: Type.Object({ typical: POLICY, p90: POLICY, p99: POLICY, safe: POLICY }),
});

const PHASE_MODELS = Type.Object({
  charged: name('By which of them engines charge that know of a body nothing but its bytes.'),
  domain: Type.Object(
    {
      leastBytes: whole('Of a body.'),
      mostBytes: whole(),
      mostCountedThousandths: whole('Bytes that it counts as / its own, in thousandths.'),
    },
    { description: 'Functions that prices are known to hold for: others are charged safe.' },
  ),
  models: Type.Array(MODEL, { minItems: 1 }),
});

/** What a profile says of models. */
export const PROFILE_MODELS = Type.Object(
  {
    functions: positiveCount('Functions, or whole modules, that were timed.'),
    modules: positiveCount(),
    processes: positiveCount(),
    corpusSha256: sha256('Digest of the modules.'),
    phases: Type.Object({
      validate: Type.Optional(PHASE_MODELS),
      translate: Type.Optional(PHASE_MODELS),
      compile: Type.Optional(PHASE_MODELS),
    }),
  },
  { description: 'Models of what functions take, where a census was taken; charged before the prices.' },
);
