import { Trap } from '../errors.js';
import type { Func } from '../runtime/func.js';
import type { Table } from '../runtime/table.js';
import type { RegisterFiles } from './register-files.js';

const TWO_TO_32 = 4294967296;

/**
 * The function that `call_indirect` with type id `typeId` calls, the element index being in `register`.
 * @throws Trap as spec 4.6.10 demands
 */
export function indirectCallee(table: Table, files: RegisterFiles, register: number, typeId: number): Func {
  const index = table.wide
    ? (files.halves[2 * register + 1]! >>> 0) * TWO_TO_32 + (files.halves[2 * register]! >>> 0)
    : files.i32[register]! >>> 0;
  const { elements } = table;
  if (index >= elements.length) throw new Trap('undefined-element');
  const element = elements[index] as Func | null;
  if (element === null) throw new Trap('uninitialized-element');
  if (element.type.id !== typeId) throw new Trap('indirect-call-type-mismatch');
  return element;
}
