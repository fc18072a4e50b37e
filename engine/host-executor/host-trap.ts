import type { TrapCode } from '../errors.js';

/** What a host's trap message tells. Two traps that a host words alike have a name of their own. */
export type HostTrapKind = TrapCode | 'table-or-undefined-element' | 'uninitialized-or-mismatch';

/**
 * Messages of V8, SpiderMonkey and JavaScriptCore, in this order. They are no part of any standard: what matches none
 * of them is passed on as the host threw it.
 */
const PATTERNS: readonly (readonly [HostTrapKind, RegExp])[] = [
  ['unreachable', /^unreachable\b/i],
  ['memory-out-of-bounds', /memory access out of bounds|data segment|^index out of bounds|bounds memory/i],
  ['undefined-element', /bounds call_indirect/i],
  ['table-or-undefined-element', /table index (is )?out of bounds/i],
  ['table-out-of-bounds', /table access|table initializer|element segment|table\.(init|copy|fill|get|set)/i],
  [
    'uninitialized-or-mismatch',
    /null function|signature (mismatch|that does not match)|indirect call to null|call_indirect to a null/i,
  ],
  ['integer-divide-by-zero', /(divi[ds]\w*|remainder) by zero/i],
  ['integer-overflow', /result unrepresentable|integer overflow|float unrepresentable|bounds trunc/i],
  ['invalid-conversion-to-integer', /invalid conversion to integer/i],
  ['null-reference', /null (pointer|reference)/i],
];

/** The trap that a host's RuntimeError stands for; undefined for an unknown message. */
export function hostTrapKind(message: string): HostTrapKind | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(message))?.[0];
}
