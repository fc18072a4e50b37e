import type { TrapCode } from '../errors.js';

/** What a host's trap message tells. Two traps that a host words alike have a name of their own. */
export type HostTrapKind = TrapCode | 'table-or-undefined-element' | 'uninitialized-or-mismatch';

/**
 * What messages of V8, SpiderMonkey and JavaScriptCore contain, in small letters; the first that fits counts. They are no part of any
 * standard: what contains none of them is passed on as the host threw it. Texts, not regular expressions: a host compiles those
 * when they are first used, and V8 ends the process where it has too little stack for that.
 */
const FRAGMENTS: readonly (readonly [HostTrapKind, ...fragments: readonly string[]])[] = [
  ['memory-out-of-bounds', 'memory access out of bounds', 'data segment', 'bounds memory'],
  ['undefined-element', 'bounds call_indirect'],
  ['table-or-undefined-element', 'table index out of bounds', 'table index is out of bounds'],
  ['table-out-of-bounds', 'table access', 'table initializer', 'element segment'],
  ['table-out-of-bounds', 'table.init', 'table.copy', 'table.fill', 'table.get', 'table.set'],
  ['memory-out-of-bounds', 'index out of bounds'],
  ['uninitialized-or-mismatch', 'null function', 'signature mismatch', 'signature that does not match'],
  ['uninitialized-or-mismatch', 'indirect call to null', 'call_indirect to a null'],
  ['integer-divide-by-zero', 'divide by zero', 'division by zero', 'remainder by zero'],
  ['integer-overflow', 'result unrepresentable', 'integer overflow', 'float unrepresentable', 'bounds trunc'],
  ['invalid-conversion-to-integer', 'invalid conversion to integer'],
  ['null-reference', 'null pointer', 'null reference'],
  ['unreachable', 'unreachable'],
];

/** The trap that a host's RuntimeError stands for; undefined for an unknown message. */
export function hostTrapKind(message: string): HostTrapKind | undefined {
  const text = message.toLowerCase();
  for (const [kind, ...fragments] of FRAGMENTS) {
    if (fragments.some((fragment) => text.includes(fragment))) return kind;
  }
  return undefined;
}
