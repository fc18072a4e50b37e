import type { Load, Store } from '../operators.js';
import { accessBytes, isAtSum } from '../access.js';
import { position } from '../fields.js';
import { halfOf, read, register, word } from './values.js';

/**
 * Accesses of memory 0, in JavaScript. The loop has the bytes as arrays of 1, 2, 4 and 8 bytes an element: it stops before an access that is
 * not aligned to its width, as before one out of bounds.
 */
const ARRAYS: Readonly<Record<number, string>> = { 1: 'u8', 2: 'u16', 4: 'm32', 8: 'm64' };

/** Leaves the address in `address`, or stops. An offset with its high bit set is below 0, and so greater than no address: it stops. */
function address(fields: readonly string[], bytes: number): string {
  const a = read('i32', position(fields, 'a'));
  const base = isAtSum(fields) ? `((${a} + ${word(position(fields, 'imm'))}) | 0)` : a;
  const isOutside =
    bytes === 1
      ? 'address >= memoryLength'
      : `address > memoryLength - ${bytes} || (address & ${bytes - 1}) !== 0`;
  return `
    const offset = ${word(position(fields, 'offset'))};
    const address = (${base} + offset) | 0;
    if (address < offset || ${isOutside}) break run;`;
}

const element = (bytes: number) => `${ARRAYS[bytes]}[address${bytes === 1 ? '' : ` >> ${Math.log2(bytes)}`}]`;

export function load({ fields, operator }: Load): string {
  const bytes = accessBytes(operator);
  const d = position(fields, 'd');
  const shift = 32 - 8 * bytes;
  const isSigned = operator.endsWith('_s');
  const value = isSigned && shift > 0 ? `(${element(bytes)} << ${shift}) >> ${shift}` : element(bytes);
  if (!operator.startsWith('i64') || bytes === 8)
    return `${address(fields, bytes)} ${operator.slice(0, 3)}[${register(d)}] = ${value};`;
  return `
    ${address(fields, bytes)}
    const low = ${value};
    const d = ${halfOf(d)};
    halves[d] = low;
    halves[d + 1] = ${isSigned ? 'low >> 31' : '0'};`;
}

export function store({ fields, operator }: Store): string {
  const bytes = accessBytes(operator);
  return `${address(fields, bytes)} ${element(bytes)} = ${stored(fields, operator, bytes)};`;
}

function stored(fields: readonly string[], operator: string, bytes: number): string {
  if (fields[0] === 'imm') return word(1);
  const b = position(fields, 'b');
  if (operator.startsWith('i64')) return bytes === 8 ? read('i64', b) : `halves[${halfOf(b)}]`;
  return read('i32', b);
}
