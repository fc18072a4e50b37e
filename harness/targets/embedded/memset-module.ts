import { body, section, text, unsigned } from './module-encoding.js';

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
  const name = [...new TextEncoder().encode(uniqueName)];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // V8 shares compiled code between modules of equal bytes: the name keeps each arm's code its own.
    ...section(0, [...unsigned(name.length), ...name]),
    ...section(1, [
      3,
      ...[0x60, 3, i32, i32, i32, 0],
      ...[0x60, 5, i32, i32, i32, i32, i32, 1, i32],
      ...[0x60, 3, i32, i32, i32, 0],
    ]),
    ...section(2, [1, ...text('host'), ...text('memory'), 0x02, 0x00, 1]),
    ...section(3, [3, 0, 1, 2]),
    ...section(7, [
      3,
      ...[...text('hot'), 0x00, 0],
      ...[...text('walk'), 0x00, 1],
      ...[...text('fill'), 0x00, 2],
    ]),
    ...section(10, [3, ...body(HOT), ...body(WALK), ...body(FILL)]),
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
