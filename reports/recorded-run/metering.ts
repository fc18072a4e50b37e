import { choiceColumn, numberColumn, optionalNumberColumn, textColumn, type CsvRow } from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { ESTIMATE, verdict } from './estimate.js';
import {
  choice,
  count,
  fileSchema,
  name,
  nullable,
  number,
  seed,
  text,
  texts,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import { VERDICTS } from './words.js';
import * as Type from './type.js';

const EXECUTED_PROGRAM = Type.Object({
  program: name(),
  nanosecondsPerCall: ESTIMATE,
  fuelPerCall: nullable(Type.String(), 'A whole number as text; null where the engine meters no fuel.'),
  verdict: verdict(),
});

const TIME_PER_FUEL = Type.Object({ nanosecondsPerFuel: ESTIMATE, verdict: verdict() });

const COMPILE_CHARGE = Type.Object({
  mode: text(),
  phases: texts('The measured phases that the charge pays for.'),
  functions: count(),
  bodyBytes: count(),
  fuel: text("A number as text: whole as read back from the engine, or per the engine's rule."),
});

const METERED_ENGINE = Type.Object({
  name: name(),
  version: text(),
  programs: Type.Array(EXECUTED_PROGRAM),
  overall: nullable(
    TIME_PER_FUEL,
    'Geometric mean over the programs, taken in each process; null where the engine meters no fuel.',
  ),
  memsetFuelPerByte: nullable(Type.Number(), 'Fuel for a byte filled or copied; null where unknown.'),
  charges: Type.Array(COMPILE_CHARGE, {
    description: "Fuel for compiling the corpus function by function, in each of the engine's modes.",
  }),
});

const EXECUTION_CHARGES = ['one-per-operator', 'interpreter', 'host'] as const;

const EXECUTION_TABLE_TIMES = Type.Object(
  {
    executor: choice(['interpreter', 'host'], 'Whose costs by class of operators.'),
    programs: Type.Array(
      Type.Object({ program: name(), nanoseconds: number('By costs that were fitted without the program.') }),
    ),
  },
  { description: 'What a table of execution-costs.json charges programs, in nanoseconds.' },
);

const TIME_SPREAD = Type.Object({
  engine: name(),
  charge: choice(EXECUTION_CHARGES, 'One fuel an operator, or the costs of an executor by class.'),
  programs: count('Programs that were charged and timed.'),
  percentile90To10: number('90th / 10th percentile of time per charge over the programs.'),
});

export const METERING_SCHEMA_VERSION = 2;

export const METERING_RECORD = fileSchema(
  'metering',
  "metering.json: what engines charge as fuel, and how long a fuel's worth of running real programs takes",
  Type.Object({
    kind: Type.Literal('wasm-dyno-metering'),
    schemaVersion: Type.Literal(METERING_SCHEMA_VERSION),
    createdAt: utcTime('When it was measured'),
    tool: TOOL,
    machine: name("The machine's id."),
    seed: seed(),
    processes: count('Process executions per engine.'),
    programs: Type.Array(
      Type.Object({ name: name(), description: text(), source: text('npm package and version.') }),
    ),
    engines: Type.Array(METERED_ENGINE),
    executionTables: Type.Optional(Type.Array(EXECUTION_TABLE_TIMES)),
    executionSpreads: Type.Optional(
      Type.Array(TIME_SPREAD, {
        description: 'How evenly charges are worth time, by engine and way of charging; 1 is even.',
      }),
    ),
    notices: texts('Sentences for people.'),
  }),
);

export const METERING_PROGRAM_ROW = fileSchema(
  'metering-programs',
  'A row of metering-programs.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine; embedded-host is the embedded one on its host executor.'),
      program: textColumn('Name of the real program.'),
      charge: choiceColumn(
        EXECUTION_CHARGES,
        'What the program is charged by: one fuel an operator, or the costs of an executor by class, fitted without the program.',
      ),
      processes: numberColumn('Process executions that the time is the median of.'),
      nanosecondsPerCall: numberColumn('Median over the processes, warm.', { unit: 'ns' }),
      nanosecondsPerCallLow: numberColumn('Lower end of its interval.', { unit: 'ns' }),
      nanosecondsPerCallHigh: numberColumn('Upper end of its interval.', { unit: 'ns' }),
      fuelPerCall: optionalNumberColumn('Charged for a call; empty by costs by class.', { unit: 'fuel' }),
      chargedNanosecondsPerCall: optionalNumberColumn(
        'What costs by class say that a call takes; empty by one fuel an operator.',
        { unit: 'ns' },
      ),
      relativeTimePerCharge: numberColumn(
        "Time per charge / its median over the engine's programs by the same charge: 1 is what most get for their fuel.",
      ),
      verdict: choiceColumn(VERDICTS, 'Whether the interval carries the time.'),
    },
    { description: 'What a program takes on an engine, beside one way of charging for it.' },
  ),
);

/** A row of `metering-programs.csv`. */
export type MeteringProgramRow = CsvRow<typeof METERING_PROGRAM_ROW>;

export const METERING_PROGRAM_TABLE = new CsvTable('metering-programs.csv', METERING_PROGRAM_ROW);

/** `metering.json`: what engines charge as fuel, and how long a fuel's worth of running real programs takes. */
export type MeteringRecord = Recorded<typeof METERING_RECORD>;
export type MeteredEngine = Recorded<typeof METERED_ENGINE>;
export type ExecutedProgram = Recorded<typeof EXECUTED_PROGRAM>;
export type TimePerFuel = Recorded<typeof TIME_PER_FUEL>;
export type CompileCharge = Recorded<typeof COMPILE_CHARGE>;
export type ExecutionTableTimes = Recorded<typeof EXECUTION_TABLE_TIMES>;
export type TimeSpread = Recorded<typeof TIME_SPREAD>;
