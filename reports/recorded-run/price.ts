import type { TObject } from 'typebox';
import { estimateOf, verdict } from './estimate.js';
import { choice, name, nullable, part, positiveCount, type Recorded } from './schema-parts.js';
import { PRICED_ENTITIES } from './words.js';
import * as Type from './type.js';

const LARGEST_MULTIPLE = 1_000_000_000;

const describedAs = (description?: string) => (description === undefined ? {} : { description });

const nanoseconds = (description?: string) =>
  Type.Number({ minimum: 0, maximum: 1e12, ...describedAs(description) });

export const multiple = (description?: string) =>
  Type.Number({ minimum: 0, maximum: LARGEST_MULTIPLE, ...describedAs(description) });

const positive = (description?: string) => Type.Number({ exclusiveMinimum: 0, ...describedAs(description) });

export const POSITIVE_ESTIMATE = estimateOf(positive);
export const NANOSECONDS = estimateOf(nanoseconds);

/** Memsets of 64 GiB. */
const filledBytes = () => Type.Integer({ minimum: 0, maximum: 2 ** 36 });

/** The hot memset where its time per byte is one number. */
export const PLATEAU = {
  nanosecondsPerByte: POSITIVE_ESTIMATE,
  fromBytes: filledBytes(),
  toBytes: filledBytes(),
  largestRelativeResidual: Type.Number({
    minimum: 0,
    maximum: 10,
    description:
      'Largest distance of a size on the plateau from the line, as a part of its time, in the median process.',
  }),
  isInCache: Type.Boolean({
    description: 'Whether times grow with sizes up to the end of the plateau as they do at its beginning.',
  }),
  verdict: verdict(),
};

/** What a constant is and what it takes. */
export const CONSTANT = {
  per: choice(PRICED_ENTITIES, 'What it is paid for: once a process, or for each of something.'),
  nanoseconds: NANOSECONDS,
};

/** What a price is measured to be, whatever is charged. */
export const MEASURED_PRICE = {
  corpusNanosecondsPerByte: POSITIVE_ESTIMATE,
  nanosecondsPerByte: NANOSECONDS,
  multiplier: estimateOf(multiple),
  corpusInterval: nullable(
    Type.Object({
      low: multiple(),
      high: multiple(),
      confidenceLevel: part(),
      modules: positiveCount(),
      resamples: positiveCount(),
    }),
    'How far the multiplier moves when other modules are measured: bootstrap over modules. null: fewer than two were measured by themselves.',
  ),
  leaveOneModuleOut: nullable(
    Type.Object({ low: multiple(), lowWithout: name(), high: multiple(), highWithout: name() }),
    'The least and the greatest multiplier over the corpus without one of its modules.',
  ),
  verdict: verdict(),
};

/** A price as a run records it. */
export const PRICE = { ...MEASURED_PRICE, constants: Type.Array(Type.Object(CONSTANT)) };

type MeasuredPrice = Recorded<TObject<typeof MEASURED_PRICE>>;

export type RecordedCorpusInterval = NonNullable<MeasuredPrice['corpusInterval']>;
export type RecordedLeaveOneOut = NonNullable<MeasuredPrice['leaveOneModuleOut']>;
