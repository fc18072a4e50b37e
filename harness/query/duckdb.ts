import type { DuckDBConnection } from '@duckdb/node-api';

import { QueryRefused } from './query-refused.js';

type DuckDb = typeof import('@duckdb/node-api');

/** DuckDB weighs more than all else together: who asks installs it. @throws QueryRefused where it is not installed */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    throw new QueryRefused(
      isAbsent
        ? 'query needs DuckDB, which is not installed: npm install @duckdb/node-api beside wasm-dyno'
        : `DuckDB cannot be loaded: ${reason}; install @duckdb/node-api anew`,
    );
  }
}

/** What DuckDB says, without the words that it points at. */
export function inOneLine(error: unknown): QueryRefused {
  const text = error instanceof Error ? error.message : String(error);
  const said = text
    .split(/\n\s*LINE \d+:/)[0]!
    .replace(/^Failed to extract statements: /, '')
    .replace(/^(?:Invalid (?:Input|Error)|Invalid Input Error): /, '');
  const lines = said.split('\n').map((line) => line.trim());
  return new QueryRefused(
    lines
      .filter((line) => line !== '')
      .slice(0, 3)
      .join('; '),
  );
}

export type Connection = DuckDBConnection;
