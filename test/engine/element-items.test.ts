import { deepEqual, equal } from 'node:assert/strict';

import fc from 'fast-check';

import { injectFuel, ValueType } from '@wasm-dyno/engine';
import { unsigned } from '../encoded-integers.js';
import { moduleOf, parseWith, section } from './whole-module.js';

/** An item as the constant expression that it is, one operation. */
type Operation =
  | { readonly kind: 'ref.func'; readonly functionIndex: number }
  | { readonly kind: 'ref.null' }
  | { readonly kind: 'global.get'; readonly globalIndex: number };

interface Segment {
  readonly mode: 'active' | 'passive' | 'declarative';
  readonly type: ValueType;
  readonly asExpressions: boolean;
  readonly items: readonly Operation[];
  /** Of active segments, in the table of its type: a constant, or an i32 global. */
  readonly offset: number | { readonly globalIndex: number };
}

const FUNCTIONS = 300;
/** Globals of each kind: imported, then defined by the module. */
const GLOBALS = [ValueType.FuncRef, ValueType.ExternRef, ValueType.I32];
const FIRST_DEFINED = GLOBALS.length;
const globalsOf = (type: ValueType) => [GLOBALS.indexOf(type), FIRST_DEFINED + GLOBALS.indexOf(type)];
const END = 0x0b;

const functionItem: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('ref.func' as const),
  functionIndex: fc.nat(FUNCTIONS - 1),
});
const otherItem = (type: ValueType): fc.Arbitrary<Operation> =>
  fc.oneof(
    fc.constant({ kind: 'ref.null' as const }),
    fc.record({ kind: fc.constant('global.get' as const), globalIndex: fc.constantFrom(...globalsOf(type)) }),
  );
const items = (type: ValueType, asExpressions: boolean) => {
  if (!asExpressions) return fc.array(functionItem, { maxLength: 20 });
  const item =
    type === ValueType.FuncRef ? fc.oneof(functionItem, functionItem, otherItem(type)) : otherItem(type);
  return fc.array(item, { maxLength: 20 });
};
const segment: fc.Arbitrary<Segment> = fc
  .record({
    type: fc.constantFrom(ValueType.FuncRef, ValueType.FuncRef, ValueType.ExternRef),
    withExpressions: fc.boolean(),
  })
  .chain(({ type, withExpressions }) => {
    const asExpressions = withExpressions || type === ValueType.ExternRef;
    return fc.record({
      mode: fc.constantFrom('active' as const, 'passive' as const, 'declarative' as const),
      type: fc.constant(type),
      asExpressions: fc.constant(asExpressions),
      items: items(type, asExpressions),
      offset: fc.oneof(
        fc.integer({ min: -200, max: 200 }),
        fc.record({ globalIndex: fc.constantFrom(...globalsOf(ValueType.I32)) }),
      ),
    });
  });

function encodedOperation(operation: Operation, type: ValueType, move: (index: number) => number): number[] {
  if (operation.kind === 'ref.null') return [0xd0, type];
  return operation.kind === 'ref.func'
    ? [0xd2, ...unsigned(operation.functionIndex)]
    : [0x23, ...unsigned(move(operation.globalIndex))];
}

/** With the table named always, and items of functions alone as their indices unless told: as segments are written that had to change. */
function encodedSegment(
  { asExpressions, items, mode, offset, type }: Segment,
  move: (index: number) => number,
): number[] {
  const bits = mode === 'active' ? 2 : mode === 'passive' ? 1 : 3;
  const place =
    typeof offset === 'number' ? [0x41, ...signed32(offset)] : [0x23, ...unsigned(move(offset.globalIndex))];
  const table = type === ValueType.FuncRef ? 0 : 1;
  return [
    bits | (asExpressions ? 4 : 0),
    ...(mode === 'active' ? [table, ...place, END] : []),
    asExpressions ? type : 0,
    ...unsigned(items.length),
    ...items.flatMap((item) =>
      asExpressions
        ? [...encodedOperation(item, type, move), END]
        : unsigned((item as { functionIndex: number }).functionIndex),
    ),
  ];
}

function signed32(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, (value >> 7) & 0x7f];
}

const same = (index: number) => index;

function moduleWith(segments: readonly Segment[]): Uint8Array {
  const initial = [
    [0xd2, 0],
    [0xd0, ValueType.ExternRef],
    [0x41, 1],
  ];
  return moduleOf(
    section(1, 1, 0x60, 0, 0),
    section(
      2,
      GLOBALS.length,
      GLOBALS.flatMap((type, index) => [1, 0x6d, 1, 0x61 + index, 3, type, 0]),
    ),
    section(3, unsigned(FUNCTIONS), new Array<number>(FUNCTIONS).fill(0)),
    section(4, 2, [ValueType.FuncRef, 0, 9, ValueType.ExternRef, 0, 9]),
    section(
      6,
      GLOBALS.length,
      GLOBALS.flatMap((type, index) => [type, 0, ...initial[index]!, END]),
    ),
    section(
      9,
      unsigned(segments.length),
      segments.flatMap((one) => encodedSegment(one, same)),
    ),
    section(10, unsigned(FUNCTIONS), Array.from({ length: FUNCTIONS }, () => [2, 0, END]).flat()),
  );
}

/** The contents of a section. */
function contentsOf(bytes: Uint8Array, wanted: number): number[] {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++]!;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === wanted) return [...bytes.subarray(at, at + size)];
    at += size;
  }
  return [];
}

const readsDefined = ({ items, mode, offset }: Segment): boolean =>
  (mode === 'active' && typeof offset !== 'number' && offset.globalIndex >= FIRST_DEFINED) ||
  items.some((item) => item.kind === 'global.get' && item.globalIndex >= FIRST_DEFINED);

/** As the parser gives them: functions by their indices alone, where all are functions and one is there. */
function asParsed(one: Segment): Segment {
  return {
    ...one,
    asExpressions:
      one.asExpressions && !(one.items.length > 0 && one.items.every(({ kind }) => kind === 'ref.func')),
  };
}

describe('items of element segments, which stand as words', () => {
  it('are for a host what they were as expressions, byte for byte, in segments of every kind', () => {
    let rewritten = 0;
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const bytes = moduleWith(segments);
        const parsed = parseWith(bytes);
        const injected = injectFuel(parsed, { bytesPerFuel: 64 }).bytes;
        const addedGlobals = parseWith(injected).importedGlobalCount - parsed.importedGlobalCount;
        const move = (index: number) => (index < FIRST_DEFINED ? index : index + addedGlobals);
        const isRewritten = segments.some(readsDefined);
        if (isRewritten) rewritten++;
        const theirs = isRewritten
          ? segments.flatMap((one) => encodedSegment(asParsed(one), move))
          : segments.flatMap((one) => encodedSegment(one, same));
        // None is exported: those that anything refers to are held in a table that is added.
        const named = new Set([0]);
        for (const item of segments.flatMap(({ items }) => items))
          if (item.kind === 'ref.func') named.add(item.functionIndex);
        const held = [...named].sort((a, b) => a - b);
        const added = [2, 2, 0x41, 0, END, 0, ...unsigned(held.length), ...held.flatMap(unsigned)];
        deepEqual(contentsOf(injected, 9), [...unsigned(segments.length + 1), ...theirs, ...added]);
      }),
      { numRuns: 500 },
    );
    equal(rewritten > 100 && rewritten < 450, true, `${rewritten} of 500 sections were written anew`);
  });
});
