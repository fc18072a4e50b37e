import { ESTIMATE, verdict } from './estimate.js';
import { TEMPERATURES } from './measurement.js';
import { PLATEAU, PRICE } from './price.js';
import { choice, count, fileSchema, name, nullable, number, texts, type Recorded } from './schema-parts.js';
import { COMPARED_PHASES } from './summary-row.js';
import { MEMSET_REGIMES } from './words.js';
import * as Type from './type.js';

const SEGMENT = Type.Object(
  {
    fromBytes: number(),
    toBytes: nullable(Type.Number(), 'null: without end.'),
    interceptNanoseconds: ESTIMATE,
    nanosecondsPerByte: ESTIMATE,
  },
  {
    description:
      "One straight piece of a memset's time: interceptNanoseconds + nanosecondsPerByte x n for fromBytes <= n < toBytes.",
  },
);

const POINT = Type.Object(
  { bytes: number(), nanoseconds: ESTIMATE },
  { description: 'Time of one memset call at one size: a point of the curve.' },
);

const BASELINE = Type.Object(
  {
    engine: name(),
    kernel: name(),
    regime: choice(MEMSET_REGIMES),
    points: Type.Array(POINT),
    segments: Type.Array(SEGMENT),
    kneesBytes: Type.Array(ESTIMATE),
    largestRelativeResidual: number('Largest distance of a point from the fit, as a part of its time.'),
  },
  { description: 'How long one kernel takes to fill n bytes in one regime.' },
);

const SLOPE = Type.Object(
  {
    engine: name(),
    temperature: choice(TEMPERATURES),
    phase: choice(COMPARED_PHASES),
    kernel: name(),
    regime: choice(MEMSET_REGIMES),
    slopeRatio: ESTIMATE,
    nanosecondsPerByte: ESTIMATE,
    nanosecondsPerFunction: ESTIMATE,
    verdict: verdict(),
  },
  {
    description:
      "Phase time = nanosecondsPerFunction + nanosecondsPerByte x bytes, and the slope against the memset's.",
  },
);

const UNIT_OF_ENGINE = Type.Object(
  { engine: name(), kernel: name(), ...PLATEAU },
  {
    description: 'What one byte of the hot memset takes on its plateau: the unit that prices are counted in.',
  },
);

const PRICE_OF_ENGINE = Type.Object(
  {
    engine: name(),
    temperature: choice(TEMPERATURES),
    kernel: name(),
    phase: choice(COMPARED_PHASES),
    ...PRICE,
  },
  { description: "A phase's price: constants, and a time for each byte." },
);

export const FIT_RECORDS = fileSchema(
  'fits',
  'fits.json: what a run found besides the ratios of summary.csv',
  Type.Object({
    baselines: Type.Array(BASELINE),
    slopes: Type.Array(SLOPE),
    units: Type.Optional(Type.Array(UNIT_OF_ENGINE, { description: 'Absent in runs of earlier versions.' })),
    prices: Type.Optional(
      Type.Array(PRICE_OF_ENGINE, { description: 'Absent in runs of earlier versions.' }),
    ),
    summaryRows: Type.Optional(
      count('Rows that summary.csv was written with; earlier versions do not tell.'),
    ),
    warnings: texts('Sentences about the run as a whole.'),
  }),
);

/** One straight piece of a memset's time. */
export type BaselineSegment = Recorded<typeof SEGMENT>;
/** Time of one memset call at one size. */
export type BaselinePoint = Recorded<typeof POINT>;
/** How long one kernel takes to fill n bytes in one regime. */
export type BaselineRecord = Recorded<typeof BASELINE>;
/** The price of a byte and of a function. */
export type SlopeRecord = Recorded<typeof SLOPE>;
/** What a byte of the hot memset takes on its plateau. */
export type UnitRecord = Recorded<typeof UNIT_OF_ENGINE>;
/** What a phase costs one engine. */
export type PriceRecord = Recorded<typeof PRICE_OF_ENGINE>;
/** `fits.json`. */
export type FitRecords = Recorded<typeof FIT_RECORDS>;
