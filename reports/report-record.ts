import { compareEngines } from './engine-comparison.js';
import { fuelCosts } from './metering-content.js';
import { PRICE_QUANTITIES, prices } from './prices.js';
import { estimateOf, verdict } from './recorded-run/estimate.js';
import { JsonFile } from './recorded-run/json-file.js';
import { TEMPERATURES } from './recorded-run/measurement.js';
import {
  choice,
  count,
  fileSchema,
  name,
  nullable,
  number,
  part,
  text,
  texts,
  type Recorded,
} from './recorded-run/schema-parts.js';
import {
  FITS_FILE,
  METERING_FILE,
  PROFILE_FILE,
  RUN_FILE,
  VERIFICATION_FILE,
} from './recorded-run/run-files.js';
import {
  RUN_STATES,
  runProgress,
  rowOrigin,
  SUMMARY_TABLE,
  type RecordedRun,
  PRICED_ENTITIES,
} from './recorded-run/index.js';
import { runStanding } from './verdict-words.js';
import { runWarnings } from './warnings.js';
import { MEMSET_REGIMES, VERDICTS } from './recorded-run/words.js';
import * as Type from './recorded-run/type.js';

/** What another published schema describes. */
const asIn = <T>({ schema }: { readonly schema: object }) =>
  Type.Unsafe<T>({ $ref: (schema as { readonly $id: string }).$id });

const BOUNDS = { low: number(), high: number() };

const STANDING = Type.Object(
  {
    verdict: choice(VERDICTS, 'The worst of the warm prices.'),
    sentences: texts('Of how many prices it is, and what the size classes and the cold prices say.'),
  },
  { description: 'The one verdict on the run, as every form of a report says it.' },
);

const PROGRESS = Type.Object(
  {
    state: choice(RUN_STATES, 'Estimates of a run that is not finished are made of the rows that it has.'),
    complete: count('Process executions that were measured to their end.'),
    planned: count(),
  },
  { description: 'How far the run came.' },
);

const PRICE = Type.Object(
  {
    engine: name(),
    temperature: choice(TEMPERATURES),
    phase: name(),
    nanosecondsPerByte: nullable(estimateOf(number), 'Time of a byte more; null where no line was fitted.'),
    nanosecondsPerFunction: nullable(estimateOf(number), 'Time of a function however small, or of a module.'),
    multiplier: number("A byte's price / the unit's time of a byte; where there is no price, see quantity."),
    quantity: choice(
      PRICE_QUANTITIES,
      "What multiplier holds: where no price was found, the phase's time / the memset's at equal bytes.",
    ),
    ...BOUNDS,
    confidenceLevel: part('0: too few processes for an interval.'),
    processes: count(),
    verdict: verdict(
      'On the price of a byte: by its own intervals, and no better than what the phase charges over the corpus.',
    ),
    reasons: texts('Names of the reasons for the verdict.'),
    constants: Type.Optional(
      Type.Array(
        Type.Object({ per: choice(PRICED_ENTITIES), nanoseconds: estimateOf(number), verdict: verdict() }),
        { description: 'What is paid before the bytes, each with a verdict of its own.' },
      ),
    ),
    memset: text('The memset that the multiplier is against.'),
    charged: Type.Boolean({ description: 'Whether a profile charges it, or only the summary tells it.' }),
  },
  { description: 'What one phase of one engine costs, over the whole corpus.' },
);

const COMPARED = Type.Object(
  {
    engine: name(),
    version: text(),
    phase: name('A measured phase, or the sum of two.'),
    nanosecondsPerByte: number(),
    ratio: number('Warm time / memset time at equal bytes.'),
    ...BOUNDS,
    confidenceLevel: part(),
    processes: count(),
    verdict: verdict(),
    kernel: name(),
    regime: choice(MEMSET_REGIMES),
    cold: Type.Optional(Type.Object({ ratio: number(), ...BOUNDS, verdict: verdict() })),
  },
  { description: 'What one engine takes for one phase, beside the others.' },
);

const FUEL_COST = Type.Object(
  {
    engine: name(),
    kind: choice(['execute', 'compile', 'memset']),
    what: text(),
    charged: text('How it is charged, for people.'),
    nanosecondsPerFuel: Type.Optional(Type.Object({ estimate: number(), ...BOUNDS })),
    verdict: verdict(),
  },
  { description: 'One thing that an engine charges fuel for, and what a fuel of it takes.' },
);

export const REPORT_RECORD = fileSchema(
  'report',
  'The report on a run as JSON: what all its forms say, and the files that it is made from',
  Type.Object({
    kind: Type.Literal('wasm-dyno-report'),
    schemaVersion: Type.Literal(1),
    runId: name('As in every row of the CSV files.'),
    machineId: name(),
    createdAt: text('When the run began, UTC.'),
    progress: Type.Optional(PROGRESS),
    standing: STANDING,
    prices: Type.Array(PRICE),
    warnings: texts('What speaks against the numbers.'),
    comparison: Type.Array(COMPARED),
    fuelCosts: Type.Optional(Type.Array(FUEL_COST, { description: 'Once wasm-dyno metering was run.' })),
    run: asIn<RecordedRun['run']>(RUN_FILE),
    summary: Type.Array(Type.Unsafe<RecordedRun['summary'][number]>({ type: 'object' }), {
      description: `Rows of ${SUMMARY_TABLE.name}, without the columns that name the run.`,
    }),
    fits: Type.Optional(asIn<NonNullable<RecordedRun['fits']>>(FITS_FILE)),
    profiles: Type.Array(asIn<RecordedRun['profiles'][number]>(PROFILE_FILE)),
    verification: Type.Optional(asIn<NonNullable<RecordedRun['verification']>>(VERIFICATION_FILE)),
    metering: Type.Optional(asIn<NonNullable<RecordedRun['metering']>>(METERING_FILE)),
  }),
);

export const REPORT_FILE = new JsonFile('report.json', REPORT_RECORD);

/** A report as programs read it. */
export type ReportRecord = Recorded<typeof REPORT_RECORD>;

export function reportRecord(recorded: RecordedRun): ReportRecord {
  const { run, summary, fits, profiles, verification, metering } = recorded;
  const { run: runId, machine, runCreatedAt } = rowOrigin(run);
  const { verdict, sentences } = runStanding(recorded);
  const { state } = run;
  return {
    kind: 'wasm-dyno-report',
    schemaVersion: 1,
    runId,
    machineId: machine,
    createdAt: runCreatedAt,
    progress: { state, ...runProgress(run) },
    standing: { verdict, sentences },
    prices: prices(recorded).map(
      ({ nanosecondsPerByte = null, nanosecondsPerFunction = null, ...price }) => ({
        ...price,
        nanosecondsPerByte,
        nanosecondsPerFunction,
      }),
    ),
    warnings: runWarnings(recorded),
    comparison: compareEngines(recorded).map(({ cold, ...row }) =>
      cold === undefined ? row : { ...row, cold },
    ),
    ...(metering === undefined ? {} : { fuelCosts: costsOf(recorded), metering }),
    run,
    summary,
    ...(fits === undefined ? {} : { fits }),
    profiles,
    ...(verification === undefined ? {} : { verification }),
  };
}

function costsOf(recorded: RecordedRun): NonNullable<ReportRecord['fuelCosts']> {
  return fuelCosts(recorded).map(({ nanosecondsPerFuel, ...cost }) =>
    nanosecondsPerFuel === undefined ? cost : { ...cost, nanosecondsPerFuel },
  );
}
