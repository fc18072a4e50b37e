import type { Family } from '../family.js';
import { arithmetic } from './arithmetic.js';
import { brTable } from './br-table.js';
import { branches } from './branches.js';
import { calls } from './calls.js';
import { constants } from './constants.js';
import { floats } from './floats.js';
import { manyLocals } from './many-locals.js';
import { memory } from './memory.js';

/** The families of generated code, in the order in which they are generated and listed. */
export const FAMILIES: readonly Family[] = [
  arithmetic,
  memory,
  branches,
  brTable,
  calls,
  manyLocals,
  constants,
  floats,
];
