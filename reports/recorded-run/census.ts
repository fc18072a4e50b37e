import {
  choiceColumn,
  laterNumberColumn,
  numberColumn,
  optionalNumberColumn,
  textColumn,
  type CsvRow,
} from './csv-row.js';
import { CsvTable } from './csv-table.js';
import {
  choice,
  fileSchema,
  name,
  positiveCount,
  seed,
  sha256,
  text,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import * as Type from './type.js';

/** What a census times: a function's phases, or, of engines that tell no functions apart, the compiling of a module. */
export const CENSUS_PHASES = ['validate', 'translate', 'compile'] as const;

const time = (description?: string) =>
  Type.Number({ minimum: 0, ...(description === undefined ? {} : { description }) });

const COUNTED_ENGINE = Type.Object({
  engine: name('Name of the engine.'),
  version: text(),
  grain: choice(['function', 'module'], 'What has a time of its own.'),
  processes: positiveCount('Fresh processes.'),
  passes: positiveCount('Passes over everything in each of them, beside those that warm it up.'),
  nanosecondsPerFilledByte: Type.Array(time(), {
    description: 'Of filling a byte of a hot buffer, by process.',
  }),
  clockNanoseconds: Type.Array(time(), {
    description:
      'What reading the clock once takes, by process: the same functions timed one by one, less timed at once. Subtracted from every single time.',
  }),
  closure: Type.Array(
    Type.Object({
      process: positiveCount(),
      phase: choice(CENSUS_PHASES),
      sizeClass: name('Of body bytes.'),
      singlesNanoseconds: time('Sum of the single times.'),
      blockNanoseconds: time('The same functions in one go, by the same loop.'),
    }),
    { description: 'Whether single times add up to the whole; empty for whole modules.' },
  ),
});

/** `census.json`: how the times of `census-times.csv` were taken. */
export const CENSUS_RECORD = fileSchema(
  'census',
  'How a census was taken',
  Type.Object({
    kind: Type.Literal('wasm-dyno-census'),
    schemaVersion: Type.Literal(2),
    createdAt: utcTime('When it was begun'),
    machine: name('Id of the machine.'),
    seed: seed(),
    corpusSha256: sha256('Digest of the modules; their features are in census-functions.csv, once.'),
    engines: Type.Array(COUNTED_ENGINE),
  }),
);

/** How a census was taken. */
export type CensusRecord = Recorded<typeof CENSUS_RECORD>;

const functionColumn = () =>
  optionalNumberColumn('Index of the function, imports first; empty for a whole module.');

/** A row of `census-times.csv`. */
export const CENSUS_ROW = fileSchema(
  'census-times',
  'A row of census-times.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      process: numberColumn('Which of the fresh processes, from 1.'),
      module: textColumn('Name of the module, its corpus before the slash.'),
      function: functionColumn(),
      validateNanoseconds: optionalNumberColumn('Validating it: median over the passes.', { unit: 'ns' }),
      translateNanoseconds: optionalNumberColumn('Translating it.', { unit: 'ns' }),
      compileNanoseconds: optionalNumberColumn('Compiling the whole module.', { unit: 'ns' }),
    },
    { description: 'What each function, or each module, took in each process, by itself.' },
  ),
);

/** A row of `census-functions.csv`. */
export const CENSUS_FUNCTION_ROW = fileSchema(
  'census-functions',
  'A row of census-functions.csv',
  Type.Object(
    {
      module: textColumn('Name of the module, its corpus before the slash.'),
      family: textColumn('Modules of one generator, or of one package.'),
      toolchain: textColumn('What made it.'),
      function: functionColumn(),
      functions: numberColumn('1, or how many a module has.'),
      bytes: numberColumn('Body bytes.', { unit: 'B' }),
      operators: numberColumn('All operators, the closing end included.'),
      locals: numberColumn('Declared; parameters are none of them.'),
      variables: numberColumn('local.get, local.set, local.tee, global.get, global.set.'),
      globals: laterNumberColumn('Of these global.get and global.set; empty where nobody counted them.'),
      constants: numberColumn('Constants.'),
      memory: numberColumn('Loads and stores.'),
      control: numberColumn('Structures, their ends, branches, returns.'),
      calls: numberColumn('Calls.'),
      others: numberColumn('Every other operator.'),
      listValues: numberColumn('What lists of values count as (docs/fuel.md).'),
      countedValidating: numberColumn('Bytes that the embedded engine counts it as, validating.', {
        unit: 'B',
      }),
      countedTranslating: numberColumn('Bytes that it counts it as, translating.', { unit: 'B' }),
    },
    { description: 'What the bodies of the census are made of.' },
  ),
);

/** A row of `model-predictions.csv`. */
export const MODEL_PREDICTION_ROW = fileSchema(
  'model-predictions',
  'A row of model-predictions.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      phase: choiceColumn(CENSUS_PHASES, 'What was timed.'),
      model: textColumn('Name of the model.'),
      module: textColumn('Name of the module, its corpus before the slash.'),
      function: functionColumn(),
      bytes: numberColumn('Body bytes.', { unit: 'B' }),
      nanoseconds: numberColumn('What it took: median over the processes.', { unit: 'ns' }),
      predictedNanoseconds: numberColumn(
        'The typical charge, in time, by the model that was fitted without its module.',
        { unit: 'ns' },
      ),
    },
    { description: 'What models predict for functions that they have not seen, and what these took.' },
  ),
);

/** `census-times.csv`. */
export const CENSUS_TABLE = new CsvTable('census-times.csv', CENSUS_ROW);
/** `census-functions.csv`. */
export const CENSUS_FUNCTION_TABLE = new CsvTable('census-functions.csv', CENSUS_FUNCTION_ROW);
/** `model-predictions.csv`. */
export const MODEL_PREDICTION_TABLE = new CsvTable('model-predictions.csv', MODEL_PREDICTION_ROW);

export type CensusRow = CsvRow<typeof CENSUS_ROW>;
export type CensusFunctionRow = CsvRow<typeof CENSUS_FUNCTION_ROW>;
export type ModelPredictionRow = CsvRow<typeof MODEL_PREDICTION_ROW>;
