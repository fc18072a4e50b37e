import { textColumn, type CsvRow } from './csv-row.js';
import * as Type from './type.js';

/** The columns that begin every row of every file: where it comes from, so that files of several runs can be put together. */
export const ORIGIN_COLUMNS = Type.Object({
  run: textColumn('Id of the run: when it began, and on what machine. The same in all files of a run.'),
  machine: textColumn('Id of the machine, as in run.json.'),
  runCreatedAt: textColumn('When the run began, UTC.', { unit: 'ISO 8601' }),
});

/** Which run a row is of, on which machine, begun when. */
export type RowOrigin = CsvRow<typeof ORIGIN_COLUMNS>;

/** What of a run's record tells where its rows come from. */
interface BegunRun {
  readonly createdAt: string;
  readonly machine: { readonly id: string };
}

/** The origin of all rows of a run. */
export function rowOrigin({ createdAt, machine }: BegunRun): RowOrigin {
  // Letters first and last: no spreadsheet takes it for a number or a date.
  return {
    run: `run-${createdAt.replace(/[-:.]/g, '')}-${machine.id}`,
    machine: machine.id,
    runCreatedAt: createdAt,
  };
}
