import { MODULE_HEAD, nameBytes, section, SectionCode, sized } from '@wasm-dyno/engine/operators';

/**
 * Small modules whose exports loop `memory.fill` inside WebAssembly: the primary memset kernel. Both import their memory
 * as `host.memory`, and read the sizes to fill as little-endian i32 from its start.
 *
 * `hot(calls, listEnd, base)` fills the same bytes from `base` again and again.
 * `walk(calls, listEnd, base, limit, cursor) -> cursor` goes on behind the last fill, and starts over at `base` before `limit`.
 * `fill(destination, value, size)` is a single fill, for loops outside.
 */
export function memsetModule(uniqueName: string): Uint8Array<ArrayBuffer> {
  const i32 = 0x7f;
  return new Uint8Array([
    ...MODULE_HEAD,
    // V8 shares compiled code between modules of equal bytes: the name keeps each arm's code its own.
    ...[SectionCode.Custom, ...sized(nameBytes(uniqueName))],
    ...section(SectionCode.Type, [
      [0x60, 3, i32, i32, i32, 0],
      [0x60, 5, i32, i32, i32, i32, i32, 1, i32],
      [0x60, 3, i32, i32, i32, 0],
    ]),
    ...section(SectionCode.Import, [[...nameBytes('host'), ...nameBytes('memory'), 0x02, 0x00, 1]]),
    ...section(SectionCode.Function, [[0], [1], [2]]),
    ...section(SectionCode.Export, [
      [...nameBytes('hot'), 0x00, 0],
      [...nameBytes('walk'), 0x00, 1],
      [...nameBytes('fill'), 0x00, 2],
    ]),
    ...section(SectionCode.Code, [sized(HOT), sized(WALK), sized(FILL)]),
  ]);
}

const [LOOP, END, VOID, BR_IF] = [0x03, 0x0b, 0x40, 0x0d];
const [GET, SET, TEE] = [0x20, 0x21, 0x22];
const [CONST, LOAD, ADD, SUB, LT_U, GT_U, IF, FILL_OPERATOR] = [
  0x41,
  0x28,
  0x6a,
  0x6b,
  0x49,
  0x4b,
  0x04,
  [0xfc, 11, 0],
];

// Locals: 0 calls, 1 listEnd, 2 base, 3 position in the list.
const HOT = [
  ...[1, 1, 0x7f],
  ...[LOOP, VOID],
  ...[CONST, 0, SET, 3],
  ...[LOOP, VOID],
  ...[GET, 2, GET, 0, GET, 3, LOAD, 2, 0, ...(FILL_OPERATOR as number[])],
  ...[GET, 3, CONST, 4, ADD, TEE, 3, GET, 1, LT_U, BR_IF, 0],
  END,
  ...[GET, 0, CONST, 1, SUB, TEE, 0, BR_IF, 0],
  END,
  END,
] as number[];

// Locals: 0 calls, 1 listEnd, 2 base, 3 limit, 4 cursor, 5 position in the list, 6 size.
const WALK = [
  ...[1, 2, 0x7f],
  ...[LOOP, VOID],
  ...[CONST, 0, SET, 5],
  ...[LOOP, VOID],
  ...[GET, 4, GET, 5, LOAD, 2, 0, TEE, 6, ADD, GET, 3, GT_U, IF, VOID, GET, 2, SET, 4, END],
  ...[GET, 4, GET, 0, GET, 6, ...(FILL_OPERATOR as number[])],
  ...[GET, 4, GET, 6, ADD, SET, 4],
  ...[GET, 5, CONST, 4, ADD, TEE, 5, GET, 1, LT_U, BR_IF, 0],
  END,
  ...[GET, 0, CONST, 1, SUB, TEE, 0, BR_IF, 0],
  END,
  ...[GET, 4],
  END,
] as number[];

const FILL = [0, GET, 0, GET, 1, GET, 2, ...(FILL_OPERATOR as number[]), END] as number[];
