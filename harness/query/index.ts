// Asking the files of many runs in SQL, wherever they lie.
export { QueryRefused } from './query-refused.js';
export { type AnsweredValue } from './answered-value.js';
export { EMPTY_QUERY, isEmptyQuery, RunDatabase, type Answer } from './run-database.js';
