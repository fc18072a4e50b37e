import { CENSUS_FUNCTION_TABLE, CENSUS_TABLE, MODEL_PREDICTION_TABLE } from './census.js';
import { columnsOf, type CsvColumnFacts, type CsvRowSchema } from './csv-row.js';
import { EXECUTION_COUNT_TABLE, EXECUTION_TABLE } from './execution.js';
import { MEASUREMENT_TABLE } from './measurement.js';
import { METERING_PROGRAM_TABLE } from './metering.js';
import { MODULE_CLOSURE_TABLE } from './module-closure.js';
import { ORIGIN_COLUMNS } from './row-origin.js';
import { SUMMARY_TABLE } from './summary-row.js';
import { WARM_UP_TABLE } from './warm-up.js';

/** A CSV file of a run and the form of its rows. */
export interface DescribedTable {
  readonly name: string;
  readonly schema: CsvRowSchema & { readonly description?: string };
}

/** Every CSV file of a run, in the order of use; the first columns of each tell the run. */
export const DESCRIBED_TABLES: readonly DescribedTable[] = [
  MEASUREMENT_TABLE,
  SUMMARY_TABLE,
  MODULE_CLOSURE_TABLE,
  WARM_UP_TABLE,
  EXECUTION_TABLE,
  EXECUTION_COUNT_TABLE,
  METERING_PROGRAM_TABLE,
  CENSUS_TABLE,
  CENSUS_FUNCTION_TABLE,
  MODEL_PREDICTION_TABLE,
].map(({ name, schema }) => ({ name, schema: withOrigin(schema) }));

function withOrigin(schema: CsvRowSchema): CsvRowSchema {
  const { properties, required = [] } = schema as { properties: object; required?: readonly string[] };
  return {
    ...schema,
    required: [...Object.keys(ORIGIN_COLUMNS.properties), ...required],
    properties: { ...ORIGIN_COLUMNS.properties, ...properties },
  } as object as CsvRowSchema;
}

/** What is told of a column. */
export interface DescribedColumn {
  readonly name: string;
  /** Kinds of value, or the words there are; `empty` where a cell may be. */
  readonly holds: readonly string[];
  readonly unit: string;
  readonly description: string;
}

export function describedColumns({ schema }: DescribedTable): DescribedColumn[] {
  return columnsOf(schema).map((column) => ({
    name: column.name,
    holds: holds(column),
    unit: column.unit,
    description: column.description,
  }));
}

function holds({ kind, optional, choices }: CsvColumnFacts): string[] {
  const words = kind === 'choice' ? choices.map((one) => (one === '' ? 'empty' : one)) : [kind];
  return optional ? [...words, 'or empty'] : words;
}
