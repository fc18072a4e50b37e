import { choiceColumn, numberColumn, textColumn, type CsvRow } from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { ESTIMATE_FROM_NOTHING } from './estimate.js';
import {
  choice,
  count,
  fileSchema,
  name,
  nullable,
  number,
  seed,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import * as Type from './type.js';

const EXECUTORS = ['interpreter', 'host'] as const;
const KINDS = ['kernel', 'program'] as const;

export const EXECUTION_ROW = fileSchema(
  'execution',
  'A row of execution.csv',
  Type.Object(
    {
      executor: choiceColumn(EXECUTORS, 'What executed.'),
      process: numberColumn('Number of the process execution, from 0.'),
      program: textColumn('Name of the kernel or program.'),
      kind: choiceColumn(KINDS, 'Whether it was generated, or is real code.'),
      nanosecondsPerCall: numberColumn('Median over the blocks of the process.', { unit: 'ns' }),
      fuelPerCall: numberColumn('Fuel of a call where every operator costs 1.'),
    },
    { description: 'How long a kernel or program took in one process, warm.' },
  ),
);

export const EXECUTION_COUNT_ROW = fileSchema(
  'execution-counts',
  'A row of execution-counts.csv',
  Type.Object(
    {
      program: textColumn('Name of the kernel or program.'),
      class: textColumn('Class of operators, or of sizes.'),
      count: numberColumn('How many of them a call executes.'),
    },
    {
      description:
        'What a call of a kernel or program executes. Classes that it does not execute have no row.',
    },
  ),
);

/** A row of `execution.csv`. */
export type ExecutionRow = CsvRow<typeof EXECUTION_ROW>;
/** A row of `execution-counts.csv`. */
export type ExecutionCountRow = CsvRow<typeof EXECUTION_COUNT_ROW>;

export const EXECUTION_TABLE = new CsvTable('execution.csv', EXECUTION_ROW);
export const EXECUTION_COUNT_TABLE = new CsvTable('execution-counts.csv', EXECUTION_COUNT_ROW);

const HELD_OUT = Type.Object({
  program: name(),
  kind: choice(KINDS),
  nanosecondsPerCall: number('Median over processes.'),
  operators: number('Fuel of a call where every operator costs 1.'),
  predictedNanoseconds: number('By the costs fitted without it.'),
  otherNanoseconds: nullable(number(), "By the other executor's costs."),
});

const SPREAD = (description: string) =>
  Type.Object(
    {
      oneEach: number('Where every operator costs 1.'),
      byClass: number('By costs that were fitted without the program.'),
      byOtherExecutor: nullable(number(), "By the other executor's costs."),
    },
    { description },
  );

const MEASURED_EXECUTOR = Type.Object({
  executor: choice(EXECUTORS),
  classes: Type.Array(
    Type.Object({
      class: name(),
      nanoseconds: ESTIMATE_FROM_NOTHING,
      isIdentified: Type.Boolean({
        description:
          'Whether the interval is within a factor of 3; where not, the class costs about what its group does.',
      }),
    }),
  ),
  hold: number('How firmly classes are held to their groups: what foretells unseen programs best.'),
  condition: Type.Object(
    {
      alone: nullable(number(), 'By the programs alone; null where they leave a class open.'),
      held: nullable(number(), 'With classes held to their groups.'),
    },
    { description: 'Condition numbers: how much disturbances of the times can grow in the prices.' },
  ),
  callNanoseconds: number('Of a call from outside, beside what it executes.'),
  medianRelativeResidual: number('Of the fit, over kernels and programs.'),
  heldOut: Type.Array(HELD_OUT, { description: 'Each program, and each kernel, by a fit without it.' }),
  programs: SPREAD('Time per fuel over the real programs: 90th / 10th percentile.'),
  kernels: SPREAD('The same over the kernels.'),
});

export const EXECUTION_RECORD = fileSchema(
  'execution-costs',
  'execution-costs.json: what executing takes by class of operators, and how well that foretells programs',
  Type.Object({
    kind: Type.Literal('wasm-dyno-execution'),
    schemaVersion: Type.Literal(2),
    createdAt: utcTime('When it was measured'),
    tool: TOOL,
    machine: name("The machine's id."),
    seed: seed(),
    processes: count('Process executions per executor.'),
    executors: Type.Array(MEASURED_EXECUTOR),
  }),
);

/** `execution-costs.json`: what executing takes by class of operators. */
export type ExecutionRecord = Recorded<typeof EXECUTION_RECORD>;
export type MeasuredExecutor = Recorded<typeof MEASURED_EXECUTOR>;
export type ExecutionSpread = MeasuredExecutor['programs'];
