import { CHANGE_VERDICTS } from '../change-verdicts.js';
import { estimateOf } from '../recorded-run/estimate.js';
import { JsonFile } from '../recorded-run/json-file.js';
import {
  choice,
  fileSchema,
  name,
  nullable,
  number,
  part,
  text,
  texts,
  type Recorded,
} from '../recorded-run/schema-parts.js';
import * as Type from '../recorded-run/type.js';

const ESTIMATE = estimateOf(number);

const SOURCE = Type.Object(
  {
    path: text('As it was named.'),
    form: choice(['run', 'profile']),
    createdAt: text('When the run began, or the profile was written, UTC.'),
    machine: Type.Object({ id: text(), cpuModel: text(), logicalCores: number(), nodeVersion: text() }),
    engines: texts('Name, version and flags of each.'),
    prices: Type.Array(Type.Object({ engine: name(), price: name(), unit: text(), value: ESTIMATE })),
  },
  { description: 'A run or a profile.' },
);

const CHANGE = Type.Object({
  change: number('As a part of the first: 0.1 is 10% more.'),
  low: nullable(
    number(),
    'Lower end of the interval, which holds the errors of both sides; null: there is none.',
  ),
  high: nullable(number(), 'Its upper end.'),
  confidenceLevel: part('0: too few processes for an interval.'),
  alone: Type.Object(
    { low: nullable(number()), high: nullable(number()), confidenceLevel: part() },
    {
      description:
        'The interval of this price by itself, with what no interval sees, which "same" is told by.',
    },
  ),
  method: choice(['processes', 'intervals'], 'What the interval is made from.'),
  verdict: choice(CHANGE_VERDICTS),
  estimate: number('The price itself.'),
  processes: number(),
});

const OUTLIER = Type.Object(
  {
    path: text(),
    engine: name(),
    price: name(),
    timesTypical: number('Its price / the median over all sources.'),
    beyond: number('So many times the median, or less than one over it, counts as far.'),
    because: choice(
      ['scatter', 'matters'],
      'What beyond comes from: how far all scatter, or what matters at all.',
    ),
  },
  { description: 'A price far from those of the other sources: of three or more alone.' },
);

export const COMPARISON_RECORD = fileSchema(
  'comparison',
  'What became of prices between runs or profiles',
  Type.Object({
    kind: Type.Literal('wasm-dyno-comparison'),
    schemaVersion: Type.Literal(1),
    base: text('What the others are compared with.'),
    others: texts(),
    sources: Type.Array(SOURCE, { description: 'The base, then the others.' }),
    confidenceLevel: part('Probability that all intervals together hold what they should.'),
    sameLevel: part('Of the interval of a price by itself, which "same" is told by.'),
    sameWithin: number('No change as large as this is compatible with what is called the same.'),
    unseen: number('What no interval sees, as a part of a price.'),
    rows: Type.Array(
      Type.Object({
        engine: name(),
        price: name(),
        unit: text(),
        base: ESTIMATE,
        others: Type.Array(nullable(CHANGE), {
          description: 'In the order of others; null: it has no such price.',
        }),
      }),
    ),
    verdicts: Type.Array(choice(CHANGE_VERDICTS), {
      description: 'Of each of the others: the word for the whole.',
    }),
    outliers: Type.Array(OUTLIER),
    notices: texts('What differs besides the prices, and what could not be compared.'),
  }),
);

export const COMPARISON_FILE = new JsonFile('comparison.json', COMPARISON_RECORD);

/** What became of prices between runs or profiles, as it is recorded and reported. */
export type ComparisonRecord = Recorded<typeof COMPARISON_RECORD>;
export type ComparisonSource = ComparisonRecord['sources'][number];
export type ComparedChange = NonNullable<ComparisonRecord['rows'][number]['others'][number]>;
