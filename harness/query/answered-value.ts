import type { DuckDBType } from '@duckdb/node-api';

/** A cell of an answer as JSON has it. */
export type AnsweredValue =
  string | number | boolean | null | readonly AnsweredValue[] | { readonly [name: string]: AnsweredValue };

export type CellReader = (cell: AnsweredValue) => AnsweredValue;

/** Types whose values may be more than a double holds: DuckDB hands them out as text. */
const WIDE = /^(?:BIGINT|UBIGINT|HUGEINT|UHUGEINT|DECIMAL\()/;

/** How the cells of a column are read: numbers as numbers where they lose nothing, JSON as what it says, times as runs write them. */
export function cellReader(type: DuckDBType): CellReader {
  if (type.alias === 'JSON')
    return (cell) => (typeof cell === 'string' ? (JSON.parse(cell) as AnsweredValue) : cell);
  if (WIDE.test(type.toString())) return (cell) => (typeof cell === 'string' ? number(cell) : cell);
  if (type.toString() === 'TIMESTAMP WITH TIME ZONE')
    return (cell) => (typeof cell === 'string' ? cell.replace(' ', 'T').replace(/\+00$/, 'Z') : cell);
  return (cell) => cell;
}

function number(text: string): number | string {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}
