import { readFileSync } from 'node:fs';

import { MEASUREMENT_TABLE } from '../../reports/recorded-run/measurement-table.js';
import type { Measurement } from '../measurement.js';
import type { RunDirectory } from '../run-directory/run-directory.js';

/** The rows that count: of processes that were measured to their end. */
export function completeRows(directory: RunDirectory): Measurement[] {
  const complete = new Set(
    directory.record.processes.filter(({ state }) => state === 'complete').map(({ process }) => process),
  );
  const { rows } = MEASUREMENT_TABLE.parse(readFileSync(directory.file('measurements'), 'utf8'));
  return rows.filter(({ process }) => complete.has(process));
}
